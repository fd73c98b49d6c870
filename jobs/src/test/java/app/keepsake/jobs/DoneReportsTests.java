package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.Consumer;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoneReportsTests {

    private static final String DONE = "keepsake:jobs:done";

    private final Scene scene = new Scene();
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    private void server(String name, JobListener listener) {
        var reports =
                new DoneReports(scene.closing(scene.connect(name)), listener, name, Scene.QUICK);
        scene.closing(reports::stop);
        reports.start();
    }

    @Test
    void aServerHearsWhatAWorkerEndedAndInWhichLane() {
        server("s", (job, lane) -> heard.add(job + " " + lane));
        scene.runner("w", job -> {});
        var fresh = thumbnails();
        var bulk = thumbnails();
        scene.queue.add(fresh);
        scene.queue.add(bulk, Lane.BULK);
        await(() -> heard.size() == 2 && scene.rawRedis().xlen(DONE) == 0);
        assertThat(heard).containsExactlyInAnyOrder(fresh + " FRESH", bulk + " BULK");
    }

    @Test
    void neitherFailuresNorTheServersOwnJobsAreReported() {
        scene.runner(
                "w",
                Map.of(
                        GenerateThumbnails.class,
                        (JobHandler<GenerateThumbnails>)
                                job -> {
                                    throw new Unrecoverable("not a picture");
                                },
                        ExtractMetadata.class,
                        (JobHandler<ExtractMetadata>) job -> heard.add("ran")));
        var failing = thumbnails();
        scene.queue.add(failing);
        scene.queue.add(new ExtractMetadata(failing.subjectId()));
        await(() -> !heard.isEmpty() && scene.attempt(failing).isFailed() && scene.isIdle());
        assertThat(scene.rawRedis().xlen(DONE)).isZero();
    }

    @Test
    void aReportThatCouldNotBeDealtWithIsHeardAgain() {
        server(
                "s",
                (job, lane) -> {
                    heard.add(job.toString());
                    if (heard.size() == 1) {
                        throw new IllegalStateException("the database is away");
                    }
                });
        scene.runner("w", job -> {});
        scene.queue.add(thumbnails());
        await(() -> heard.size() == 2 && scene.rawRedis().xlen(DONE) == 0);
        assertThat(heard.get(1)).isEqualTo(heard.get(0));
    }

    @Test
    void aReportOfAKindThatItDoesNotKnowIsNotInTheWay() {
        scene.rawRedis().xadd(DONE, "job", "future.dream:1", "lane", "fresh");
        server("s", (job, lane) -> heard.add(job.toString()));
        scene.runner("w", job -> {});
        scene.queue.add(thumbnails());
        await(() -> heard.size() == 1 && scene.rawRedis().xlen(DONE) == 0);
    }

    @Test
    void reportsThatNoServerHearsDoNotFillTheMemory() {
        scene.rawRedis()
                .eval(
                        """
                        for i = 1, 102000 do
                            redis.call('XADD', KEYS[1], '*', 'job', 'future.dream:1', 'lane', 'bulk')
                        end
                        """,
                        ScriptOutputType.STATUS,
                        DONE);
        scene.runner("w", job -> {});
        scene.queue.add(thumbnails());
        await(scene::isIdle);
        // Redis forgets whole nodes of its stream only.
        assertThat(scene.rawRedis().xlen(DONE)).isBetween(100_000L, 101_000L);
    }

    @Test
    void theReportsOfAServerThatDiedAreHeardByAnother() {
        scene.runner("w", job -> {});
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> scene.rawRedis().xlen(DONE) == 1);
        scene.rawRedis().xgroupCreate(StreamOffset.from(DONE, "0"), "servers");
        var taken =
                scene.rawRedis()
                        .xreadgroup(
                                Consumer.from("servers", "dead"), StreamOffset.lastConsumed(DONE));
        assertThat(taken).hasSize(1);
        server("s", (ended, lane) -> heard.add(ended.toString()));
        await(() -> heard.contains(job.toString()) && scene.rawRedis().xlen(DONE) == 0);
    }
}
