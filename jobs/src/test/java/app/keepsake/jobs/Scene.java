package app.keepsake.jobs;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import app.keepsake.support.TestServices;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** An empty Redis, the real schema in Postgres, and runners as if each were a process. */
final class Scene implements AutoCloseable {

    static final Timing QUICK = TestWorker.QUICK;

    /** A failed job waits for longer than any test. */
    static final Timing PATIENT =
            new Timing(QUICK.claim(), Duration.ofHours(1), QUICK.check(), QUICK.goodbye());

    /** Looks for itself after no test would wait for it: what it hears must be enough. */
    static final Timing TRUSTING =
            new Timing(QUICK.claim(), QUICK.retry(), Duration.ofHours(1), QUICK.goodbye());

    private static final JdbcClient JDBC = migrated();

    final JdbcClient jdbc = JDBC;
    final Redis redis;
    final JobQueue queue;
    private final String redisUrl;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final Deque<AutoCloseable> things = new ArrayDeque<>();

    Scene() {
        this(TestServices.get("KEEPSAKE_REDIS_URL"));
    }

    Scene(String redisUrl) {
        this.redisUrl = redisUrl;
        client = RedisClient.create(redisUrl);
        connection = client.connect();
        connection.sync().flushall();
        jdbc.sql("delete from job_attempt").update();
        jdbc.sql("update job_queue set is_paused = false, concurrency = 2").update();
        redis = closing(connect("test"));
        queue = new JobQueue(redis, QUICK);
    }

    private static JdbcClient migrated() {
        var source =
                new DriverManagerDataSource(
                        TestServices.get("KEEPSAKE_DB_URL"),
                        TestServices.get("KEEPSAKE_DB_USER"),
                        TestServices.get("KEEPSAKE_DB_PASSWORD"));
        var jdbc = JdbcClient.create(source);
        var migrations =
                Path.of(
                        System.getProperty("keepsake.root", ".."),
                        "server/src/main/resources/db/migration");
        try (var files = Files.list(migrations);
                var connection = source.getConnection();
                var statement = connection.createStatement()) {
            for (var file : files.sorted(comparingInt(Scene::version)).toList()) {
                statement.execute(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return jdbc;
    }

    /** Of a migration: 10 of {@code V10__what_it_does.sql}. */
    private static int version(Path migration) {
        var name = migration.getFileName().toString();
        return Integer.parseInt(name.substring(1, name.indexOf('_')));
    }

    Redis connect(String name) {
        return new Redis(redisUrl, name);
    }

    RedisCommands<String, String> rawRedis() {
        return connection.sync();
    }

    /** A runner that is a process of its own as far as Redis can tell. */
    JobRunner runner(String name, Map<Class<? extends Job>, JobHandler<?>> handlers) {
        return runner(name, handlers, QUICK);
    }

    JobRunner runner(
            String name, Map<Class<? extends Job>, JobHandler<?>> handlers, Timing timing) {
        return runner(name, handlers, timing, Budget.UNLIMITED);
    }

    JobRunner runner(
            String name,
            Map<Class<? extends Job>, JobHandler<?>> handlers,
            Timing timing,
            Budget budget) {
        var runner =
                new JobRunner(
                        closing(connect(name)),
                        jdbc,
                        handlers,
                        name,
                        timing,
                        Thread.ofPlatform().daemon().factory(),
                        budget);
        things.push(runner::stop);
        runner.start();
        return runner;
    }

    JobRunner runner(String name, JobHandler<GenerateThumbnails> handler) {
        return runner(name, handler, QUICK);
    }

    JobRunner runner(String name, JobHandler<GenerateThumbnails> handler, Timing timing) {
        return runner(name, Map.of(GenerateThumbnails.class, handler), timing);
    }

    <T extends AutoCloseable> T closing(T thing) {
        things.push(thing);
        return thing;
    }

    /** Puts a job into Redis as a program of another version would. */
    void addRaw(QueueName queue, String job) {
        rawRedis().hset(JobQueue.key(queue) + ":ids", job, "queued");
        rawRedis().xadd(JobQueue.key(queue) + ":fresh", Map.of("job", job));
    }

    /** When a delayed job may run, in milliseconds since 1970 on Redis's clock. */
    double dueAt(Job job) {
        return requireNonNull(
                rawRedis()
                        .zscore(
                                JobQueue.key(Kind.of(job).queue()) + ":delayed",
                                "fresh " + Kind.format(job)));
    }

    /** Redis's clock, in milliseconds since 1970. */
    double now() {
        var time = rawRedis().time();
        return Long.parseLong(time.get(0)) * 1e3 + Long.parseLong(time.get(1)) / 1e3;
    }

    /** The time of all delayed jobs of a queue has come. */
    void timeGoesBy(QueueName queue) {
        var delayed = JobQueue.key(queue) + ":delayed";
        rawRedis().zrange(delayed, 0, -1).forEach(job -> rawRedis().zadd(delayed, 0, job));
        this.queue.announceSettings(); // wakes the runners
    }

    void concurrency(QueueName queue, int concurrency) {
        jdbc.sql(
                        """
                        insert into job_queue (name, concurrency) values (:name, :concurrency)
                        on conflict (name) do update set concurrency = :concurrency
                        """)
                .param("name", queue.wireName())
                .param("concurrency", concurrency)
                .update();
        this.queue.announceSettings();
    }

    void pause(QueueName queue, boolean isPaused) {
        jdbc.sql(
                        """
                        insert into job_queue (name, is_paused) values (:name, :isPaused)
                        on conflict (name) do update set is_paused = :isPaused
                        """)
                .param("name", queue.wireName())
                .param("isPaused", isPaused)
                .update();
        this.queue.announceSettings();
    }

    static GenerateThumbnails thumbnails() {
        return new GenerateThumbnails(UUID.randomUUID());
    }

    static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited for 120 s in vain");
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Nothing waits, runs or is delayed in the queue of thumbnails. */
    boolean isIdle() {
        return queue.counts(QueueName.THUMBNAIL_GENERATION).equals(new QueueCounts(0, 0, 0, 0));
    }

    record Row(int attempts, int crashes, String lastError, boolean isFailed) {}

    Row attempt(Job job) {
        return jdbc.sql(
                        """
                        select attempts, crashes, last_error, failed_at is not null as is_failed
                        from job_attempt where subject_id = ?
                        """)
                .param(job.subjectId())
                .query(Row.class)
                .optional()
                .orElse(new Row(0, 0, "", false));
    }

    @Override
    public void close() throws Exception {
        for (var thing : things) {
            thing.close();
        }
        connection.close();
        client.shutdown();
    }
}
