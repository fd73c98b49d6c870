package app.keepsake.jobs;

import static java.util.Objects.requireNonNull;

import app.keepsake.jobs.Attempts.Attempt;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Takes the jobs that this process has handlers for, and runs as many at once as each queue allows.
 *
 * <p>A taken job is a claim, renewed while it runs. A claim that nobody renews means that its
 * process died, by this job or by one beside it: each of them then runs alone, and one that dies
 * alone twice is given up. Running twice is harmless (I4); forgetting is not, so a claim ends only
 * when Redis has confirmed its end.
 */
public final class JobRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private record Claim(QueueName queue, Lane lane, String entry, Job job) {

        String key() {
            return Kind.format(job);
        }
    }

    private enum Outcome {
        DONE,
        DROP,
        RETRY,
        RELEASE
    }

    private final Redis redis;
    private final JdbcClient jdbc;
    private final Attempts attempts;
    private final Map<Class<? extends Job>, JobHandler<?>> handlers;
    private final List<QueueName> queues;
    private final Timing timing;
    private final String consumer;
    private final Loop dispatcher = new Loop("jobs", this::dispatch);
    private final Loop renewer = new Loop("job-claims", this::renew);
    private final Loop rescuer = new Loop("job-rescue", this::rescue);
    private final ExecutorService threads =
            new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    10,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().name("job-", 1).daemon().factory());

    /** By {@link Claim#key}: everything that this process holds, running or parked. */
    private final Map<String, Claim> claims = new HashMap<>();

    /** Claims that must run alone, waiting for the others to end. */
    private final List<Claim> suspects = new ArrayList<>();

    private final AtomicBoolean settingsChanged = new AtomicBoolean(true);
    private Map<QueueName, QueueSettings> settings = Map.of();
    private @Nullable Claim alone;
    private volatile long readyAt;
    private volatile boolean running;
    private volatile boolean stopping;

    JobRunner(
            Redis redis,
            JdbcClient jdbc,
            Map<Class<? extends Job>, JobHandler<?>> handlers,
            String consumer,
            Timing timing) {
        this.redis = redis;
        this.jdbc = jdbc;
        this.attempts = new Attempts(jdbc);
        this.handlers = Map.copyOf(handlers);
        this.queues =
                handlers.keySet().stream().map(type -> Kind.of(type).queue()).distinct().toList();
        this.consumer = consumer;
        this.timing = timing;
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
        redis.onReady(
                () -> {
                    readyAt = System.nanoTime();
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
        if (settingsChanged.getAndSet(false)) {
            try {
                settings = QueueSettings.read(jdbc);
            } catch (DataAccessException e) {
                settingsChanged.set(true);
                throw e;
            }
        }
        var room = room(); // none is no reason not to ask: Redis may have lost its memory
        var args = new ArrayList<String>();
        args.add(consumer);
        room.values().forEach(free -> args.add(String.valueOf(free)));
        var asked = List.copyOf(room.keySet());
        var reply = redis.list(Script.TAKE, JobQueue.keys(asked), args.toArray(String[]::new));
        for (var row : (List<?>) reply.get(2)) {
            begin(claim(asked, (List<?>) row));
        }
        if (reply.get(1).equals("1")) {
            redis.publish(Redis.CONTROL, JobQueue.LOST);
        }
        var nextDue = Duration.ofMillis((Long) reply.get(0));
        return nextDue.isNegative() || nextDue.compareTo(timing.check()) > 0
                ? timing.check()
                : nextDue;
    }

    /** How many more jobs each queue may run; none at all while a suspect waits or runs. */
    private synchronized Map<QueueName, Integer> room() {
        var room = new EnumMap<QueueName, Integer>(QueueName.class);
        if (stopping || alone != null) {
            return room;
        }
        if (!suspects.isEmpty()) {
            if (claims.size() == suspects.size()) {
                var suspect = suspects.removeFirst();
                alone = suspect;
                threads.execute(() -> run(suspect, true));
            }
            return room;
        }
        for (var queue : queues) {
            var setting = settings.getOrDefault(queue, QueueSettings.DEFAULT);
            var active = claims.values().stream().filter(c -> c.queue == queue).count();
            if (!setting.isPaused() && active < setting.concurrency()) {
                room.put(queue, (int) (setting.concurrency() - active));
            }
        }
        return room;
    }

    private static Claim claim(List<QueueName> asked, List<?> row) {
        return new Claim(
                asked.get(Math.toIntExact((Long) row.get(0))),
                Lane.valueOf(((String) row.get(1)).toUpperCase(Locale.ROOT)),
                (String) row.get(2),
                Kind.parse((String) row.get(3)));
    }

    private void begin(Claim claim) {
        boolean isNew;
        synchronized (this) {
            isNew = claims.putIfAbsent(claim.key(), claim) == null;
        }
        if (isNew) {
            renewer.wake();
            threads.execute(() -> run(claim, false));
        } else {
            // Redis was emptied and the job queued anew while it still runs here.
            finish(claim, consumer, Outcome.RETRY, timing.claim());
        }
    }

    private void run(Claim claim, boolean isAlone) {
        var job = claim.job;
        Outcome outcome;
        var delay = Duration.ZERO;
        try {
            var before = attempts.find(job).orElse(null);
            if (before != null && before.endedBadlyAlone()) {
                before = attempts.crashed(job); // Redis lost the claim that would have told
            }
            if (before != null && before.isFailed()) {
                LOG.info("{} has failed for good and is not run again", claim.key());
                outcome = Outcome.DROP;
            } else if (before != null && before.crashes() > 0 && !isAlone) {
                park(claim);
                return;
            } else {
                if (isAlone) {
                    attempts.startsAlone(job);
                }
                var failure = handle(job);
                if (failure == null) {
                    if (before != null) {
                        attempts.succeeded(job);
                    }
                    outcome = Outcome.DONE;
                } else if (stopping) {
                    if (isAlone) {
                        attempts.stoppedAlone(job);
                    }
                    outcome = Outcome.RELEASE;
                } else if (failure instanceof NotNow) {
                    LOG.warn("{} waits: {}", claim.key(), failure.getMessage());
                    if (isAlone) {
                        attempts.stoppedAlone(job);
                    }
                    outcome = Outcome.RETRY;
                    delay = timing.retry();
                } else {
                    var isLast = before != null && before.isLastTry();
                    if (isLast || failure instanceof Unrecoverable) {
                        giveUp(job, failure);
                    }
                    var after = failed(claim, failure);
                    outcome = after.isFailed() ? Outcome.DROP : Outcome.RETRY;
                    delay = timing.retry().multipliedBy(after.attempts() == 1 ? 1 : 4);
                }
            }
        } catch (DataAccessException e) {
            // Without Postgres nothing can be counted, so nothing is: the job waits.
            LOG.warn("{} waits, its attempts cannot be kept", claim.key(), e);
            outcome = Outcome.RETRY;
            delay = timing.retry();
        }
        finishSurely(claim, outcome, delay);
        synchronized (this) {
            claims.remove(claim.key());
            if (isAlone) {
                alone = null;
            }
            notifyAll();
        }
        dispatcher.wake();
    }

    private synchronized void park(Claim claim) {
        suspects.add(claim);
        dispatcher.wake();
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

    private void giveUp(Job job, Throwable failure) {
        try {
            handlerOf(job).gaveUp(job, failure);
        } catch (DataAccessException e) {
            throw e;
        } catch (Throwable e) { // the job has failed all the same
            LOG.error("What should stand of {} was not done", Kind.format(job), e);
        } finally {
            Thread.interrupted();
        }
    }

    private Attempt failed(Claim claim, Throwable failure) {
        var isFinal = failure instanceof Unrecoverable;
        var message = failure.getMessage();
        var reason =
                isFinal && message != null
                        ? message
                        : failure.getClass().getSimpleName() + ": " + message;
        var after = attempts.failed(claim.job, reason, isFinal);
        if (after.isFailed()) {
            LOG.error("{} has failed for good", claim.key(), failure);
        } else {
            LOG.warn("{} failed and will be tried again: {}", claim.key(), reason);
        }
        return after;
    }

    /** Also when Redis is away: until it knows, the claim stays and its place is taken. */
    private void finishSurely(Claim claim, Outcome outcome, Duration delay) {
        while (true) {
            try {
                finish(claim, consumer, outcome, delay);
                return;
            } catch (RedisException e) {
                if (stopping) {
                    LOG.warn("{} has ended, but Redis is away: it will run again", claim.key());
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

    private void finish(Claim claim, String owner, Outcome outcome, Duration delay) {
        var reports = outcome == Outcome.DONE && claim.queue.side() == QueueName.Side.WORKER;
        var ended =
                redis.count(
                        Script.FINISH,
                        List.of(JobQueue.key(claim.queue)),
                        JobQueue.lane(claim.lane),
                        claim.entry,
                        claim.key(),
                        owner,
                        outcome.name().toLowerCase(Locale.ROOT),
                        String.valueOf(delay.toMillis()),
                        reports ? "1" : "0");
        if (ended == 0) {
            LOG.warn("{} has passed to another runner meanwhile", claim.key());
        }
    }

    private Duration renew() {
        var held = new ArrayList<Claim>();
        synchronized (this) {
            held.addAll(claims.values());
        }
        if (held.isEmpty()) {
            return Duration.ofDays(1); // woken by the next job
        }
        var args = new ArrayList<String>();
        args.add(consumer);
        args.add(String.valueOf(timing.claim().toMillis()));
        for (var claim : held) {
            args.addAll(
                    List.of(
                            JobQueue.key(claim.queue),
                            JobQueue.lane(claim.lane),
                            claim.entry,
                            claim.key()));
        }
        redis.count(Script.RENEW, List.of(), args.toArray(String[]::new));
        return timing.claim().dividedBy(3);
    }

    /** Looks after the claims of the dead; returns how long the next to die can live. */
    private Duration rescue() {
        // While Redis was away nobody could renew: the living get time to do so.
        var early = timing.claim().minusNanos(System.nanoTime() - readyAt);
        if (early.isPositive()) {
            return early;
        }
        var reply =
                redis.list(
                        Script.STALE,
                        JobQueue.keys(queues),
                        consumer,
                        String.valueOf(timing.claim().toMillis()));
        for (var row : (List<?>) reply.get(1)) {
            var claim = claim(queues, (List<?>) row);
            var owner = (String) ((List<?>) row).get(4);
            if (!owner.equals(consumer)) {
                var after = attempts.crashed(claim.job);
                if (after.isFailed()) {
                    LOG.error("{} has killed its process twice, alone: given up", claim.key());
                } else {
                    LOG.warn("{} was in flight when {} died: it runs alone", claim.key(), owner);
                }
                finish(
                        claim,
                        owner,
                        after.isFailed() ? Outcome.DROP : Outcome.RELEASE,
                        Duration.ZERO);
            } else if (!holds(claim)) {
                // Redis gave it to this process, but the answer got lost on the way.
                finish(claim, consumer, Outcome.RELEASE, Duration.ZERO);
            }
        }
        var lapse = Duration.ofMillis((Long) reply.get(0));
        return lapse.isNegative() || lapse.compareTo(timing.check()) > 0 ? timing.check() : lapse;
    }

    private synchronized boolean holds(Claim claim) {
        return claim.equals(claims.get(claim.key()));
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
        releaseSuspects();
        if (!awaitEnd(timing.goodbye())) {
            threads.shutdownNow();
            if (!awaitEnd(Duration.ofSeconds(2))) {
                releaseRest();
            }
        }
        renewer.close();
        threads.shutdownNow();
        try {
            redis.count(Script.LEAVE, JobQueue.keys(queues), consumer);
        } catch (RedisException e) {
            LOG.debug("Redis is away; it forgets this runner later", e);
        }
    }

    private void releaseSuspects() {
        List<Claim> parked;
        synchronized (this) {
            parked = List.copyOf(suspects);
            suspects.clear();
            parked.forEach(claim -> claims.remove(claim.key()));
        }
        parked.forEach(claim -> finishSurely(claim, Outcome.RELEASE, Duration.ZERO));
    }

    private void releaseRest() {
        List<Claim> rest;
        synchronized (this) {
            rest = List.copyOf(claims.values());
        }
        for (var claim : rest) {
            LOG.warn("{} does not end: another process will run it", claim.key());
            finishSurely(claim, Outcome.RELEASE, Duration.ZERO);
            if (claim.equals(alone)) {
                attempts.stoppedAlone(claim.job);
            }
        }
    }

    private synchronized boolean awaitEnd(Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!claims.isEmpty()) {
                var left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return claims.isEmpty();
    }
}
