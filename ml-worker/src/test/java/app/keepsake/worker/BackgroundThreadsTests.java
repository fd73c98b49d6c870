package app.keepsake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.JobQueue;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
@EnabledOnOs(OS.LINUX)
class BackgroundThreadsTests {

    private static final int BACKGROUND = 5;

    @Autowired WorkerFixtures given;
    @Autowired JobQueue queue;

    @Test
    void jobsRunInTheBackgroundAndAnswersToAPersonDoNot() throws Exception {
        var job = new EmbedPicture(given.assetWithPreview("sea.png"));
        await().untilAsserted(
                        () -> {
                            queue.add(job); // idle threads end after a while
                            assertThat(classesOfThreads("job-\\d+"))
                                    .isNotEmpty()
                                    .containsOnly(BACKGROUND);
                        });
        assertThat(classesOfThreads("text-vectors"))
                .containsExactly(classOf(Path.of("/proc/thread-self")))
                .doesNotContain(BACKGROUND);
    }

    @Test
    void whatAJobStartsIsInTheBackgroundToo() throws Exception {
        var classes = new ArrayList<Integer>();
        var thread =
                new BackgroundThreads()
                        .newThread(
                                () -> {
                                    var started =
                                            Thread.ofPlatform()
                                                    .start(
                                                            () ->
                                                                    classes.add(
                                                                            classOf(
                                                                                    Path.of(
                                                                                            "/proc/thread-self"))));
                                    try {
                                        started.join();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        thread.start();
        thread.join();
        assertThat(classes).containsExactly(BACKGROUND);
    }

    private static List<Integer> classesOfThreads(String name) throws IOException {
        var classes = new ArrayList<Integer>();
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (var thread : threads) {
                try {
                    if (Files.readString(thread.resolve("comm")).strip().matches(name)) {
                        classes.add(classOf(thread));
                    }
                } catch (IOException | UncheckedIOException e) {
                    continue; // this thread has just ended
                }
            }
        }
        return classes;
    }

    /** The scheduling class of a thread: field 41 of its {@code stat}, see proc(5). */
    private static int classOf(Path thread) {
        try {
            var stat = Files.readString(thread.resolve("stat"));
            var fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Integer.parseInt(fromThird[41 - 3]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
