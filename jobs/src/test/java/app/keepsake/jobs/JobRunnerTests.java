package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobRunnerTests {

    private final Scene scene = new Scene();
    private final List<Job> ran = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    @Test
    void runsWhatIsAddedAndLeavesNothingInRedis() {
        scene.runner("a", ran::add);
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> ran.contains(job));
        await(scene::isIdle);
        assertThat(scene.rawRedis().hlen("keepsake:jobs:thumbnailGeneration:ids")).isZero();
        assertThat(scene.rawRedis().xlen("keepsake:jobs:thumbnailGeneration:fresh")).isZero();
    }

    @Test
    void runsFreshBeforeBulk() {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 1);
        var bulk = List.of(thumbnails(), thumbnails(), thumbnails());
        var fresh = List.of(thumbnails(), thumbnails());
        bulk.forEach(job -> scene.queue.add(job, Lane.BULK));
        fresh.forEach(scene.queue::add);
        scene.runner("a", ran::add);
        await(() -> ran.size() == 5);
        var expected = new ArrayList<Job>(fresh);
        expected.addAll(bulk);
        assertThat(ran).isEqualTo(expected);
    }

    @Test
    void queuesAJobOnceHoweverOftenItIsAdded() {
        var job = thumbnails();
        scene.queue.add(job);
        scene.queue.add(job, Lane.BULK);
        assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION))
                .isEqualTo(new QueueCounts(1, 0, 0, 0));
    }

    @Test
    void runsAJobOnceMoreThatWasAddedWhileItRan() {
        var started = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    started.countDown();
                    mayEnd.await();
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> started.getCount() == 0);
        scene.queue.add(job);
        mayEnd.countDown();
        await(() -> ran.size() == 2 && scene.isIdle());
    }

    @Test
    void triesAFailingJobThreeTimesAndKeepsTheReason() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    throw new java.io.IOException("no such file");
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> scene.attempt(job).isFailed() && scene.isIdle());
        assertThat(ran).containsExactly(job, job, job);
        assertThat(scene.attempt(job))
                .isEqualTo(new Scene.Row(3, 0, "IOException: no such file", true));
    }

    @Test
    void givesAJobUpOnceBeforeItIsWrittenDownAsFailed() {
        var givenUp = Collections.synchronizedList(new ArrayList<String>());
        scene.runner(
                "a",
                new JobHandler<GenerateThumbnails>() {
                    @Override
                    public void run(GenerateThumbnails job) throws Exception {
                        ran.add(job);
                        throw ran.size() <= 3
                                ? new java.io.IOException("slow")
                                : new Unrecoverable("broken");
                    }

                    @Override
                    public void gaveUp(GenerateThumbnails job, Throwable failure) {
                        givenUp.add(failure.getMessage() + " " + scene.attempt(job).isFailed());
                        throw new IllegalStateException("harms nobody");
                    }
                });
        var slow = thumbnails();
        scene.queue.add(slow);
        await(() -> scene.attempt(slow).isFailed() && scene.isIdle());
        assertThat(ran).hasSize(3);
        assertThat(givenUp).containsExactly("slow false");
        var broken = thumbnails();
        scene.queue.add(broken);
        await(() -> scene.attempt(broken).isFailed() && scene.isIdle());
        assertThat(givenUp).containsExactly("slow false", "broken false");
    }

    @Test
    void forgetsTheFailuresOfAJobThatSucceedsInTheEnd() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    if (ran.size() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> ran.size() == 3 && scene.isIdle());
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
    }

    @Test
    void waitsWithoutCountingForWhatIsAway() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    if (ran.size() < 6) {
                        throw new NotNow("the disk is away");
                    }
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> ran.size() == 6 && scene.isIdle());
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
    }

    @Test
    void failsAtOnceWhatCannotBeMended() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    throw new Unrecoverable("not a picture");
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> scene.attempt(job).isFailed() && scene.isIdle());
        assertThat(ran).containsExactly(job);
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(1, 0, "not a picture", true));
    }

    @Test
    void doesNotReviveAFailedJobThatIsAddedAgain() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    throw new Unrecoverable("not a picture");
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> scene.attempt(job).isFailed() && scene.isIdle());
        scene.queue.add(job);
        await(scene::isIdle);
        assertThat(ran).containsExactly(job);
    }

    @Test
    void takesNothingFromAPausedQueueUntilItIsResumed() {
        scene.pause(QueueName.THUMBNAIL_GENERATION, true);
        scene.runner(
                "a",
                Map.of(
                        GenerateThumbnails.class,
                        (JobHandler<GenerateThumbnails>) ran::add,
                        EmbedPicture.class,
                        (JobHandler<EmbedPicture>) ran::add));
        var held = thumbnails();
        var other = new EmbedPicture(held.subjectId());
        scene.queue.add(held);
        scene.queue.add(other);
        await(() -> ran.contains(other));
        assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION).fresh()).isEqualTo(1);
        scene.pause(QueueName.THUMBNAIL_GENERATION, false);
        await(() -> ran.contains(held));
    }

    @Test
    void pausesARunnerThatIsAtWork() {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 1);
        var mayEnd = new CountDownLatch(1);
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    mayEnd.await();
                });
        var first = thumbnails();
        var second = thumbnails();
        scene.queue.add(first);
        await(() -> ran.contains(first));
        scene.queue.add(second);
        scene.pause(QueueName.THUMBNAIL_GENERATION, true);
        mayEnd.countDown();
        await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).active() == 0);
        assertThat(ran).containsExactly(first);
    }

    @Test
    void twoRunnersShareAQueueAndNeverAJob() {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 3);
        JobHandler<GenerateThumbnails> handler =
                job -> {
                    ran.add(job);
                };
        scene.runner("a", handler);
        scene.runner("b", handler);
        for (var i = 0; i < 300; i++) {
            scene.queue.add(thumbnails());
        }
        await(() -> ran.size() >= 300 && scene.isIdle());
        assertThat(ran).doesNotHaveDuplicates().hasSize(300);
    }

    @Test
    void aLongJobStaysWithItsOwner() {
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
        scene.queue.add(thumbnails());
        await(() -> started.getCount() == 0);
        // Long enough for an unrenewed claim to lapse, and for the other to notice, twice.
        var lapse = System.nanoTime() + Scene.QUICK.claim().multipliedBy(2).toNanos();
        await(() -> System.nanoTime() > lapse);
        mayEnd.countDown();
        await(scene::isIdle);
        assertThat(ran).hasSize(1);
    }

    @Test
    void aStoppedRunnerGivesBackWhatItCannotEnd() {
        var started = new CountDownLatch(1);
        var first =
                scene.runner(
                        "a",
                        job -> {
                            started.countDown();
                            Thread.sleep(60_000);
                        });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> started.getCount() == 0);
        first.stop();
        assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION))
                .isEqualTo(new QueueCounts(1, 0, 0, 0));
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
        scene.runner("b", ran::add);
        await(() -> ran.contains(job));
    }
}
