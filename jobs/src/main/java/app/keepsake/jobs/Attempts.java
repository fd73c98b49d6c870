package app.keepsake.jobs;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What went wrong with a job so far, in table {@code job_attempt}: it outlives Redis (I3), so a
 * poisonous file does not come back to life with a flush. A job that never failed has no row.
 */
final class Attempts {

    static final int MOST_ATTEMPTS = 3;

    /** One death in company makes a suspect; two more, alone, are proof. */
    static final int MOST_CRASHES = 3;

    /** As many power cuts may meet one long job by chance, but no more. */
    static final int MOST_ORPHANED = 10;

    private static final String DIED = "The process died while this job was running";

    private static final int LONGEST_REASON = 2_000;

    /**
     * @param crashes 0, or 1 for a suspect, that was in flight when its process died, plus one for
     *     each death that it caused alone; of a job that is apart, the deaths that it was in
     * @param endedBadlyAlone it was last run alone, and that run never ended
     */
    record Attempt(int attempts, int crashes, boolean isFailed, boolean endedBadlyAlone) {

        static final Attempt NONE = new Attempt(0, 0, false, false);

        /** Whether one more failure is the end. */
        boolean isLastTry() {
            return attempts + 1 >= MOST_ATTEMPTS;
        }
    }

    private final JdbcClient jdbc;

    Attempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Attempt> find(Job job) {
        return jdbc.sql(
                        """
                        select attempts, crashes, failed_at is not null as is_failed,
                            alone_since is not null as ended_badly_alone
                        from job_attempt where kind = :kind and subject_id = :subjectId
                        """)
                .param("kind", Kind.of(job).name())
                .param("subjectId", job.subjectId())
                .query(Attempt.class)
                .optional();
    }

    /** The job is about to run with nothing beside it: should the process die now, it did it. */
    void startsAlone(Job job) {
        update(job, "update job_attempt set alone_since = now()");
    }

    /** The run alone was broken off, by no fault of the job. */
    void stoppedAlone(Job job) {
        update(job, "update job_attempt set alone_since = null");
    }

    void succeeded(Job job) {
        update(job, "delete from job_attempt");
    }

    private void update(Job job, String statement) {
        jdbc.sql(statement + " where kind = :kind and subject_id = :subjectId")
                .param("kind", Kind.of(job).name())
                .param("subjectId", job.subjectId())
                .update();
    }

    /** One attempt failed. */
    Attempt failed(Job job, String reason, boolean forGood) {
        return jdbc.sql(
                        """
                        insert into job_attempt as a
                            (kind, subject_id, queue, attempts, last_error, failed_at)
                        values (:kind, :subjectId, :queue, 1, :reason,
                            case when :forGood then now() end)
                        on conflict (kind, subject_id) do update set
                            attempts = a.attempts + 1, last_error = :reason, last_at = now(),
                            alone_since = null,
                            failed_at = case when :forGood or a.attempts + 1 >= :most then now() end
                        returning attempts, crashes, failed_at is not null as is_failed,
                            false as ended_badly_alone
                        """)
                .param("kind", Kind.of(job).name())
                .param("subjectId", job.subjectId())
                .param("queue", Kind.of(job).queue().wireName())
                .param("reason", clean(reason))
                .param("forGood", forGood)
                .param("most", MOST_ATTEMPTS)
                .query(Attempt.class)
                .single();
    }

    /** The process died while the job was in flight. Counted once, however many notice. */
    Attempt crashed(Job job) {
        return jdbc.sql(
                        """
                        insert into job_attempt as a
                            (kind, subject_id, queue, crashes, last_error)
                        values (:kind, :subjectId, :queue, 1, :reason)
                        on conflict (kind, subject_id) do update set
                            crashes = case when a.alone_since is null then greatest(a.crashes, 1)
                                else a.crashes + 1 end,
                            failed_at = case
                                when a.alone_since is not null and a.crashes + 1 >= :most
                                then now() else a.failed_at end,
                            last_error = :reason, last_at = now(), alone_since = null
                        returning attempts, crashes, failed_at is not null as is_failed,
                            false as ended_badly_alone
                        """)
                .param("kind", Kind.of(job).name())
                .param("subjectId", job.subjectId())
                .param("queue", Kind.of(job).queue().wireName())
                .param("reason", DIED)
                .param("most", MOST_CRASHES)
                .query(Attempt.class)
                .single();
    }

    /** The process died while the job was in flight, not by it. */
    Attempt orphaned(Job job) {
        return jdbc.sql(
                        """
                        insert into job_attempt as a
                            (kind, subject_id, queue, crashes, last_error)
                        values (:kind, :subjectId, :queue, 1, :reason)
                        on conflict (kind, subject_id) do update set
                            crashes = a.crashes + 1, last_error = :reason, last_at = now(),
                            failed_at = case when a.crashes + 1 >= :most
                                then now() else a.failed_at end
                        returning attempts, crashes, failed_at is not null as is_failed,
                            false as ended_badly_alone
                        """)
                .param("kind", Kind.of(job).name())
                .param("subjectId", job.subjectId())
                .param("queue", Kind.of(job).queue().wireName())
                .param("reason", DIED)
                .param("most", MOST_ORPHANED)
                .query(Attempt.class)
                .single();
    }

    /** Postgres takes no NUL, and a reason is for a person to read. */
    private static String clean(String reason) {
        var text = reason.replace("\0", "");
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }
}
