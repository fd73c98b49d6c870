package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.TestServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A runner in a JVM of its own, which dies as a decoder's crash or a power cut makes it die. */
class ProcessDeathTests {

    private final Path folder;
    private final Scene scene = new Scene();
    private final List<Process> children = new ArrayList<>();

    ProcessDeathTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void close() throws Exception {
        for (var child : children) {
            child.destroyForcibly().waitFor();
        }
        scene.close();
    }

    @Test
    void jobsInFlightAtADeathRunAloneAndTheOneThatKillsTwiceFails() throws Exception {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 3);
        var poison = thumbnails();
        var innocents = List.of(thumbnails(), thumbnails());
        var first = child(poison);
        scene.queue.add(poison);
        innocents.forEach(scene.queue::add);
        await(() -> lines().size() == 3); // all in flight: none ends in the first child
        first.destroyForcibly().waitFor();
        var later = thumbnails();
        scene.queue.add(later);
        var deaths = 0;
        while (!scene.isIdle() || !scene.attempt(poison).isFailed()) {
            var child = child(poison);
            await(() -> !child.isAlive() || scene.isIdle() && scene.attempt(poison).isFailed());
            deaths += child.isAlive() ? 0 : 1;
        }
        assertThat(deaths).isEqualTo(2);
        assertThat(scene.attempt(poison))
                .isEqualTo(
                        new Scene.Row(0, 3, "The process died while this job was running", true));
        for (var innocent : innocents) {
            assertThat(lines()).contains("end " + innocent.subjectId());
            assertThat(scene.attempt(innocent)).isEqualTo(new Scene.Row(0, 0, "", false));
        }
        assertThat(lines()).contains("end " + later.subjectId());
        assertThat(ranBeside(poison)).isEmpty();
        scene.queue.add(poison);
        await(scene::isIdle);
        assertThat(lines().stream().filter(l -> l.equals("start " + poison.subjectId())))
                .hasSize(3);
    }

    /** What had started and not ended at the starts of a job, but for the first. */
    private List<String> ranBeside(Job job) {
        var beside = new ArrayList<String>();
        var open = new ArrayList<String>();
        for (var line : lines().subList(3, lines().size())) {
            var id = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("end")) {
                open.remove(id);
            } else if (id.equals(job.subjectId().toString())) {
                beside.addAll(open);
                open.clear(); // it dies here
            } else {
                open.add(id);
            }
        }
        return beside;
    }

    @Test
    void whatAKilledRunnerHadBegunIsEndedByAnotherWithoutAFailure() throws Exception {
        var job = thumbnails();
        var child = child(job);
        scene.queue.add(job);
        await(() -> lines().size() == 1);
        child.destroyForcibly().waitFor();
        var ran = new ArrayList<Job>();
        scene.runner("survivor", ran::add);
        await(() -> ran.contains(job) && scene.isIdle());
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
    }

    /** A film takes hours, and is encoded in a child process: no death is its doing. */
    @Test
    void aFilmInFlightAtADeathKeepsNobodyWaitingAndIsNotBlamed() throws Exception {
        var photo = thumbnails();
        var film = new TranscodeVideo(UUID.randomUUID());
        var child = child(photo);
        scene.queue.add(film);
        await(() -> lines().size() == 1); // a film waits for photos
        scene.queue.add(photo);
        await(() -> lines().size() == 2);
        child.destroyForcibly().waitFor();
        var ends = new CountDownLatch(1);
        var ran = Collections.synchronizedList(new ArrayList<Job>());
        JobHandler<TranscodeVideo> films =
                job -> {
                    ran.add(job);
                    ends.await();
                };
        JobHandler<GenerateThumbnails> photos = ran::add;
        scene.runner(
                "survivor", Map.of(TranscodeVideo.class, films, GenerateThumbnails.class, photos));
        await(() -> ran.contains(film));
        assertThat(scene.attempt(film).crashes()).isEqualTo(1);
        // Alone, since it was in flight, and all the same beside the film.
        await(() -> ran.contains(photo) && scene.isIdle());
        var later = thumbnails();
        scene.queue.add(later);
        await(() -> ran.contains(later));
        ends.countDown();
        await(() -> scene.attempt(film).equals(new Scene.Row(0, 0, "", false)));
    }

    @Test
    void aFilmThatWasInFlightAtTenDeathsIsGivenUp() {
        var film = new TranscodeVideo(UUID.randomUUID());
        var attempts = new Attempts(scene.jdbc);
        for (int deaths = 1; deaths < 10; deaths++) {
            assertThat(attempts.orphaned(film).isFailed()).isFalse();
        }
        assertThat(attempts.orphaned(film).isFailed()).isTrue();
    }

    private List<String> lines() {
        try {
            var log = folder.resolve("log");
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process child(Job poison) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        "child-" + children.size(),
                        poison.subjectId().toString(),
                        folder.resolve("log").toString());
        builder.environment().putAll(TestServices.environment());
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        var child = builder.start();
        children.add(child);
        return child;
    }

    /** Logs what it runs. The first child never ends a job; the others die of the poisonous one. */
    static final class Child {

        public static void main(String[] args) {
            var source =
                    new DriverManagerDataSource(
                            variable("KEEPSAKE_DB_URL"),
                            variable("KEEPSAKE_DB_USER"),
                            variable("KEEPSAKE_DB_PASSWORD"));
            var isFirst = args[0].equals("child-0");
            var poison = args[1];
            var log = Path.of(args[2]);
            JobHandler<GenerateThumbnails> handler =
                    job -> {
                        append(log, "start " + job.subjectId());
                        if (isFirst) {
                            Thread.sleep(Long.MAX_VALUE);
                        }
                        if (job.subjectId().toString().equals(poison)) {
                            Runtime.getRuntime().halt(139);
                        }
                        append(log, "end " + job.subjectId());
                    };
            JobHandler<TranscodeVideo> films =
                    job -> {
                        append(log, "start " + job.subjectId());
                        Thread.sleep(Long.MAX_VALUE);
                    };
            var redis = new Redis(variable("KEEPSAKE_REDIS_URL"), args[0]);
            new JobRunner(
                            redis,
                            JdbcClient.create(source),
                            Map.of(GenerateThumbnails.class, handler, TranscodeVideo.class, films),
                            args[0],
                            Scene.QUICK,
                            Thread.ofPlatform().factory(),
                            Budget.UNLIMITED)
                    .start();
            try {
                Thread.currentThread().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static String variable(String name) {
            return requireNonNull(System.getenv(name));
        }

        private static synchronized void append(Path log, String line) throws IOException {
            Files.writeString(
                    log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
