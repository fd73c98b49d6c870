package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static app.keepsake.jobs.Scene.thumbnails;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a runner begins when it may not begin all that its queues allow. */
class BudgetTests {

    /** As tight as the test says. */
    private static final class Purse implements Budget {

        private volatile Allowance allowance = Allowance.UNLIMITED;
        private final List<Runnable> listeners = new ArrayList<>();
        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public Allowance now(Map<QueueName, Long> running) {
            looks.incrementAndGet();
            return allowance;
        }

        @Override
        public void taken(QueueName queue) {
            var before = allowance;
            allowance =
                    new Allowance(
                            before.slots(),
                            before.megabytes() - before.costs().getOrDefault(queue, 0),
                            before.costs(),
                            before.resting(),
                            before.freshOnly());
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
        }

        void set(Allowance changed) {
            allowance = changed;
            listeners.forEach(Runnable::run);
        }
    }

    private final Scene scene = new Scene();
    private final Purse purse = new Purse();
    private final List<Job> began = Collections.synchronizedList(new ArrayList<>());
    private final List<Job> ended = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Map<Job, CountDownLatch> held = new ConcurrentHashMap<>();

    @AfterEach
    void close() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        scene.close();
    }

    private static Allowance slots(int slots) {
        return new Allowance(slots, Integer.MAX_VALUE, Map.of(), Set.of(), false);
    }

    private static Allowance resting(QueueName... queues) {
        return new Allowance(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of(), Set.of(queues), false);
    }

    /** It does not end until it is let go. */
    private <J extends Job> J hold(J job) {
        held.put(job, new CountDownLatch(1));
        return job;
    }

    private void letGo(Job job) {
        requireNonNull(held.get(job)).countDown();
    }

    private Map<Class<? extends Job>, JobHandler<?>> handlers() {
        JobHandler<Job> handler =
                job -> {
                    began.add(job);
                    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    var latch = held.get(job);
                    if (latch != null) {
                        latch.await();
                    }
                    atOnce.decrementAndGet();
                    ended.add(job);
                };
        return Map.of(
                GenerateThumbnails.class, handler,
                ApplyEdits.class, handler,
                EmbedPicture.class, handler,
                DetectFaces.class, handler,
                TranscodeVideo.class, handler);
    }

    private void startRunner() {
        // What is heard must be enough: no look of its own comes to the rescue.
        scene.runner("a", handlers(), Scene.TRUSTING, purse);
    }

    private static EmbedPicture embed() {
        return new EmbedPicture(UUID.randomUUID());
    }

    private static DetectFaces faces() {
        return new DetectFaces(UUID.randomUUID());
    }

    @Test
    void allQueuesTogetherHaveSoManySlotsAndTakeTurns() {
        purse.set(slots(1));
        List.of(embed(), embed(), embed()).forEach(scene.queue::add);
        List.of(faces(), faces(), faces()).forEach(scene.queue::add);
        startRunner();
        await(() -> ended.size() == 6);
        assertThat(mostAtOnce).hasValue(1);
        assertThat(began.subList(0, 2).stream().map(Job::getClass).distinct()).hasSize(2);
        assertThat(began.subList(2, 4).stream().map(Job::getClass).distinct()).hasSize(2);
    }

    @Test
    void moreSlotsAreUsedAtOnceWhenTheyCome() {
        purse.set(slots(1));
        List.of(hold(embed()), hold(faces())).forEach(scene.queue::add);
        startRunner();
        await(() -> began.size() == 1);
        for (int look = 1; look <= 2; look++) {
            int before = purse.looks.get();
            purse.set(slots(1));
            await(() -> purse.looks.get() > before);
        }
        assertThat(began).hasSize(1);
        purse.set(slots(2));
        await(() -> began.size() == 2);
    }

    @Test
    void aNewPhotoGetsItsThumbnailThoughEverySlotIsTaken() {
        purse.set(slots(1));
        var busy = hold(embed());
        scene.queue.add(busy);
        startRunner();
        await(() -> began.contains(busy));
        var bulk = thumbnails();
        scene.queue.add(bulk, Lane.BULK);
        var photo = hold(thumbnails());
        var next = thumbnails();
        scene.queue.add(photo);
        scene.queue.add(next);
        await(() -> began.contains(photo));
        letGo(photo);
        await(() -> ended.contains(next)); // one after the other
        assertThat(began).doesNotContain(bulk);
        letGo(busy);
        await(() -> ended.contains(bulk));
    }

    @Test
    void nothingOfARestingQueueBeginsUntilItMay() {
        purse.set(resting(QueueName.SMART_SEARCH, QueueName.VIDEO_CONVERSION));
        var embed = embed();
        var film = new TranscodeVideo(UUID.randomUUID());
        var photo = thumbnails();
        var faces = faces();
        scene.queue.add(embed);
        scene.queue.add(film);
        scene.queue.add(faces);
        scene.queue.add(photo);
        startRunner();
        await(() -> ended.size() == 2);
        assertThat(ended).containsExactlyInAnyOrder(photo, faces);
        purse.set(Allowance.UNLIMITED);
        await(() -> ended.containsAll(List.of(embed, film)));
    }

    @Test
    void reRunsWaitWhereOnlyWhatIsFreshMayBegin() {
        purse.set(new Allowance(9, Integer.MAX_VALUE, Map.of(), Set.of(), true));
        var bulk = thumbnails();
        var photo = thumbnails();
        scene.queue.add(bulk, Lane.BULK);
        startRunner();
        scene.queue.add(photo);
        await(() -> ended.contains(photo));
        assertThat(began).containsExactly(photo);
        purse.set(Allowance.UNLIMITED);
        await(() -> ended.contains(bulk));
    }

    @Test
    void whatNeedsMoreMemoryThanThereIsWaitsUntilItIsAloneAndSmallJobsPass() {
        purse.set(
                new Allowance(
                        9,
                        300,
                        Map.of(
                                QueueName.SMART_SEARCH, 640,
                                QueueName.FACE_DETECTION, 100,
                                QueueName.EDITOR, 100),
                        Set.of(),
                        false));
        var first = hold(faces());
        scene.queue.add(first);
        startRunner();
        await(() -> began.contains(first));
        var large = hold(embed());
        scene.queue.add(large);
        var small = new ApplyEdits(UUID.randomUUID());
        scene.queue.add(small);
        await(() -> ended.contains(small));
        assertThat(began).doesNotContain(large);
        letGo(first);
        await(() -> began.contains(large)); // more than all there is: it runs all the same
        var beside = faces();
        scene.queue.add(beside);
        letGo(large);
        await(() -> ended.containsAll(List.of(large, beside)));
    }

    @Test
    void jobsThatBeginTogetherShareTheMemory() {
        purse.set(
                new Allowance(
                        9,
                        300,
                        Map.of(QueueName.SMART_SEARCH, 200, QueueName.FACE_DETECTION, 200),
                        Set.of(),
                        false));
        var jobs = List.of(hold(embed()), hold(faces()));
        jobs.forEach(scene.queue::add);
        startRunner();
        await(() -> began.size() == 1);
        var other = new ApplyEdits(UUID.randomUUID());
        scene.queue.add(other);
        await(() -> ended.contains(other)); // so it has looked again
        assertThat(began).hasSize(2);
        purse.set(Allowance.UNLIMITED);
        await(() -> began.containsAll(jobs));
    }

    @Test
    void aFilmThatTakesHoursTakesNoSlot() {
        purse.set(slots(1));
        var film = hold(new TranscodeVideo(UUID.randomUUID()));
        scene.queue.add(film);
        startRunner();
        await(() -> began.contains(film));
        var embed = embed();
        scene.queue.add(embed);
        await(() -> ended.contains(embed));
    }

    @Test
    void oneWorkerDoesWhatAnotherIsTooHotFor() {
        purse.set(resting(QueueName.SMART_SEARCH));
        startRunner();
        var embed = embed();
        scene.queue.add(embed);
        var photo = thumbnails();
        scene.queue.add(photo);
        await(() -> ended.contains(photo));
        assertThat(began).doesNotContain(embed);
        scene.runner("b", handlers(), Scene.TRUSTING, new Purse());
        await(() -> ended.contains(embed));
    }

    private static final String PACE = "keepsake:jobs:smartSearch:pace";

    @Test
    void thePaceOfAQueueIsThatOfTheTimeInWhichItsJobsRan() {
        startRunner();
        assertThat(scene.queue.paces()).isEmpty();
        // Its last job ended an hour ago; the hour in which there was none does not count.
        var anHourAgo = String.valueOf(Math.round(scene.now()) - 3_600_000);
        scene.rawRedis().hset(PACE, "from", anHourAgo);
        var quick = embed();
        scene.queue.add(quick);
        await(() -> scene.queue.paces().containsKey(QueueName.SMART_SEARCH));
        var pace = requireNonNull(scene.queue.paces().get(QueueName.SMART_SEARCH));
        assertThat(pace.done()).isEqualTo(1);
        assertThat(pace.busy()).isLessThan(Duration.ofMinutes(30));
        // One that has run for an hour.
        var slow = hold(embed());
        scene.queue.add(slow);
        await(() -> began.contains(slow));
        scene.rawRedis().hset(PACE, "from", anHourAgo);
        letGo(slow);
        await(
                () ->
                        scene.queue.paces().values().stream()
                                .anyMatch(each -> each.busy().toMinutes() >= 60));
        pace = requireNonNull(scene.queue.paces().get(QueueName.SMART_SEARCH));
        assertThat(pace.ofMore(10)).isBetween(Duration.ofHours(4), Duration.ofHours(7));
    }
}
