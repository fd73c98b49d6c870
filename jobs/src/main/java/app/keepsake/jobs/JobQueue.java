package app.keepsake.jobs;

import io.lettuce.core.RedisException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where work is left to be done later: {@code queue.add(new GenerateThumbnails(id))}. A job is
 * queued once, however often it is added; one that runs at that moment runs once more.
 *
 * <p>Redis may lose it all (I3): what is added is only ever what Postgres can say again. So {@link
 * #add} never fails its caller, who has committed already; the server's reconciler finds what did
 * not get through.
 */
public final class JobQueue {

    private static final Logger log = LoggerFactory.getLogger(JobQueue.class);
    static final String LOST = "lost";
    static final String SETTINGS = "settings";
    private static final String MARK = "keepsake:jobs:mark";
    private static final String DRAINED = "keepsake:jobs:drained";

    private final Redis redis;
    private final Timing timing;
    private final List<Runnable> lossListeners = new CopyOnWriteArrayList<>();

    JobQueue(Redis redis, Timing timing) {
        this.redis = redis;
        this.timing = timing;
        redis.listen(Redis.CONTROL, this::hear);
        redis.onReady(this::lost);
    }

    static String key(QueueName queue) {
        return "keepsake:jobs:" + queue.wireName();
    }

    static List<String> keys(Collection<QueueName> queues) {
        return queues.stream().map(JobQueue::key).toList();
    }

    static String stream(QueueName queue, Lane lane) {
        return key(queue) + ":" + lane.wireName();
    }

    /** Queues work that has just arisen. */
    public void add(Job job) {
        add(job, Lane.FRESH);
    }

    public void add(Job job, Lane lane) {
        try {
            send(Kind.of(job).queue(), List.of(job), lane, true);
        } catch (RedisException e) {
            log.warn(
                    "Redis is away: {} waits for the reconciler ({})",
                    Kind.format(job),
                    e.getMessage());
            lost();
        }
    }

    /**
     * Queues what is neither queued nor running, and returns how many those were.
     *
     * @throws RedisException when Redis is away
     */
    public long addMissing(Kind kind, Collection<? extends Job> jobs, Lane lane) {
        return jobs.isEmpty() ? 0 : send(kind.queue(), jobs, lane, false);
    }

    private long send(QueueName queue, Collection<? extends Job> jobs, Lane lane, boolean again) {
        var args = new ArrayList<String>(jobs.size() + 3);
        args.add(lane.wireName());
        args.add(again ? "1" : "0");
        args.add(String.valueOf(timing.claim().toMillis()));
        jobs.forEach(job -> args.add(Kind.format(job)));
        return redis.count(Script.ADD, List.of(key(queue)), args.toArray(String[]::new));
    }

    /**
     * What Redis holds of every queue.
     *
     * @throws RedisException when Redis is away
     */
    public Map<QueueName, QueueCounts> counts() {
        var queues = Arrays.asList(QueueName.values());
        var rows = redis.list(Script.COUNTS, keys(queues));
        var counts = new EnumMap<QueueName, QueueCounts>(QueueName.class);
        queues.forEach(queue -> counts.put(queue, counts(rows.get(queue.ordinal()))));
        return counts;
    }

    /**
     * What Redis holds of one queue.
     *
     * @throws RedisException when Redis is away
     */
    public QueueCounts counts(QueueName queue) {
        return counts(redis.list(Script.COUNTS, List.of(key(queue))).getFirst());
    }

    private static QueueCounts counts(Object reply) {
        var row = (List<?>) reply;
        return new QueueCounts(
                (Long) row.get(0), (Long) row.get(1), (Long) row.get(2), (Long) row.get(3));
    }

    /**
     * How fast the queues are, as far as that is known.
     *
     * @throws RedisException when Redis is away
     */
    public Map<QueueName, Pace> paces() {
        var queues = Arrays.asList(QueueName.values());
        var rows = redis.list(Script.PACE, keys(queues));
        var paces = new EnumMap<QueueName, Pace>(QueueName.class);
        for (var queue : queues) {
            var row = (List<?>) rows.get(queue.ordinal());
            var done = Double.parseDouble((String) row.get(0));
            if (done > 0) {
                var busy = Math.round(Double.parseDouble((String) row.get(1)));
                paces.put(queue, new Pace(done, Duration.ofMillis(busy)));
            }
        }
        return paces;
    }

    /**
     * The first jobs of a queue, at most {@code limit} of each state and lane.
     *
     * @throws RedisException when Redis is away
     */
    public List<QueuedJob> list(QueueName queue, int limit) {
        return redis.list(Script.LIST, List.of(key(queue)), String.valueOf(limit)).stream()
                .flatMap(row -> queued((List<?>) row).stream())
                .toList();
    }

    private static Optional<QueuedJob> queued(List<?> row) {
        return Kind.parse((String) row.get(1))
                .map(
                        job ->
                                new QueuedJob(
                                        job,
                                        QueuedJob.State.valueOf(
                                                ((String) row.get(0)).toUpperCase(Locale.ROOT)),
                                        Instant.ofEpochMilli((Long) row.get(2))));
    }

    /**
     * Throws away what waits in a queue; what runs goes on.
     *
     * @throws RedisException when Redis is away
     */
    public void empty(QueueName queue) {
        while (redis.count(Script.EMPTY, List.of(key(queue))) > 0) {
            // Redis does nothing else while a script runs: a thousand at a time.
        }
    }

    /** Tells every runner to read {@code job_queue} again: a pause, or a concurrency, changed. */
    public void announceSettings() {
        try {
            redis.publish(Redis.CONTROL, SETTINGS);
        } catch (RedisException e) {
            log.warn(
                    "Redis is away: runners read the settings when it is back ({})",
                    e.getMessage());
        }
    }

    /**
     * Runs whenever jobs may have been lost: Redis is back after an absence, has lost its memory,
     * or did not take one. Also once at the start. Must not wait.
     */
    public void onLoss(Runnable listener) {
        lossListeners.add(listener);
    }

    /**
     * Reports a loss, to every process: whoever runs a job says so again, then what lacks is
     * queued.
     */
    public void announceLoss() {
        redis.publish(Redis.CONTROL, LOST);
    }

    /**
     * From now on Redis remembers; it is asked for this mark to find out that it was emptied.
     *
     * @throws RedisException when Redis is away
     */
    public void mark() {
        redis.commands().set(MARK, "1");
    }

    /** Whether Redis remembers since the last {@link #mark()}. */
    public boolean marked() {
        return redis.commands().exists(MARK) == 1;
    }

    /**
     * How many entries a lane holds, running ones too.
     *
     * @throws RedisException when Redis is away
     */
    public long length(QueueName queue, Lane lane) {
        return redis.commands().xlen(stream(queue, lane));
    }

    /** Runs when a queue's bulk lane has room again. Must not wait. */
    public void onDrained(Consumer<QueueName> listener) {
        redis.listen(
                DRAINED,
                key ->
                        QueueName.parse(key.substring(key.lastIndexOf(':') + 1))
                                .ifPresent(listener));
    }

    private void hear(String message) {
        if (message.equals(LOST)) {
            lost();
        }
    }

    private void lost() {
        lossListeners.forEach(Runnable::run);
    }
}
