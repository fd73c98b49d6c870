package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
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
    private final Runs runs;
    private final List<QueueName> queues;

    /** How many jobs of a queue run as one. */
    private final Map<QueueName, Integer> together = new EnumMap<>(QueueName.class);

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
        this.runs = new Runs(Map.copyOf(handlers), attempts, outages, timing, () -> stopping);
        handlers.forEach(
                (type, handler) ->
                        together.merge(Kind.of(type).queue(), handler.together(), Math::min));
        this.queues = List.copyOf(together.keySet());
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
        held.nextAlone().ifPresent(suspect -> threads.execute(() -> run(List.of(suspect), true)));
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
                args.add(String.valueOf(together.get(queue)));
                args.add(flag(allowed.freshOnly()));
                args.add(flag(queue.isUrgent() && !here.containsKey(queue)));
            }
        }
        // No room is no reason not to ask: Redis may have lost its memory.
        var reply = redis.list(Script.TAKE, JobQueue.keys(asked), args.toArray(String[]::new));
        var taken = new ArrayList<Claim>();
        for (var row : (List<?>) reply.get(2)) {
            taken.add(Claim.of(asked, (List<?>) row));
        }
        for (var run : runs.parted(taken)) {
            begin(run);
            var queue = run.getFirst().queue();
            turns.remove(queue);
            turns.add(queue);
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

    private void begin(List<Claim> claims) {
        var run = held.add(claims);
        // Redis was emptied and the job queued anew while it still runs here.
        claims.stream()
                .filter(claim -> !run.contains(claim))
                .forEach(claim -> claim.end(redis, Ending.retry(timing.claim())));
        if (!run.isEmpty()) {
            budget.taken(run.getFirst().queue());
            renewer.wake();
            threads.execute(() -> run(run, false));
        }
    }

    private void run(List<Claim> claims, boolean isAlone) {
        var endings = runs.run(claims, isAlone);
        for (var claim : claims) {
            var ending = endings.get(claim);
            if (ending != null) {
                endSurely(claim, ending);
            } else {
                held.park(claim);
            }
        }
        dispatcher.wake();
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
