package app.keepsake.job;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.JobProgress;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.QueueCounts;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.QueuedJob;
import app.keepsake.person.Regrouping;
import app.keepsake.problem.Problem;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** The queues, for administrators: what they hold, and the levers on them. */
@Service
public class Jobs {

    private static final int MOST_LISTED = 1_000;
    private static final QueueCounts NOTHING = new QueueCounts(0, 0, 0, 0);

    private final Access access;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final JobQueue queue;
    private final JobProgress progress;
    private final Work work;
    private final BulkRuns bulkRuns;
    private final Regrouping regrouping;

    Jobs(
            Access access,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            JobQueue queue,
            JobProgress progress,
            Work work,
            BulkRuns bulkRuns,
            Regrouping regrouping) {
        this.access = access;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.queue = queue;
        this.progress = progress;
        this.work = work;
        this.bulkRuns = bulkRuns;
        this.regrouping = regrouping;
    }

    /** All nineteen queues, in Immich's order. */
    public List<QueueState> all(Caller caller) {
        requireAdmin(caller);
        var counts = fromRedis(queue::counts);
        var failed = failures();
        var paused = paused();
        return Arrays.stream(QueueName.values())
                .map(name -> state(name, counts.getOrDefault(name, NOTHING), failed, paused))
                .toList();
    }

    public QueueState get(Caller caller, QueueName name) {
        requireAdmin(caller);
        return state(name, fromRedis(() -> queue.counts(name)), failures(), paused());
    }

    private QueueState state(
            QueueName name, QueueCounts counts, Map<String, Long> failed, Set<String> paused) {
        return new QueueState(
                name,
                paused.contains(name.wireName()),
                counts.fresh() + counts.bulk() + remaining(name),
                counts.active(),
                counts.delayed(),
                failed.getOrDefault(name.wireName(), 0L));
    }

    /** What waits outside of Redis. */
    private long remaining(QueueName name) {
        return bulkRuns.remaining(name)
                + (name == QueueName.FACIAL_RECOGNITION ? regrouping.remaining() : 0);
    }

    private boolean isRunning(QueueName name) {
        return fromRedis(() -> queue.counts(name)).active() > 0
                || bulkRuns.isOpen(name)
                || name == QueueName.FACIAL_RECOGNITION && regrouping.isUnderway();
    }

    /**
     * Queues the work of a queue for all assets: what is missing and what failed, or with {@code
     * force} everything once more.
     */
    public QueueState start(Caller caller, QueueName name, boolean force) {
        requireAdmin(caller);
        var kinds = Kind.carriedBy(name);
        if (kinds.isEmpty()) {
            throw new Problem.Invalid("Keepsake cannot run %s yet".formatted(name.wireName()));
        }
        if (isRunning(name)) {
            throw new Problem.Invalid("Job is already running");
        }
        transaction.executeWithoutResult(
                status -> {
                    work.takeBack(name);
                    if (name == QueueName.FACIAL_RECOGNITION) {
                        regrouping.want(force); // whom it concerns lacks it once that is prepared
                        return;
                    }
                    for (var kind : kinds) {
                        var step = Step.of(kind);
                        if (!bulkRuns.open(step, force || step.isStartedForAll(), null)) {
                            throw new Problem.Invalid("Job is already running");
                        }
                    }
                });
        fromRedis(
                () -> {
                    bulkRuns.topUp(name);
                    return name;
                });
        return get(caller, name);
    }

    /**
     * Does a kind of work once more for the caller's assets, as far as it can be done for each.
     *
     * @param kind of work that is done for assets
     */
    public void again(Caller caller, Class<? extends Job> kind, Collection<UUID> assetIds) {
        access.requireAssets(caller, Permission.ASSET_UPDATE, assetIds);
        var step = Step.of(Kind.of(kind));
        var possible = work.possible(step, assetIds);
        work.redo(step, possible);
        possible.forEach(id -> queue.add(step.kind().job(id), Lane.FRESH));
    }

    /**
     * Takes nothing more from a queue until it is resumed. What runs goes on, but for films that
     * are transcoded, which take hours: they begin anew later.
     */
    public QueueState pause(Caller caller, QueueName name) {
        return setPaused(caller, name, true);
    }

    public QueueState resume(Caller caller, QueueName name) {
        return setPaused(caller, name, false);
    }

    private QueueState setPaused(Caller caller, QueueName name, boolean isPaused) {
        requireAdmin(caller);
        jdbc.sql(
                        """
                        insert into job_queue (name, is_paused) values (:name, :isPaused)
                        on conflict (name) do update set is_paused = :isPaused
                        """)
                .param("name", name.wireName())
                .param("isPaused", isPaused)
                .update();
        queue.announceSettings();
        regrouping.wake(); // it may have waited for that
        return get(caller, name);
    }

    /** Throws away what waits; it comes back only when the queue is started. */
    public QueueState empty(Caller caller, QueueName name) {
        get(caller, name); // nothing changes while Redis is away
        transaction.executeWithoutResult(
                status -> {
                    bulkRuns.close(name);
                    work.abandon(name);
                    if (name == QueueName.FACIAL_RECOGNITION) {
                        regrouping.giveUp();
                    }
                });
        fromRedis(
                () -> {
                    queue.empty(name);
                    return name;
                });
        return get(caller, name);
    }

    /** Forgets what failed; it comes back only when the queue is started. */
    public QueueState clearFailed(Caller caller, QueueName name) {
        requireAdmin(caller);
        transaction.executeWithoutResult(status -> work.abandonFailed(name));
        return get(caller, name);
    }

    /** The first thousand jobs of a queue that are in one of the states. */
    public List<QueueEntry> list(Caller caller, QueueName name, Set<QueueEntry.State> states) {
        requireAdmin(caller);
        return Stream.concat(fromRedis(() -> queued(name)), failed(name).stream())
                .filter(entry -> states.contains(entry.state()))
                .limit(MOST_LISTED)
                .toList();
    }

    private Stream<QueueEntry> queued(QueueName name) {
        var queued = queue.list(name, MOST_LISTED);
        var running =
                progress.of(
                        queued.stream()
                                .filter(job -> job.state() == QueuedJob.State.ACTIVE)
                                .map(QueuedJob::job)
                                .toList());
        return queued.stream()
                .map(
                        job ->
                                new QueueEntry(
                                        job.job(),
                                        QueueEntry.State.valueOf(job.state().name()),
                                        job.at(),
                                        null,
                                        running.get(job.job())));
    }

    private record Failure(String kind, UUID subjectId, String lastError, Instant failedAt) {}

    private List<QueueEntry> failed(QueueName name) {
        return jdbc
                .sql(
                        """
                        select kind, subject_id, last_error, failed_at from job_attempt
                        where queue = :queue and failed_at is not null
                        order by failed_at desc limit :limit
                        """)
                .param("queue", name.wireName())
                .param("limit", MOST_LISTED)
                .query(Failure.class)
                .list()
                .stream()
                .flatMap(
                        row ->
                                Kind.named(row.kind)
                                        .map(
                                                kind ->
                                                        new QueueEntry(
                                                                kind.job(row.subjectId),
                                                                QueueEntry.State.FAILED,
                                                                row.failedAt,
                                                                row.lastError,
                                                                null))
                                        .stream())
                .toList();
    }

    private Map<String, Long> failures() {
        var failures = new HashMap<String, Long>();
        jdbc.sql(
                        """
                        select queue, count(*) as count from job_attempt
                        where failed_at is not null group by queue
                        """)
                .query(
                        row -> {
                            failures.put(row.getString("queue"), row.getLong("count"));
                        });
        return failures;
    }

    private Set<String> paused() {
        return jdbc.sql("select name from job_queue where is_paused").query(String.class).set();
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
    }

    private static <T> T fromRedis(Supplier<T> question) {
        try {
            return question.get();
        } catch (RedisException e) {
            throw new Problem.Unavailable("The job queue (Redis) is away, try again soon");
        }
    }
}
