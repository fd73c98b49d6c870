package app.keepsake.job;

import app.keepsake.jobs.Job;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.QueueName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What Postgres knows of the work to do, and of that which is not to be done. */
@Component
class Work {

    private static final String FROM =
            " from asset a left join asset_job_status s on s.asset_id = a.id where ";

    private static final String WANTED =
            """
             and not exists (select from job_attempt t
                where t.kind = :kind and t.subject_id = a.id and t.failed_at is not null)
             and not exists (select from job_emptied e
                where e.kind = :kind and e.subject_id = a.id)
            """;

    private final JdbcClient jdbc;

    Work(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private static String condition(Step step, boolean force) {
        return force ? step.isPossible() : step.isMissing() + WANTED;
    }

    /**
     * Assets to do a step for, in the order of their ids: those that lack it and neither failed nor
     * were emptied, or with {@code force} all.
     *
     * @param after the last asset of the page before, or null
     */
    List<UUID> page(Step step, boolean force, @Nullable UUID after, int limit) {
        return jdbc.sql(
                        "select a.id"
                                + FROM
                                + condition(step, force)
                                + (after == null ? "" : " and a.id > :after")
                                + " order by a.id limit :limit")
                .param("kind", step.kind().name())
                .param("after", after)
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }

    long count(Step step, boolean force, @Nullable UUID after) {
        return jdbc.sql(
                        "select count(*)"
                                + FROM
                                + condition(step, force)
                                + (after == null ? "" : " and a.id > :after"))
                .param("kind", step.kind().name())
                .param("after", after)
                .query(Long.class)
                .single();
    }

    /** The asset from which a forced run must go on if its last {@code many} entries were lost. */
    @Nullable UUID before(Step step, UUID cursor, int many) {
        return jdbc.sql(
                        "select a.id"
                                + FROM
                                + step.isPossible()
                                + " and a.id <= :cursor order by a.id desc offset :many limit 1")
                .param("cursor", cursor)
                .param("many", many)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    /** Whether one asset lacks a step that can be done now. */
    boolean isMissing(Step step, UUID assetId) {
        return jdbc.sql("select exists (select" + FROM + step.isMissing() + " and a.id = :assetId)")
                .param("assetId", assetId)
                .query(Boolean.class)
                .single();
    }

    /** Those of the assets for which a step can be done now. */
    List<UUID> possible(Step step, Collection<UUID> assetIds) {
        return among(assetIds, step.isPossible());
    }

    /** Those of the assets that lack a step that can be done now. */
    List<UUID> missing(Step step, Collection<UUID> assetIds) {
        return among(assetIds, step.isMissing());
    }

    private List<UUID> among(Collection<UUID> assetIds, String condition) {
        return jdbc.sql("select a.id" + FROM + condition + " and a.id = any(:assetIds)")
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    private record Unfinished(String kind, UUID subjectId) {}

    /** Jobs that began and did not end: they wait for another attempt, or to run alone. */
    List<Job> unfinished(int limit) {
        return jdbc
                .sql(
                        """
                        select kind, subject_id from job_attempt t
                        where failed_at is null and not exists (select from job_emptied e
                            where e.kind = t.kind and e.subject_id = t.subject_id)
                        order by last_at limit :limit
                        """)
                .param("limit", limit)
                .query(Unfinished.class)
                .list()
                .stream()
                .flatMap(row -> Kind.named(row.kind).map(kind -> kind.job(row.subjectId)).stream())
                .toList();
    }

    /** Leaves what a queue lacks now, failed or not, to those who ask for it by name. */
    void abandon(QueueName queue) {
        for (var kind : Kind.carriedBy(queue)) {
            jdbc.sql(
                            "insert into job_emptied (kind, subject_id) select :kind, a.id"
                                    + FROM
                                    + Step.of(kind).isMissing()
                                    + " on conflict do nothing")
                    .param("kind", kind.name())
                    .update();
        }
        jdbc.sql(
                        """
                        insert into job_emptied (kind, subject_id)
                        select kind, subject_id from job_attempt
                        where queue = :queue and failed_at is null
                        on conflict do nothing
                        """)
                .param("queue", queue.wireName())
                .update();
    }

    /** Clears a queue's failures without doing them again. */
    void abandonFailed(QueueName queue) {
        jdbc.sql(
                        """
                        insert into job_emptied (kind, subject_id)
                        select kind, subject_id from job_attempt
                        where queue = :queue and failed_at is not null
                        on conflict do nothing
                        """)
                .param("queue", queue.wireName())
                .update();
        forgiveFailed(queue);
    }

    /** Takes a queue's failed and abandoned jobs back among those to do. */
    void takeBack(QueueName queue) {
        forgiveFailed(queue);
        for (var kind : Kind.carriedBy(queue)) {
            jdbc.sql("delete from job_emptied where kind = ?").param(kind.name()).update();
        }
    }

    /** The original is back: what failed for want of it is to be done after all. */
    void forgiveFailed(UUID assetId) {
        jdbc.sql(
                        """
                        delete from job_attempt
                        where kind = any(:kinds) and subject_id = :assetId and crashes = 0
                        """)
                .param(
                        "kinds",
                        Arrays.stream(Step.values())
                                .map(step -> step.kind().name())
                                .toArray(String[]::new))
                .param("assetId", assetId)
                .update();
    }

    /**
     * Someone asks for these once more: whatever becomes of Redis, they lack it from now on (I3).
     */
    @Transactional
    public void redo(Step step, Collection<UUID> assetIds) {
        forgiveFailed(step, assetIds);
        jdbc.sql("delete from job_emptied where kind = :kind and subject_id = any(:assetIds)")
                .param("kind", step.kind().name())
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .update();
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, %1$s)
                        select id, null from asset where id = any(:assetIds)
                        on conflict (asset_id) do update set %1$s = null
                        """
                                .formatted(step.done()))
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .update();
    }

    /** Someone asks for it again, for these. */
    void forgiveFailed(Step step, Collection<UUID> assetIds) {
        jdbc.sql(
                        """
                        delete from job_attempt
                        where kind = :kind and subject_id = any(:assetIds) and crashes = 0
                        """)
                .param("kind", step.kind().name())
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .update();
    }

    /** A job that killed a process stays suspect: it must not take others with it again. */
    private void forgiveFailed(QueueName queue) {
        jdbc.sql(
                        """
                        delete from job_attempt
                        where queue = ? and failed_at is not null and crashes = 0
                        """)
                .param(queue.wireName())
                .update();
        jdbc.sql(
                        """
                        update job_attempt set attempts = 0, crashes = 1, failed_at = null
                        where queue = ? and failed_at is not null
                        """)
                .param(queue.wireName())
                .update();
    }

    /** Forgets jobs about assets that are gone. */
    void forgetVanished() {
        for (var table : List.of("job_attempt", "job_emptied")) {
            jdbc.sql(
                            "delete from %s where not exists (select from asset where id = subject_id)"
                                    .formatted(table))
                    .update();
        }
    }
}
