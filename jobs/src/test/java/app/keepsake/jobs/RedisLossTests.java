package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Redis may be away, come back, or forget everything, at any moment (I3). */
class RedisLossTests {

    private final List<Job> ran = Collections.synchronizedList(new ArrayList<>());

    @Test
    void anUploadDoesNotFailForWantOfRedisAndTheReconcilerIsToldWhenItIsBack() throws Exception {
        try (var server = new RedisProcess()) {
            await(() -> canConnect(server));
            server.kill();
            try (var redis = new Redis(server.url(), "test")) {
                var queue = new JobQueue(redis, Scene.QUICK);
                var losses = new AtomicInteger();
                queue.onLoss(losses::incrementAndGet);
                queue.add(thumbnails());
                assertThat(losses).hasValue(1);
                server.start();
                await(() -> losses.get() > 1);
                var job = thumbnails();
                await(() -> isAccepted(queue, job));
                assertThat(queue.counts(QueueName.THUMBNAIL_GENERATION).fresh()).isEqualTo(1);
            }
        }
    }

    private static boolean canConnect(RedisProcess server) {
        try (var client = RedisClient.create(server.url());
                var connection = client.connect()) {
            return connection.isOpen();
        } catch (io.lettuce.core.RedisException e) {
            return false;
        }
    }

    private static boolean isAccepted(JobQueue queue, Job job) {
        try {
            return queue.addMissing(Kind.of(job), List.of(job), Lane.FRESH) == 1;
        } catch (io.lettuce.core.RedisException e) {
            return false;
        }
    }

    @Test
    void allWorkCompletesOnceWhenRedisDiesMidQueueAndComesBack() throws Exception {
        try (var server = new RedisProcess()) {
            await(() -> canConnect(server));
            try (var scene = new Scene(server.url())) {
                var started = new CountDownLatch(2);
                var mayEnd = new CountDownLatch(1);
                scene.runner(
                        "a",
                        job -> {
                            started.countDown();
                            mayEnd.await();
                            ran.add(job);
                        });
                for (var i = 0; i < 20; i++) {
                    scene.queue.add(thumbnails());
                }
                await(() -> started.getCount() == 0);
                server.kill();
                mayEnd.countDown();
                await(() -> ran.size() == 2);
                server.start();
                await(() -> ran.size() >= 20 && isIdle(scene));
                assertThat(ran).doesNotHaveDuplicates().hasSize(20);
                assertThat(scene.jdbc.sql("select count(*) from job_attempt").query().singleValue())
                        .isEqualTo(0L);
            }
        }
    }

    private static boolean isIdle(Scene scene) {
        try {
            return scene.isIdle();
        } catch (io.lettuce.core.RedisException e) {
            return false;
        }
    }

    @Test
    void runnersGoOnAfterAFlushAndTellOfTheLoss() throws Exception {
        try (var scene = new Scene()) {
            scene.queue.mark();
            var losses = new AtomicInteger();
            scene.queue.onLoss(losses::incrementAndGet);
            scene.runner("a", ran::add);
            var before = thumbnails();
            scene.queue.add(before);
            await(() -> ran.contains(before) && scene.isIdle());
            scene.queue.announceLoss();
            await(() -> losses.getAndSet(0) > 0); // heard, so the start is over
            scene.rawRedis().flushall();
            await(() -> losses.get() > 0); // also with nothing to do
            var after = thumbnails();
            scene.queue.add(after);
            await(() -> ran.contains(after) && scene.isIdle());
        }
    }

    @Test
    void aLossThatNoServerMendsDoesNotKeepTheRunnersBusy() throws Exception {
        try (var scene = new Scene()) {
            var told = new AtomicInteger();
            scene.queue.onLoss(told::incrementAndGet);
            scene.runner("a", ran::add);
            scene.runner("b", ran::add);
            await(() -> told.get() > 0);
            var rounds = System.nanoTime() + Scene.QUICK.check().multipliedBy(4).toNanos();
            await(() -> System.nanoTime() > rounds);
            // Each of the two says it once a round, and at its start.
            assertThat(told.get()).isLessThan(30);
        }
    }

    @Test
    void aJobThatRunsDuringAFlushIsNotStartedASecondTimeBesideItself() throws Exception {
        try (var scene = new Scene()) {
            scene.queue.mark();
            var losses = new AtomicInteger();
            var started = new CountDownLatch(1);
            var mayEnd = new CountDownLatch(1);
            JobHandler<GenerateThumbnails> handler =
                    job -> {
                        ran.add(job);
                        started.countDown();
                        mayEnd.await();
                    };
            scene.runner("a", handler);
            scene.runner("b", handler);
            var job = thumbnails();
            scene.queue.add(job);
            await(() -> started.getCount() == 0);
            scene.queue.onLoss(losses::incrementAndGet);
            scene.rawRedis().flushall();
            await(() -> losses.get() > 0);
            var key = "keepsake:jobs:running:" + Kind.format(job);
            await(() -> scene.rawRedis().exists(key) == 1);
            // As the reconciler does, to whom the job looks forgotten.
            scene.queue.addMissing(Kind.of(job), List.of(job), Lane.FRESH);
            scene.queue.mark();
            assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION))
                    .isEqualTo(new QueueCounts(0, 0, 0, 1));
            mayEnd.countDown();
            await(scene::isIdle);
            assertThat(ran).containsExactly(job);
        }
    }

    @Test
    void aJobThatFailedGoesOnCountingAfterAFlush() throws Exception {
        try (var scene = new Scene()) {
            scene.runner(
                    "a",
                    job -> {
                        ran.add(job);
                        throw new java.io.IOException("no such file");
                    },
                    Scene.PATIENT);
            var job = thumbnails();
            for (var attempt = 1; attempt <= 3; attempt++) {
                // As the reconciler does, to whom the job looks forgotten.
                scene.queue.addMissing(Kind.of(job), List.of(job), Lane.FRESH);
                var expected = attempt;
                await(() -> ran.size() == expected);
                await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).active() == 0);
                assertThat(scene.attempt(job))
                        .isEqualTo(
                                new Scene.Row(
                                        attempt, 0, "IOException: no such file", attempt == 3));
                scene.rawRedis().flushall();
            }
            scene.queue.addMissing(Kind.of(job), List.of(job), Lane.FRESH);
            await(scene::isIdle);
            assertThat(ran).hasSize(3);
        }
    }

    @Test
    void aSuspectStillRunsAloneAfterAFlush() throws Exception {
        try (var scene = new Scene()) {
            scene.concurrency(QueueName.THUMBNAIL_GENERATION, 3);
            var suspect = thumbnails();
            scene.jdbc
                    .sql(
                            """
                            insert into job_attempt (kind, subject_id, queue, crashes)
                            values ('thumbnails.generate', ?, 'thumbnailGeneration', 1)
                            """)
                    .param(suspect.subjectId())
                    .update();
            scene.rawRedis().flushall();
            var atWork = new AtomicInteger();
            var beside = new AtomicInteger();
            var mayEnd = new CountDownLatch(1);
            scene.runner(
                    "a",
                    job -> {
                        var others = atWork.getAndIncrement();
                        if (job.equals(suspect)) {
                            beside.set(others);
                        } else {
                            mayEnd.await();
                        }
                        ran.add(job);
                        atWork.decrementAndGet();
                    });
            for (var i = 0; i < 2; i++) {
                scene.queue.add(thumbnails());
            }
            await(() -> atWork.get() == 2);
            scene.queue.add(suspect);
            await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).active() == 3);
            mayEnd.countDown();
            await(() -> ran.size() == 3 && scene.isIdle());
            assertThat(beside).hasValue(0);
            assertThat(scene.attempt(suspect)).isEqualTo(new Scene.Row(0, 0, "", false));
        }
    }

    @Test
    void aLoneGroupThatVanishedIsMadeAnew() throws Exception {
        try (var scene = new Scene()) {
            scene.runner("a", ran::add);
            var first = thumbnails();
            scene.queue.add(first);
            await(() -> ran.contains(first) && scene.isIdle());
            scene.rawRedis().xgroupDestroy("keepsake:jobs:thumbnailGeneration:fresh", "runners");
            var second = thumbnails();
            scene.queue.add(second);
            await(() -> ran.contains(second) && scene.isIdle());
        }
    }
}
