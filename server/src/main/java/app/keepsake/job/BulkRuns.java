package app.keepsake.job;

import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.QueueName;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Work over a whole library: a cursor in Postgres, of which Redis holds at most a thousand entries
 * at a time (I7). It is open until the last of them has ended, so that none is lost with Redis.
 */
@Component
class BulkRuns {

    static final int MOST_QUEUED = 1_000;

    private record Run(UUID id, String kind, boolean force, @Nullable UUID cursorId) {

        Step step() {
            return Kind.named(kind).map(Step::of).orElseThrow(); // only known ones are read
        }
    }

    private final JdbcClient jdbc;
    private final Work work;
    private final JobQueue queue;

    BulkRuns(JdbcClient jdbc, Work work, JobQueue queue) {
        this.jdbc = jdbc;
        this.work = work;
        this.queue = queue;
    }

    /**
     * Begins a run; {@link #topUp} fills it in. Nothing happens if the step has one already.
     *
     * @param after begins behind this asset
     * @return whether it began
     */
    boolean open(Step step, boolean force, @Nullable UUID after) {
        return jdbc.sql(
                                """
                                insert into job_bulk_run (kind, force, cursor_id, total, remaining)
                                values (:kind, :force, :after, :count, :count)
                                on conflict (kind) where finished_at is null do nothing
                                """)
                        .param("kind", step.kind().name())
                        .param("force", force)
                        .param("after", after)
                        .param("count", work.count(step, force, after))
                        .update()
                == 1;
    }

    boolean isOpen(QueueName queue) {
        return !open(queue).isEmpty();
    }

    /** How many jobs of a queue's runs are not in Redis yet. */
    long remaining(QueueName queue) {
        return jdbc.sql(
                        """
                        select coalesce(sum(remaining), 0) from job_bulk_run
                        where kind = any(:kinds) and finished_at is null
                        """)
                .param("kinds", kinds(queue))
                .query(Long.class)
                .single();
    }

    /** Ends a queue's runs where they are. */
    void close(QueueName queue) {
        jdbc.sql(
                        """
                        update job_bulk_run set finished_at = now(), remaining = 0
                        where kind = any(:kinds) and finished_at is null
                        """)
                .param("kinds", kinds(queue))
                .update();
    }

    /** Fills a queue's bulk lane from its runs, and ends those of which nothing is left. */
    void topUp(QueueName queueName) {
        for (var run : open(queueName)) {
            topUp(run);
        }
    }

    private void topUp(Run run) {
        var step = run.step();
        var cursor = run.cursorId;
        var queueName = step.kind().queue();
        while (true) {
            var room = MOST_QUEUED - Math.toIntExact(queue.length(queueName, Lane.BULK));
            if (room <= 0) {
                return;
            }
            var ids = work.page(step, run.force, cursor, room);
            if (ids.isEmpty()) {
                if (queue.length(queueName, Lane.BULK) == 0) {
                    finish(run);
                }
                return;
            }
            // First Redis, then the cursor: if this ends in between, some are offered twice.
            queue.addMissing(step.kind(), ids.stream().map(step.kind()::job).toList(), Lane.BULK);
            if (!advance(run, cursor, ids)) {
                return; // another server is at it
            }
            cursor = ids.getLast();
        }
    }

    private boolean advance(Run run, @Nullable UUID from, List<UUID> ids) {
        return jdbc.sql(
                                """
                                update job_bulk_run
                                set cursor_id = :to, remaining = greatest(0, remaining - :count)
                                where id = :id and finished_at is null
                                    and cursor_id is not distinct from cast(:from as uuid)
                                """)
                        .param("to", ids.getLast())
                        .param("count", ids.size())
                        .param("id", run.id)
                        .param("from", from)
                        .update()
                == 1;
    }

    private void finish(Run run) {
        jdbc.sql("update job_bulk_run set finished_at = now(), remaining = 0 where id = ?")
                .param(run.id)
                .update();
    }

    /** Redis has lost its entries: every run goes back to what is surely done. */
    void rewind() {
        for (var queueName : QueueName.values()) {
            for (var run : open(queueName)) {
                var cursor =
                        run.force && run.cursorId != null
                                ? work.before(run.step(), run.cursorId, MOST_QUEUED)
                                : null; // what is done is not missing: from the start
                jdbc.sql(
                                """
                                update job_bulk_run set cursor_id = :cursor, remaining = :remaining
                                where id = :id
                                """)
                        .param("cursor", cursor)
                        .param("remaining", work.count(run.step(), run.force, cursor))
                        .param("id", run.id)
                        .update();
            }
        }
    }

    private List<Run> open(QueueName queue) {
        return jdbc.sql(
                        """
                        select id, kind, force, cursor_id from job_bulk_run
                        where kind = any(:kinds) and finished_at is null order by created_at
                        """)
                .param("kinds", kinds(queue))
                .query(Run.class)
                .list();
    }

    private static String[] kinds(QueueName queue) {
        return Kind.carriedBy(queue).stream().map(Kind::name).toArray(String[]::new);
    }

    /** The queues that can have runs. */
    static List<QueueName> queues() {
        return Arrays.stream(Step.values()).map(step -> step.kind().queue()).distinct().toList();
    }
}
