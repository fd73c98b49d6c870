package app.keepsake.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.Allowance;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.Presence;
import app.keepsake.jobs.Presence.Doing;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.WorkerState;
import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import app.keepsake.jobs.Workers;
import app.keepsake.worker.support.FakeMachine;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** The whole worker on a machine that gets hot, busy and full. */
@WorkerTest
@SuppressWarnings("NullAway.Init") // set before each test
class GovernorTests {

    @Autowired WorkerFixtures given;
    @Autowired FakeMachine machine;
    @Autowired Governor governor;
    @Autowired JobQueue queue;
    @Autowired Workers workers;
    @Autowired Presence presence;

    @Value("${keepsake.library}")
    Path library;

    @AfterEach
    void theMachineIsAtEase() {
        machine.remove("sys/class/thermal/thermal_zone0/temp");
        machine.remove("proc/meminfo");
        awaitState(state -> state.pace() == Pace.FULL || state.pace() == Pace.LESS);
    }

    /** A photo that was uploaded and whose thumbnail lacks. */
    private UUID newPhoto() throws IOException {
        var id = given.asset();
        var original = library.resolve("upload/" + id);
        Files.createDirectories(original.getParent());
        Files.copy(WorkerFixtures.golden("sea.png"), original);
        Files.writeString(library.resolve(".keepsake"), "id=" + UUID.randomUUID());
        return id;
    }

    private void awaitState(Predicate<WorkerState> wanted) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> workers.all().size() == 1 && wanted.test(workers.all().getFirst()));
    }

    private void awaitDone(UUID asset, String column) {
        await().atMost(Duration.ofMinutes(2)).until(() -> given.isDone(asset, column));
    }

    private static boolean says(WorkerState state, String code, String words) {
        return state.reasons().stream()
                .anyMatch(r -> r.code().equals(code) && r.text().contains(words));
    }

    @Test
    void whileItIsHotModelsWaitNewPhotosDoNotAndAllGoesOnByItself() throws Exception {
        var seen = given.assetWithPreview("sea.png");
        var photo = newPhoto();
        machine.temperature(95);
        awaitState(state -> state.pace() == Pace.PICTURES && says(state, "hot", "95 °C"));
        queue.add(new EmbedPicture(seen));
        queue.add(new GenerateThumbnails(photo));
        awaitDone(photo, "thumbnails_at");
        assertThat(given.isDone(seen, "smart_search_at")).isFalse();
        assertThat(queue.counts(QueueName.SMART_SEARCH).fresh()).isEqualTo(1);
        machine.temperature(50);
        awaitDone(seen, "smart_search_at");
        awaitState(state -> state.reasons().isEmpty());
    }

    @Test
    void whereMemoryIsAllButGoneANewPhotoGetsItsThumbnailAndAReRunWaits() throws Exception {
        var old = newPhoto();
        var photo = newPhoto();
        machine.memory(100, 8000);
        awaitState(state -> state.pace() == Pace.NEW_PHOTOS && says(state, "memory", "100 MB"));
        queue.add(new GenerateThumbnails(old), Lane.BULK);
        queue.add(new GenerateThumbnails(photo));
        awaitDone(photo, "thumbnails_at");
        assertThat(given.isDone(old, "thumbnails_at")).isFalse();
        machine.memory(6000, 8000);
        awaitDone(old, "thumbnails_at");
    }

    /** The model needs more than is free: alone, it gets it all the same. */
    @Test
    void aJobThatNeedsMoreThanIsFreeRunsAlone() {
        machine.memory(530, 8000);
        awaitState(state -> says(state, "memory", "smartSearch"));
        var seen = given.assetWithPreview("sea.png");
        queue.add(new EmbedPicture(seen));
        awaitDone(seen, "smart_search_at");
    }

    private Allowance allowed(Governor of, Map<QueueName, Long> running) {
        of.look();
        return of.now(running);
    }

    /** Or each photo would load all models in turn. */
    @Test
    void whereMemoryIsSmallModelsTakeTurnsOfAMinute(@TempDir Path other) {
        var small = new FakeMachine(other);
        small.memory(700, 2000);
        var time = new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));
        var board =
                new Governor(RulesTests.settings(other, "", 2, 80), presence, workers, time::get);
        board.start();
        try {
            var others = Set.of(QueueName.FACE_DETECTION, QueueName.OCR);
            assertThat(allowed(board, Map.of()).resting()).isEmpty();
            board.taken(QueueName.SMART_SEARCH);
            small.memory(400, 2000); // it has loaded its models
            assertThat(allowed(board, Map.of()).resting()).isEqualTo(others);
            time.set(time.get().plusSeconds(10));
            assertThat(allowed(board, Map.of()).resting()).isEmpty(); // it has no more jobs
            board.taken(QueueName.SMART_SEARCH);
            assertThat(allowed(board, Map.of(QueueName.SMART_SEARCH, 1L)).resting())
                    .isEqualTo(others);
            time.set(time.get().plusSeconds(55));
            assertThat(allowed(board, Map.of(QueueName.SMART_SEARCH, 1L)).resting())
                    .containsExactly(QueueName.SMART_SEARCH);
            assertThat(allowed(board, Map.of()).resting()).isEmpty();
            board.taken(QueueName.OCR);
            assertThat(allowed(board, Map.of(QueueName.OCR, 1L)).resting())
                    .containsExactlyInAnyOrder(QueueName.SMART_SEARCH, QueueName.FACE_DETECTION);
            small.memory(1800, 2000);
            assertThat(allowed(board, Map.of(QueueName.OCR, 1L)).resting()).isEmpty();
        } finally {
            board.stop();
        }
    }

    @Test
    void anUploadHalvesWhatRunsAndItsPhotoGetsItsThumbnail() throws Exception {
        presence.say(Doing.UPLOADING, "ana");
        awaitState(state -> says(state, "upload", "uploading"));
        var state = workers.all().getFirst();
        assertThat(state.pace()).isEqualTo(Pace.LESS);
        assertThat(state.slots()).isEqualTo(Math.max(1, state.mostSlots() / 2));
        assertThat(governor.now(Map.of()).slots()).isEqualTo(state.slots());
        var photo = newPhoto();
        queue.add(new GenerateThumbnails(photo));
        awaitDone(photo, "thumbnails_at");
    }

    @Test
    void severalWorkersSayEachTheirOwnAndLeave(@TempDir Path other) {
        var elsewhere = new FakeMachine(other);
        elsewhere.write("proc/sys/kernel/hostname", "attic");
        elsewhere.temperature(99);
        var second =
                new Governor(
                        RulesTests.settings(other, "", 8, 80),
                        presence,
                        workers,
                        Clock.systemUTC());
        second.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> workers.all().size() == 2);
        var attic =
                workers.all().stream()
                        .filter(state -> state.name().equals("attic"))
                        .findFirst()
                        .orElseThrow();
        assertThat(attic.pace()).isEqualTo(Pace.NEW_PHOTOS);
        assertThat(attic.mostSlots()).isEqualTo(8);
        assertThat(attic.machine().temperature()).isEqualTo(99);
        assertThat(attic.resting()).contains("smartSearch", "ocr", "videoConversion");
        assertThat(attic.reasons()).extracting(Reason::code).contains("hot");
        second.stop();
        assertThat(workers.all()).hasSize(1);
    }
}
