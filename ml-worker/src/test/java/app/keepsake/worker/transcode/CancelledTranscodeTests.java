package app.keepsake.worker.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.worker.library.Libraries;
import app.keepsake.worker.support.Ffmpeg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that do not come to their end. */
@SuppressWarnings("NullAway.Init") // set before each test
class CancelledTranscodeTests extends TranscodeTest {

    /** Slow enough that nobody waits for it. */
    private static final String SLOWLY =
            "'transcode': 'all', 'preset': 'veryslow', 'targetResolution': 'original', 'threads': 1";

    private UUID id;
    private Thread thread = Thread.currentThread();

    /** Made once: it takes seconds. */
    private static Path film = Path.of("");

    @BeforeAll
    static void aFilmThatTakesMinutes(@TempDir Path folder) throws Exception {
        film =
                Ffmpeg.film(
                        folder.resolve("long.mp4"),
                        List.of("testsrc2=size=1280x720:rate=60:duration=60,noise=alls=40:allf=t"),
                        "-t",
                        "6",
                        "-preset",
                        "ultrafast",
                        "-pix_fmt",
                        "yuv420p");
    }

    @BeforeEach
    void anAssetOfIt() throws Exception {
        id = assetOf(film);
    }

    @AfterEach
    void noQueueIsPaused() {
        pause(false);
    }

    private void pause(boolean isPaused) {
        given.server()
                .sql(
                        """
                        insert into job_queue (name, is_paused) values ('videoConversion', ?)
                        on conflict (name) do update set is_paused = excluded.is_paused
                        """)
                .param(isPaused)
                .update();
    }

    /** A run that has begun to encode. */
    private FutureTask<Void> running() {
        var run =
                new FutureTask<Void>(
                        () -> {
                            whereConfigIs(SLOWLY).run(new TranscodeVideo(id));
                            return null;
                        });
        thread = Thread.ofPlatform().start(run);
        await().atMost(Duration.ofMinutes(1)).until(() -> children() == 1);
        return run;
    }

    /** The ffmpegs at work on this film. */
    private long children() {
        return ProcessHandle.current()
                .descendants()
                .filter(
                        child ->
                                child.info()
                                        .commandLine()
                                        .filter(
                                                line ->
                                                        line.contains("libx264")
                                                                && line.contains(id.toString()))
                                        .isPresent())
                .count();
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(children()).isZero();
        assertThat(filesOf(id)).isEmpty();
        assertThat(encodedOf(id)).isEmpty();
    }

    @Test
    void tellsHowFarItIs() throws Exception {
        var job = new TranscodeVideo(id);
        var run = running();
        await().atMost(Duration.ofMinutes(2)).until(() -> shareOf(job) > 0 && shareOf(job) < 1);
        thread.interrupt();
        assertThatThrownBy(run::get).hasCauseInstanceOf(IOException.class);
    }

    private double shareOf(TranscodeVideo job) {
        return handler.jobProgress().of(List.of(job)).getOrDefault(job, 0.0);
    }

    @Test
    void endsQuietlyWhenItsAssetIsDeleted() throws Exception {
        var run = running();
        given.server().sql("delete from asset where id = ?").param(id).update();
        run.get();
        assertNothingIsLeft();
    }

    @Test
    void waitsWhenItsQueueIsPaused() throws Exception {
        var run = running();
        pause(true);
        assertThatThrownBy(run::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotNow.class);
        assertNothingIsLeft();
        assertThat(given.isDone(id, "encoded_video_at")).isFalse();
    }

    /** Hours of work are not thrown away because it is warm. */
    @Test
    void haltsWhileTheProcessorIsHotAndGoesOnWhereItWas() throws Exception {
        var run = running();
        machine.temperature(95);
        await().atMost(Duration.ofMinutes(1)).until(() -> stateOfChild().equals("T"));
        machine.temperature(50);
        await().atMost(Duration.ofMinutes(1)).until(() -> !stateOfChild().equals("T"));
        assertThat(children()).isEqualTo(1);
        machine.temperature(95);
        await().atMost(Duration.ofMinutes(1)).until(() -> stateOfChild().equals("T"));
        thread.interrupt(); // also what stands still ends with the worker
        assertThatThrownBy(run::get).hasCauseInstanceOf(IOException.class);
        machine.temperature(50);
        assertNothingIsLeft();
    }

    /** As Linux has it: T is stopped. */
    private String stateOfChild() throws IOException {
        var child =
                ProcessHandle.current()
                        .descendants()
                        .filter(
                                each ->
                                        each.info()
                                                .commandLine()
                                                .filter(line -> line.contains(id.toString()))
                                                .isPresent())
                        .findFirst()
                        .orElseThrow();
        var stat = Files.readString(Path.of("/proc/" + child.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }

    @Test
    void endsWhenTheWorkerStops() throws Exception {
        var run = running();
        thread.interrupt();
        assertThatThrownBy(run::get).hasCauseInstanceOf(IOException.class);
        assertNothingIsLeft();
        assertThat(given.isDone(id, "encoded_video_at")).isFalse();
    }

    @Test
    void leavesTheReserveOfAFullDiskAlone() throws Exception {
        var full =
                new TranscodeVideoHandler(
                        Libraries.full(library),
                        handler.films(),
                        handler.rows(),
                        configOf(SLOWLY),
                        handler.settings(),
                        handler.jobProgress(),
                        handler.governor());
        assertThatThrownBy(() -> full.run(new TranscodeVideo(id)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("disk is full");
        assertNothingIsLeft();
    }

    @Test
    void endsWhenTheDiskFillsUpMeanwhile() {
        var progress =
                new Progress(
                        id,
                        6000,
                        handler.rows(),
                        Libraries.full(library),
                        Duration.ofHours(1),
                        _ -> {},
                        () -> false);
        assertThatThrownBy(() -> progress.look("out_time_us=1000"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("disk is full");
    }

    @Test
    void endsWhatStandsStill() throws Exception {
        var progress =
                new Progress(
                        id,
                        6000,
                        handler.rows(),
                        handler.library(),
                        Duration.ofNanos(1),
                        _ -> {},
                        () -> false);
        progress.look("out_time_us=1000");
        progress.look("out_time_us=2000");
        assertThatThrownBy(() -> progress.look("out_time_us=2000"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no progress");
    }
}
