package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.Consumer;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class JobRunnerTests {

    /** For what is not to be put off by a claim's time. */
    private static final Timing LONG_CLAIMS =
            new Timing(
                    Duration.ofHours(1),
                    Duration.ofSeconds(1),
                    Duration.ofHours(1),
                    Duration.ofSeconds(1));

    private static final String FRESH = "keepsake:jobs:thumbnailGeneration:fresh";

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
    void searchesAndFacesWaitUntilTheLastNewPhotoCanBeSeen() {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 1);
        var mayEnd = new CountDownLatch(1);
        var first = thumbnails();
        var second = thumbnails();
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    mayEnd.await();
                });
        scene.queue.add(first);
        scene.queue.add(second);
        await(() -> ran.contains(first));
        scene.runner("b", analysis());
        var embed = new EmbedPicture(UUID.randomUUID());
        var rerun = new DetectFaces(UUID.randomUUID());
        var edit = new ApplyEdits(UUID.randomUUID());
        scene.queue.add(embed);
        scene.queue.add(rerun, Lane.BULK);
        scene.queue.add(edit);
        await(() -> ran.contains(edit)); // so the others could have run as well
        assertThat(ran).containsExactly(first, edit);
        mayEnd.countDown();
        await(() -> ran.size() == 5);
        assertThat(ran.subList(0, 3)).containsExactly(first, edit, second);
    }

    @Test
    void aWorkerThatWaitsForThePhotoOfAnotherIsToldOfItsEnd() {
        var mayEnd = new CountDownLatch(1);
        var photo = thumbnails();
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    mayEnd.await();
                });
        scene.queue.add(photo);
        await(() -> ran.contains(photo));
        var handlers = new HashMap<>(analysis());
        handlers.put(GenerateThumbnails.class, (JobHandler<GenerateThumbnails>) ran::add);
        scene.runner("b", handlers, Scene.TRUSTING);
        var embed = new EmbedPicture(UUID.randomUUID());
        var edit = new ApplyEdits(UUID.randomUUID());
        scene.queue.add(embed);
        scene.queue.add(edit);
        await(() -> ran.contains(edit)); // so it has seen the other, and that it must wait
        mayEnd.countDown();
        await(() -> ran.contains(embed));
    }

    @Test
    void nothingWaitsForPhotosWhoseQueueIsPaused() {
        scene.pause(QueueName.THUMBNAIL_GENERATION, true);
        scene.queue.add(thumbnails());
        scene.runner("a", analysis());
        var embed = new EmbedPicture(UUID.randomUUID());
        scene.queue.add(embed);
        await(() -> ran.equals(List.of(embed)));
    }

    private Map<Class<? extends Job>, JobHandler<?>> analysis() {
        JobHandler<Job> handler = ran::add;
        return Map.of(
                EmbedPicture.class, handler, DetectFaces.class, handler, ApplyEdits.class, handler);
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

    private JobHandler<GenerateThumbnails> throwingUntilRun(int number, Exception failure) {
        return job -> {
            ran.add(job);
            if (ran.size() < number) {
                throw failure;
            }
        };
    }

    @Test
    void forgetsTheFailuresOfAJobThatSucceedsInTheEnd() {
        scene.runner("a", throwingUntilRun(3, new IllegalStateException("not yet")));
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> ran.size() == 3 && scene.isIdle());
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
    }

    @Test
    void waitsWithoutCountingForWhatIsAway() {
        scene.runner("a", throwingUntilRun(6, new NotNow("the disk is away")));
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> ran.size() == 6 && scene.isIdle());
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(0, 0, "", false));
    }

    @Test
    void aJobThatFindsItsDiskAwaySpeaksForItsWholeQueueAndOnce(CapturedOutput log) {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 1);
        var others = Collections.synchronizedList(new ArrayList<Job>());
        scene.runner(
                "a",
                Map.of(
                        GenerateThumbnails.class,
                        (JobHandler<GenerateThumbnails>)
                                job -> {
                                    ran.add(job);
                                    throw new NotNow("the disk is away");
                                },
                        EmbedPicture.class,
                        (JobHandler<EmbedPicture>) others::add),
                Scene.PATIENT);
        for (var i = 0; i < 50; i++) {
            scene.queue.add(thumbnails());
        }
        await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).delayed() > 0);
        // Each of these is a chance to take a job of the other queue, too.
        for (var i = 1; i <= 20; i++) {
            scene.queue.add(new EmbedPicture(UUID.randomUUID()));
            var all = i;
            await(() -> others.size() == all);
        }
        assertThat(ran).hasSize(1);
        assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION))
                .isEqualTo(new QueueCounts(49, 0, 0, 1));
        assertThat(log.getOut().lines().filter(line -> line.contains("the disk is away")))
                .hasSize(1);
    }

    @Test
    void saysOnceThatItsJobsWaitAndOnceThatTheyGoOn(CapturedOutput log) {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    if (ran.size() < 6) {
                        throw new NotNow("the disk is away");
                    }
                });
        for (var i = 0; i < 5; i++) {
            scene.queue.add(thumbnails());
        }
        await(() -> ran.size() == 10 && scene.isIdle());
        assertThat(log.getOut().lines().filter(line -> line.contains("the disk is away")))
                .hasSize(1);
        assertThat(log.getOut().lines().filter(line -> line.contains("go on"))).hasSize(1);
    }

    @Test
    void triesAFailedJobAgainAfterTheRetryTimeAndThenAfterFourTimesThat() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    throw new java.io.IOException("no such file");
                },
                Scene.PATIENT);
        var job = thumbnails();
        var retry = (double) Scene.PATIENT.retry().toMillis();
        var before = scene.now();
        scene.queue.add(job);
        await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).delayed() == 1);
        assertThat(scene.queue.counts(QueueName.THUMBNAIL_GENERATION))
                .isEqualTo(new QueueCounts(0, 0, 0, 1));
        assertThat(scene.dueAt(job) - retry).isBetween(before - 1, scene.now());
        var other = thumbnails();
        scene.queue.add(other);
        await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).delayed() == 2);
        assertThat(ran).containsExactly(job, other);

        before = scene.now();
        scene.timeGoesBy(QueueName.THUMBNAIL_GENERATION);
        await(() -> ran.size() == 4);
        await(() -> scene.queue.counts(QueueName.THUMBNAIL_GENERATION).delayed() == 2);
        assertThat(scene.dueAt(job) - 4 * retry).isBetween(before - 1, scene.now());
    }

    @Test
    void leavesKindsThatItDoesNotKnowToANewerVersion(CapturedOutput log) {
        var unknown = List.of("future.dream:1", "future.dream:2", "future.dream:3");
        scene.addRaw(QueueName.THUMBNAIL_GENERATION, unknown.get(0));
        scene.rawRedis()
                .xgroupCreate(StreamOffset.from(FRESH, "0"), "runners"); // and is taken by one
        scene.rawRedis()
                .xreadgroup(Consumer.from("runners", "dead"), StreamOffset.lastConsumed(FRESH));
        scene.addRaw(QueueName.THUMBNAIL_GENERATION, unknown.get(1));
        scene.addRaw(QueueName.THUMBNAIL_GENERATION, unknown.get(2));
        var job = thumbnails();
        scene.queue.add(job);
        assertThat(scene.queue.list(QueueName.THUMBNAIL_GENERATION, 10))
                .extracting(QueuedJob::job)
                .containsExactly(job);
        scene.runner("a", ran::add);
        await(() -> ran.contains(job) && scene.isIdle());
        assertThat(log.getOut().lines().filter(line -> line.contains("future.dream"))).hasSize(1);
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
    void whatTakesTooLongIsTriedOnceMore() {
        scene.runner(
                "a",
                job -> {
                    ran.add(job);
                    throw new TookTooLong("over a minute");
                });
        var job = thumbnails();
        scene.queue.add(job);
        await(() -> scene.attempt(job).isFailed() && scene.isIdle());
        assertThat(ran).containsExactly(job, job);
        assertThat(scene.attempt(job)).isEqualTo(new Scene.Row(2, 0, "over a minute", true));
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
        scene.pause(QueueName.SMART_SEARCH, true);
        var mayEnd = new CountDownLatch(1);
        var heard = new CountDownLatch(1);
        scene.runner(
                "a",
                Map.of(
                        GenerateThumbnails.class,
                        (JobHandler<GenerateThumbnails>)
                                job -> {
                                    ran.add(job);
                                    mayEnd.await();
                                },
                        EmbedPicture.class,
                        (JobHandler<EmbedPicture>) job -> heard.countDown()));
        var first = thumbnails();
        var second = thumbnails();
        scene.queue.add(new EmbedPicture(first.subjectId()));
        scene.queue.add(first);
        await(() -> ran.contains(first));
        scene.queue.add(second);
        scene.pause(QueueName.THUMBNAIL_GENERATION, true);
        scene.pause(QueueName.SMART_SEARCH, false);
        await(() -> heard.getCount() == 0); // so it has read the settings
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

    /** And not only after a claim's time, as what still runs elsewhere. */
    @Test
    void whatIsAddedWhileItRunsRunsOnceMoreWhenItHasEnded() {
        scene.concurrency(QueueName.THUMBNAIL_GENERATION, 3);
        var begun = ConcurrentHashMap.<Job>newKeySet();
        JobHandler<GenerateThumbnails> handler =
                job -> {
                    if (begun.add(job)) {
                        scene.queue.add(job);
                    }
                    ran.add(job);
                };
        scene.runner("a", Map.of(GenerateThumbnails.class, handler), LONG_CLAIMS);
        for (var i = 0; i < 100; i++) {
            scene.queue.add(thumbnails());
        }
        await(() -> ran.size() >= 200 && scene.isIdle());
        assertThat(ran).hasSize(200);
    }

    /** Whether the last run is about to end then, ends, or has just ended. */
    @Test
    void whatIsAddedAgainAndAgainRunsEachTimeAtOnce() {
        JobHandler<GenerateThumbnails> handler = ran::add;
        scene.runner("a", Map.of(GenerateThumbnails.class, handler), LONG_CLAIMS);
        var job = thumbnails();
        for (var times = 1; times <= 300; times++) {
            var expected = times;
            scene.queue.add(job);
            await(() -> ran.size() == expected);
        }
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
