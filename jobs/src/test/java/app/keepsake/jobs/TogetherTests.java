package app.keepsake.jobs;

import static app.keepsake.jobs.Scene.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that run as one, and yet end one by one. */
class TogetherTests {

    private final Scene scene = new Scene();
    private final List<List<EmbedPicture>> runs = Collections.synchronizedList(new ArrayList<>());
    private final List<Job> others = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @BeforeEach
    void oneRunAtATime() {
        scene.concurrency(QueueName.SMART_SEARCH, 1);
    }

    @AfterEach
    void close() throws Exception {
        mayEnd.countDown();
        scene.close();
    }

    /** Three at a time; it writes down what came together, and then does as the test says. */
    private final class Three implements JobHandler<EmbedPicture> {

        private final JobHandler<EmbedPicture> one;

        Three(JobHandler<EmbedPicture> one) {
            this.one = one;
        }

        @Override
        public int together() {
            return 3;
        }

        @Override
        public void run(EmbedPicture job) throws Exception {
            runs.add(List.of(job));
            one.run(job);
        }

        @Override
        public void run(List<EmbedPicture> jobs) throws Exception {
            runs.add(List.copyOf(jobs));
            for (var job : jobs) {
                one.run(job);
            }
        }
    }

    private void start(String name, Budget budget, JobHandler<EmbedPicture> one) {
        scene.runner(
                name,
                Map.of(
                        EmbedPicture.class,
                        new Three(one),
                        DetectFaces.class,
                        (JobHandler<DetectFaces>) others::add),
                Scene.QUICK,
                budget);
    }

    private static List<EmbedPicture> pictures(int count) {
        return Stream.generate(() -> new EmbedPicture(UUID.randomUUID())).limit(count).toList();
    }

    private boolean isIdle() {
        return scene.queue.counts(QueueName.SMART_SEARCH).equals(new QueueCounts(0, 0, 0, 0));
    }

    @Test
    void asManyRunAsOneAsTheirHandlerLikes() {
        var jobs = pictures(7);
        jobs.forEach(scene.queue::add);
        start("a", Budget.UNLIMITED, job -> {});
        await(this::isIdle);
        assertThat(runs)
                .containsExactly(jobs.subList(0, 3), jobs.subList(3, 6), jobs.subList(6, 7));
    }

    @Test
    void aRunTakesOneSlotHoweverManyJobsItHas() {
        scene.concurrency(QueueName.SMART_SEARCH, 5);
        pictures(6).forEach(scene.queue::add);
        var slots = new AtomicInteger(2);
        var looks = new AtomicInteger();
        Budget budget =
                _ -> {
                    looks.incrementAndGet();
                    return new Allowance(slots.get(), Integer.MAX_VALUE, Map.of(), Set.of(), false);
                };
        start("a", budget, _ -> mayEnd.await());
        await(() -> runs.size() == 2);
        var late = new DetectFaces(UUID.randomUUID());
        scene.queue.add(late);
        int before = looks.get();
        await(() -> looks.get() > before + 2); // it has seen that one, and there is no slot
        assertThat(runs).extracting(List::size).containsExactly(3, 3);
        assertThat(others).doesNotContain(late);
        slots.set(3);
        await(() -> others.contains(late));
    }

    @Test
    void oneThatFailsIsTriedAgainAndThoseBesideItAreDone() {
        var jobs = pictures(3);
        var bad = jobs.get(1);
        jobs.forEach(scene.queue::add);
        JobHandler<EmbedPicture> one =
                job -> {
                    if (job.equals(bad)) {
                        throw new IllegalStateException("cannot be read");
                    }
                };
        scene.runner("a", Map.of(EmbedPicture.class, new Three(one)), Scene.PATIENT);
        await(() -> scene.queue.counts(QueueName.SMART_SEARCH).equals(new QueueCounts(0, 0, 0, 1)));
        assertThat(scene.attempt(bad).attempts()).isEqualTo(1);
        assertThat(scene.attempt(bad).lastError()).contains("cannot be read");
        for (var good : List.of(jobs.get(0), jobs.get(2))) {
            assertThat(scene.attempt(good)).isEqualTo(new Scene.Row(0, 0, "", false));
            assertThat(runs).contains(List.of(good));
        }
    }

    @Test
    void allAreGivenBackWhenTheirProcessStops() throws Exception {
        var jobs = pictures(3);
        jobs.forEach(scene.queue::add);
        var leaving =
                scene.runner(
                        "a",
                        Map.of(EmbedPicture.class, new Three(_ -> mayEnd.await())),
                        Scene.QUICK);
        await(() -> runs.size() == 1);
        leaving.stop();
        assertThat(runs).hasSize(1);
        start("b", Budget.UNLIMITED, job -> {});
        await(this::isIdle);
        assertThat(runs.getLast()).containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(jobs).allMatch(job -> scene.attempt(job).attempts() == 0);
    }
}
