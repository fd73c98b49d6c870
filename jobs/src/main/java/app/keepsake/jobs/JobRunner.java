package app.keepsake.jobs;

import static java.util.Objects.requireNonNull;

import app.keepsake.jobs.Attempts.Attempt;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Takes the jobs that this process has handlers for, and runs as many at once as each queue and the
 * {@link Budget} of all allow, the queues by turns.
 *
 * <p>A taken job is a claim, renewed while it runs. A claim that nobody renews means that its
 * process died, by this job or by one beside it: each of them then runs alone, and one that dies
 * alone twice is given up. Running twice is harmless (I4); forgetting is not, so a claim ends only
 * when Redis has confirmed its end.
 */
public final class JobRunner implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(JobRunner.class);

    private final Redis redis;
    private final JdbcClient jdbc;
    private final Attempts attempts;
    private final Map<Class<? extends Job>, JobHandler<?>> handlers;
    private final List<QueueName> queues;

    /** The queues, first the one that was served longest ago. Of the dispatcher alone. */
    private final List<QueueName> turns;

    private final Timing timing;
    private final String consumer;
    private final Budget budget;
    private final Held held = new Held();
    private final Outages outages = new Outages();
    private final Rescue rescue;
    private final ExecutorService threads;
    private final Loop dispatcher;
    private final Loop renewer;
    private final Loop rescuer;

    private final AtomicBoolean settingsChanged = new AtomicBoolean(true);
    private Map<QueueName, QueueSettings> settings = Map.of();
    private volatile boolean running;
    private volatile boolean stopping;

    /**
     * @param threads makes those that jobs run on
     * @param budget what they may cost together
     */
    JobRunner(
            Redis redis,
            JdbcClient jdbc,
            Map<Class<? extends Job>, JobHandler<?>> handlers,
            String consumer,
            Timing timing,
            ThreadFactory threads,
            Budget budget) {
        this.redis = redis;
        this.jdbc = jdbc;
        this.attempts = new Attempts(jdbc);
        this.handlers = Map.copyOf(handlers);
        this.queues =
                handlers.keySet().stream().map(type -> Kind.of(type).queue()).distinct().toList();
        this.turns = new ArrayList<>(queues);
        this.budget = budget;
        this.consumer = consumer;
        this.timing = timing;
        this.rescue = new Rescue(redis, attempts, held, queues, consumer, timing);
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE,
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        threads);
        this.dispatcher = new Loop("jobs", this::dispatch);
        this.renewer = new Loop("job-claims", rescue::renew);
        this.rescuer = new Loop("job-rescue", rescue::rescue);
    }

    @Override
    public void start() {
        running = true;
        if (queues.isEmpty()) {
            return;
        }
        for (var queue : queues) {
            redis.listen(JobQueue.key(queue) + ":work", message -> dispatcher.wake());
        }
        redis.listen(Redis.CONTROL, this::hear);
        budget.onChange(dispatcher::wake);
        redis.onReady(
                () -> {
                    rescue.ready();
                    settingsChanged.set(true);
                    renewer.wake();
                    rescuer.wake();
                    dispatcher.wake();
                });
        dispatcher.start();
        renewer.start();
        rescuer.start();
    }

    private void hear(String message) {
        if (message.equals(JobQueue.LOST)) {
            renewer.wake(); // Redis was emptied, and must hear of what runs here
        } else if (message.equals(JobQueue.SETTINGS)) {
            settingsChanged.set(true);
            dispatcher.wake();
        }
    }

    /** Takes what there is room for; returns how long nothing can have changed unheard. */
    private Duration dispatch() {
        if (stopping) {
            return timing.check();
        }
        if (settingsChanged.getAndSet(false)) {
            try {
                settings = QueueSettings.read(jdbc);
            } catch (DataAccessException e) {
                settingsChanged.set(true);
                throw e;
            }
        }
        held.nextAlone().ifPresent(suspect -> threads.execute(() -> run(suspect, true)));
        var sleep = timing.check();
        var asked = new ArrayList<QueueName>();
        var here = held.running();
        var allowed = budget.now(here);
        var args = new ArrayList<String>();
        args.add(consumer);
        args.add(String.valueOf(allowed.slots() - slotsOf(here)));
        args.add(String.valueOf(allowed.megabytes()));
        args.add(flag(here.isEmpty()));
        for (var queue : turns) {
            var setting = settings.getOrDefault(queue, QueueSettings.DEFAULT);
            var rests = setting.isPaused() || allowed.resting().contains(queue);
            var room = rests ? 0 : held.room(queue, setting.concurrency());
            var outage = outages.left(queue);
            if (room > 0 && outage.isPositive()) {
                sleep = min(sleep, outage);
            } else if (room > 0) {
                asked.add(queue);
                args.add(String.valueOf(room));
                args.add(
                        queue.waitsFor()
                                .filter(this::isOpen)
                                .map(first -> JobQueue.stream(first, Lane.FRESH))
                                .orElse(""));
                args.add(String.valueOf(allowed.costs().getOrDefault(queue, 0)));
                args.add(flag(!queue.isApart()));
                args.add(flag(allowed.freshOnly()));
                args.add(flag(queue.isUrgent() && !here.containsKey(queue)));
            }
        }
        // No room is no reason not to ask: Redis may have lost its memory.
        var reply = redis.list(Script.TAKE, JobQueue.keys(asked), args.toArray(String[]::new));
        for (var row : (List<?>) reply.get(2)) {
            var claim = Claim.of(asked, (List<?>) row);
            begin(claim);
            turns.remove(claim.queue());
            turns.add(claim.queue());
        }
        if (reply.get(1).equals("1")) {
            redis.publish(Redis.CONTROL, JobQueue.LOST);
        }
        var nextDue = Duration.ofMillis((Long) reply.get(0));
        return nextDue.isNegative() ? sleep : min(sleep, nextDue);
    }

    private static long slotsOf(Map<QueueName, Long> jobs) {
        return jobs.entrySet().stream()
                .filter(entry -> !entry.getKey().isApart())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static String flag(boolean value) {
        return value ? "1" : "0";
    }

    /** Whether its jobs are taken, so that others may wait for them. */
    private boolean isOpen(QueueName queue) {
        return !settings.getOrDefault(queue, QueueSettings.DEFAULT).isPaused()
                && !outages.left(queue).isPositive();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void begin(Claim claim) {
        if (held.add(claim)) {
            budget.taken(claim.queue());
            renewer.wake();
            threads.execute(() -> run(claim, false));
        } else {
            // Redis was emptied and the job queued anew while it still runs here.
            claim.end(redis, Ending.retry(timing.claim()));
        }
    }

    private void run(Claim claim, boolean isAlone) {
        var ending = attempt(claim, isAlone);
        if (ending.isPresent()) {
            endSurely(claim, ending.get());
        } else {
            held.park(claim);
        }
        dispatcher.wake();
    }

    /** Runs the job; empty if it must wait for its turn to run alone. */
    private Optional<Ending> attempt(Claim claim, boolean isAlone) {
        var parsed = Kind.parse(claim.key());
        if (parsed.isEmpty()) {
            return Optional.of(Ending.DROP);
        }
        var job = parsed.get();
        try {
            var before = attempts.find(job).orElse(Attempt.NONE);
            if (before.endedBadlyAlone()) {
                before = attempts.crashed(job); // Redis lost the claim that would have told
            }
            if (before.isFailed()) {
                log.info("{} has failed for good and is not run again", claim.key());
                return Optional.of(Ending.DROP);
            }
            if (before.crashes() > 0 && !isAlone && !claim.queue().isApart()) {
                return Optional.empty();
            }
            if (isAlone) {
                attempts.startsAlone(job);
            }
            var failure = handle(job);
            if (failure != null && isAlone && (stopping || failure instanceof NotNow)) {
                attempts.stoppedAlone(job);
            }
            if (failure == null) {
                if (!before.equals(Attempt.NONE)) {
                    attempts.succeeded(job);
                }
                return Optional.of(goesOn(claim, Ending.DONE));
            } else if (stopping) {
                return Optional.of(Ending.RELEASE);
            } else if (failure instanceof NotNow) {
                return Optional.of(waits(claim, failure));
            }
            var isHopeless = isHopeless(failure, before);
            if (isHopeless || before.isLastTry()) {
                giveUp(job, failure);
            }
            return Optional.of(goesOn(claim, failed(job, failure, isHopeless)));
        } catch (DataAccessException e) {
            // Without Postgres nothing can be counted, so nothing is.
            return Optional.of(waits(claim, e));
        }
    }

    private Ending waits(Claim claim, Throwable reason) {
        if (outages.begin(claim.queue(), timing.retry())) {
            log.warn(
                    "{} and all of its queue wait: {}",
                    claim.key(),
                    NestedExceptionUtils.getMostSpecificCause(reason).getMessage());
        }
        return Ending.retry(timing.retry());
    }

    private Ending goesOn(Claim claim, Ending ending) {
        if (outages.end(claim.queue())) {
            log.info("The jobs of {} go on", claim.queue().wireName());
        }
        return ending;
    }

    @SuppressWarnings("unchecked") // the map's values handle their keys
    private JobHandler<Job> handlerOf(Job job) {
        return (JobHandler<Job>) requireNonNull(handlers.get(job.getClass()));
    }

    private @Nullable Throwable handle(Job job) {
        try {
            handlerOf(job).run(job);
            return null;
        } catch (Throwable e) { // also an Error: a broken file is no reason to stop the runner
            return e;
        } finally {
            Thread.interrupted(); // of no concern to what follows
        }
    }

    private static boolean isHopeless(Throwable failure, Attempt before) {
        return failure instanceof Unrecoverable
                || failure instanceof TookTooLong && before.attempts() > 0;
    }

    private void giveUp(Job job, Throwable failure) {
        try {
            handlerOf(job).gaveUp(job, failure);
        } catch (DataAccessException e) {
            throw e;
        } catch (Throwable e) { // the job has failed all the same
            log.error("What should stand of {} was not done", Kind.format(job), e);
        } finally {
            Thread.interrupted();
        }
    }

    private Ending failed(Job job, Throwable failure, boolean isHopeless) {
        var message = failure.getMessage();
        var reason =
                isHopeless && message != null
                        ? message
                        : failure.getClass().getSimpleName() + ": " + message;
        var after = attempts.failed(job, reason, isHopeless);
        if (after.isFailed()) {
            log.error("{} has failed for good", Kind.format(job), failure);
            return Ending.DROP;
        }
        log.warn("{} failed and will be tried again: {}", Kind.format(job), reason);
        return Ending.retry(timing.retry().multipliedBy(after.attempts() == 1 ? 1 : 4));
    }

    /** Also when Redis is away: until it knows, the claim stays and its place is taken. */
    private void endSurely(Claim claim, Ending ending) {
        while (true) {
            try {
                held.end(claim, () -> claim.end(redis, ending));
                return;
            } catch (RedisException e) {
                if (stopping) {
                    held.end(claim, () -> {});
                    log.warn("{} has ended, but Redis is away: it will run again", claim.key());
                    return;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // stopping
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Takes nothing more, waits for what runs, and gives back what does not end in time. */
    @Override
    public void stop() {
        running = false;
        if (queues.isEmpty() || stopping) {
            return;
        }
        stopping = true;
        dispatcher.close();
        rescuer.close();
        held.giveUpSuspects().forEach(claim -> endSurely(claim, Ending.RELEASE));
        if (!held.awaitEnd(timing.goodbye())) {
            threads.shutdownNow();
            if (!held.awaitEnd(Duration.ofSeconds(2))) {
                held.all().forEach(this::abandon);
            }
        }
        renewer.close();
        threads.shutdownNow();
        try {
            redis.count(Script.LEAVE, JobQueue.keys(queues), consumer);
        } catch (RedisException e) {
            log.debug("Redis is away; it forgets this runner later", e);
        }
    }

    private void abandon(Claim claim) {
        log.warn("{} does not end: another process will run it", claim.key());
        var isAlone = held.isAlone(claim);
        endSurely(claim, Ending.RELEASE);
        if (isAlone) {
            Kind.parse(claim.key()).ifPresent(attempts::stoppedAlone);
        }
    }
}
