package app.keepsake.job;

import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.Loop;
import app.keepsake.jobs.QueueName;
import app.keepsake.model.ModelsChanged;
import app.keepsake.person.StrangersDue;
import app.keepsake.settings.ConfigChanged;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Makes up for what Redis forgot (I3): at the start, when Redis is back or did not take a job, and
 * every hour, it queues what Postgres says is missing; never what failed, was emptied, or is queued
 * already. Several servers may do it at once, since a job is queued once.
 */
@Component
class Reconciler implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration HOUR = Duration.ofHours(1);

    /** For runners to say what they are running, before it is queued a second time. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final JobQueue queue;
    private final Work work;
    private final BulkRuns bulkRuns;
    private final Duration regularly;
    private final Loop everything = new Loop("reconciler", this::reconcile);
    private final Loop refills = new Loop("bulk-runs", this::refill);
    private final Set<QueueName> drained = ConcurrentHashMap.newKeySet();
    private volatile boolean running;

    @Autowired
    Reconciler(JobQueue queue, Work work, BulkRuns bulkRuns) {
        this(queue, work, bulkRuns, HOUR);
    }

    Reconciler(JobQueue queue, Work work, BulkRuns bulkRuns, Duration regularly) {
        this.queue = queue;
        this.work = work;
        this.bulkRuns = bulkRuns;
        this.regularly = regularly;
    }

    @Override
    public void start() {
        running = true;
        queue.onLoss(everything::wake);
        queue.onDrained(
                name -> {
                    drained.add(name);
                    refills.wake();
                });
        everything.start();
        refills.start();
    }

    /** What was switched off and is wanted after all lacks from now on. */
    @TransactionalEventListener
    void on(ConfigChanged changed) {
        everything.wake();
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(StrangersDue due) {
        bulkRuns.open(Step.PEOPLE, false, null);
        everything.wake();
    }

    /** What another model saw is to be seen again. */
    @EventListener
    void on(ModelsChanged changed) {
        everything.wake();
    }

    private Duration reconcile() throws InterruptedException {
        if (!queue.marked()) {
            queue.announceLoss();
            Thread.sleep(GRACE);
            bulkRuns.rewind();
            queue.mark();
        }
        work.forgetVanished();
        var found = 0L;
        for (var step : Step.values()) {
            found += queueMissing(step);
        }
        for (var job : work.unfinished(BulkRuns.MOST_QUEUED)) {
            found += queue.addMissing(Kind.of(job), Set.of(job), Lane.FRESH);
        }
        if (found > 0) {
            log.info("Queued {} jobs that were missing", found);
        }
        BulkRuns.queues().forEach(bulkRuns::topUp);
        return regularly;
    }

    private long queueMissing(Step step) {
        var ids = work.page(step, false, null, BulkRuns.MOST_QUEUED);
        var added =
                queue.addMissing(
                        step.kind(), ids.stream().map(step.kind()::job).toList(), Lane.FRESH);
        if (ids.size() == BulkRuns.MOST_QUEUED) {
            bulkRuns.open(step, false, ids.getLast());
        }
        return added;
    }

    private Duration refill() {
        for (var name : Set.copyOf(drained)) {
            drained.remove(name);
            try {
                bulkRuns.topUp(name);
            } catch (RuntimeException e) {
                drained.add(name);
                throw e;
            }
        }
        return HOUR;
    }

    @Override
    public void stop() {
        running = false;
        refills.close();
        everything.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
