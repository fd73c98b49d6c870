package app.keepsake.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which models' vectors the database holds, and the way from one to another. Vectors of two models
 * cannot be compared, and may differ in length: those of a new CLIP model are made in a table of
 * their own, and take the place of the old ones in one step when they are enough. Until then words
 * find pictures by the old ones. Each step may be done twice, and by any server (I4).
 */
@Component
class Use {

    private static final String SERVING = "clip";
    private static final String COMING = "clip-next";
    private static final String FACES = "facial-recognition";

    private final JdbcClient jdbc;

    Use(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The model by which words find pictures. */
    Optional<String> serving() {
        return model(SERVING);
    }

    /** The model whose vectors are being made. */
    Optional<String> coming() {
        return model(COMING);
    }

    Optional<String> faces() {
        return model(FACES);
    }

    /** How many pictures the coming model has seen, of how many. */
    record Progress(long seen, long all) {}

    Progress progress() {
        return jdbc.sql(
                        """
                        select (select count(*) from smart_search_next) as seen,
                            (select count(*) from asset a join asset_job_status j on j.asset_id = a.id
                                where a.visibility <> 'hidden' and j.thumbnails_at is not null) as all
                        """)
                .query(Progress.class)
                .single();
    }

    private Optional<String> model(String task) {
        return jdbc.sql("select model from ml_model where task = ?")
                .param(task)
                .query(String.class)
                .optional();
    }

    /**
     * Pictures are to be found by this model.
     *
     * @param wanted null for none
     * @return whether that is news
     */
    @Transactional
    public boolean want(@Nullable Model wanted) {
        lock();
        var serving = serving().orElse(null);
        var coming = coming().orElse(null);
        if (wanted == null) {
            cancel();
            return jdbc.sql("delete from ml_model where task = ?").param(SERVING).update() > 0;
        }
        if (wanted.name().equals(serving)) {
            if (coming == null) {
                return false;
            }
            cancel();
            forgetOthers(wanted.name());
        } else if (wanted.name().equals(coming)) {
            return false;
        } else {
            cancel();
            if (serving == null || !exists("smart_search", serving)) {
                begin(wanted);
            } else {
                prepare(wanted);
            }
        }
        retryFailed("clip.embed");
        return true;
    }

    /** Nothing answers that would have to go on answering. */
    private void begin(Model wanted) {
        if (!exists("smart_search", wanted.name())) {
            jdbc.sql("truncate smart_search").update();
        }
        var dimension =
                jdbc.sql(
                                """
                                select atttypmod from pg_attribute
                                where attrelid = 'smart_search'::regclass and attname = 'embedding'
                                """)
                        .query(Integer.class)
                        .single();
        if (dimension != wanted.dimension()) {
            jdbc.sql("truncate smart_search").update();
            jdbc.sql(
                            "alter table smart_search alter column embedding type halfvec(%d)"
                                    .formatted(wanted.dimension()))
                    .update();
        }
        jdbc.sql("delete from smart_search where model <> ?").param(wanted.name()).update();
        jdbc.sql("delete from ml_model where task = ?").param(SERVING).update();
        insert(SERVING, wanted);
        forgetOthers(wanted.name());
    }

    private void prepare(Model wanted) {
        jdbc.sql(
                        """
                        create table smart_search_next (
                            asset_id uuid primary key references asset on delete cascade,
                            model text not null,
                            embedding halfvec(%d) not null)
                        """
                                .formatted(wanted.dimension()))
                .update();
        jdbc.sql("grant select, insert, update, delete on smart_search_next to keepsake_worker")
                .update();
        // From the start: to build it at the end would hold back every phone's sync meanwhile.
        for (var index : indexes()) {
            jdbc.sql(
                            index.definition()
                                    .replace(index.name(), index.nextName())
                                    .replaceFirst(
                                            " ON (\\w+\\.)?smart_search ",
                                            " ON smart_search_next "))
                    .update();
        }
        insert(COMING, wanted);
        jdbc.sql(
                        "update asset_job_status set smart_search_at = null where smart_search_at is not null")
                .update();
    }

    private record Index(String name, String definition) {

        String nextName() {
            return name.replace("smart_search", "smart_search_next");
        }
    }

    /** Whatever indexes there are, but for the primary key's. */
    private List<Index> indexes() {
        return jdbc.sql(
                        """
                        select indexname as name, indexdef as definition from pg_indexes
                        where schemaname = current_schema() and tablename = 'smart_search'
                            and indexname <> 'smart_search_pkey'
                        """)
                .query(Index.class)
                .list();
    }

    private void insert(String task, Model model) {
        jdbc.sql("insert into ml_model (task, model, dimension) values (?, ?, ?)")
                .params(task, model.name(), model.dimension())
                .update();
    }

    /** What is coming comes no more. */
    private void cancel() {
        jdbc.sql("delete from ml_model where task = ?").param(COMING).update();
        jdbc.sql("drop table if exists smart_search_next").update();
    }

    /** Done is what this model has seen, whoever else has. */
    private void forgetOthers(String model) {
        jdbc.sql(
                        """
                        update asset_job_status j set smart_search_at = seen.at
                        from (select s.asset_id, case when exists (select from smart_search v
                                where v.asset_id = s.asset_id and v.model = :model)
                                then coalesce(s.smart_search_at, now()) end as at
                            from asset_job_status s) seen
                        where seen.asset_id = j.asset_id
                            and j.smart_search_at is distinct from seen.at
                        """)
                .param("model", model)
                .update();
    }

    private boolean exists(String table, String model) {
        return jdbc.sql("select exists (select from %s where model = ?)".formatted(table))
                .param(model)
                .query(Boolean.class)
                .single();
    }

    private void retryFailed(String kind) {
        jdbc.sql("delete from job_attempt where kind = ? and crashes = 0").param(kind).update();
        jdbc.sql("delete from job_emptied where kind = ?").param(kind).update();
    }

    /**
     * Lets the coming model's vectors answer, once no picture waits that the old ones know.
     *
     * @return whether they do from now on
     */
    @Transactional
    public boolean switchOver() {
        lock();
        if (coming().isEmpty() || isWaiting() || !isEnough()) {
            return false;
        }
        jdbc.sql("drop table smart_search").update();
        for (var statement :
                List.of(
                        "alter table smart_search_next rename to smart_search",
                        "alter table smart_search rename constraint smart_search_next_pkey"
                                + " to smart_search_pkey",
                        "alter table smart_search rename constraint"
                                + " smart_search_next_asset_id_fkey to smart_search_asset_id_fkey")) {
            jdbc.sql(statement).update();
        }
        for (var index : indexes()) {
            jdbc.sql(
                            "alter index %s rename to %s"
                                    .formatted(
                                            index.name(),
                                            index.name()
                                                    .replace("smart_search_next", "smart_search")))
                    .update();
        }
        // What looks the same is decided by these vectors from now on, and by them alone.
        jdbc.sql("update asset set duplicate_id = null where duplicate_id is not null").update();
        jdbc.sql("update asset_job_status set duplicates_detected_at = null").update();
        jdbc.sql("delete from ml_model where task = ?").param(SERVING).update();
        jdbc.sql("update ml_model set task = ? where task = ?").params(SERVING, COMING).update();
        return true;
    }

    /** Those that failed, or that somebody took out of the queue, are waited for by nobody. */
    private boolean isWaiting() {
        // One that the old model saw at the very last is done, and yet lacks.
        jdbc.sql(
                        """
                        update asset_job_status j set smart_search_at = null
                        where smart_search_at is not null and not exists (
                            select from smart_search_next n where n.asset_id = j.asset_id)
                        """)
                .update();
        return jdbc.sql(
                        """
                        select exists (
                            select from smart_search s
                            join asset a on a.id = s.asset_id
                            join asset_job_status j on j.asset_id = a.id
                            where j.smart_search_at is null and j.thumbnails_at is not null
                                and a.visibility <> 'hidden' and not a.is_offline
                                and not exists (select from job_attempt t
                                    where t.kind = 'clip.embed' and t.subject_id = a.id
                                        and t.failed_at is not null)
                                and not exists (select from job_emptied e
                                    where e.kind = 'clip.embed' and e.subject_id = a.id))
                        """)
                .query(Boolean.class)
                .single();
    }

    /** A model that fails at every picture takes the place of none. */
    private boolean isEnough() {
        return jdbc.sql(
                        """
                        select 2 * (select count(*) from smart_search_next)
                            >= (select count(*) from smart_search)
                        """)
                .query(Boolean.class)
                .single();
    }

    /**
     * Faces are to be found by this pair of models. Faces stay, with the people that they are; all
     * are looked for anew, and described anew.
     *
     * @return whether that is news
     */
    @Transactional
    public boolean wantFaces(Model wanted) {
        lock();
        var before = faces().orElse(null);
        if (wanted.name().equals(before)) {
            return forgetFacesOfOthers(wanted.name());
        }
        jdbc.sql("delete from ml_model where task = ?").param(FACES).update();
        insert(FACES, wanted);
        // Before anybody chose, all was seen by one model: by this one, or by another.
        if (before != null || hasFacesOfOthers(wanted.name())) {
            jdbc.sql("truncate face_search").update();
            jdbc.sql(
                            """
                            update asset_job_status set faces_recognized_at = null
                            where faces_recognized_at is not null
                            """)
                    .update();
            retryFailed("faces.detect");
        }
        return true;
    }

    private boolean hasFacesOfOthers(String model) {
        return jdbc.sql("select exists (select from face_search where model <> ?)")
                .param(model)
                .query(Boolean.class)
                .single();
    }

    /** A worker that began before the change may have written a last one. */
    private boolean forgetFacesOfOthers(String model) {
        var found =
                jdbc.sql(
                                """
                                with gone as (
                                    delete from face_search where model <> :model returning face_id)
                                update asset_job_status j set faces_recognized_at = null
                                from gone join asset_face f on f.id = gone.face_id
                                where j.asset_id = f.asset_id and j.faces_recognized_at is not null
                                """)
                        .param("model", model)
                        .update();
        return found > 0;
    }

    private void lock() {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('keepsake.models', 0))::text")
                .query(String.class)
                .single();
    }
}
