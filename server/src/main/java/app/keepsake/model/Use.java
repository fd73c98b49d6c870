package app.keepsake.model;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which models' vectors the database holds, and the way from one to another. Vectors of two models
 * cannot be compared, and may differ in length: those of a new CLIP model are made in a table of
 * their own, and take the place of the old ones in one step when they are enough. Until then words
 * find pictures by the old ones. Each step may be done twice, and by any server (I4); each is
 * short, since a table that refers to {@code asset} cannot be made or dropped while anybody reads
 * that.
 */
@Component
class Use {

    private static final String SERVING = "clip";
    private static final String COMING = "clip-next";
    private static final String FACES = "facial-recognition";
    private static final String TEXTS = "ocr";

    private static final int BATCH = 2_000;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Use(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
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

    /** The pair of models that reads text. */
    Optional<String> texts() {
        return model(TEXTS);
    }

    /** How many numbers the vectors of a model in use have. */
    Optional<Integer> dimension(String model) {
        return jdbc.sql("select dimension from ml_model where model = ? and task <> 'ocr' limit 1")
                .param(model)
                .query(Integer.class)
                .optional();
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
    boolean want(@Nullable Model wanted) {
        boolean isNews = quickly(() -> cancelAllBut(wanted));
        isNews |= quickly(() -> take(wanted));
        return settle() || isNews;
    }

    private boolean take(@Nullable Model wanted) {
        var serving = serving().orElse(null);
        if (wanted == null) {
            return jdbc.sql("delete from ml_model where task = ?").param(SERVING).update() > 0;
        }
        if (wanted.name().equals(serving) || coming().filter(wanted.name()::equals).isPresent()) {
            return false;
        }
        if (serving == null || !exists("smart_search", serving)) {
            begin(wanted);
        } else {
            prepare(wanted);
        }
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
    }

    private void prepare(Model wanted) {
        jdbc.sql("drop table if exists smart_search_next").update();
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
        jdbc.sql(
                        """
                        insert into ml_model (task, model, dimension, unsettled_since)
                        values (?, ?, ?, clock_timestamp())
                        """)
                .params(task, model.name(), model.dimension())
                .update();
    }

    /** What else is coming comes no more. */
    private boolean cancelAllBut(@Nullable Model wanted) {
        var coming = coming();
        if (coming.isEmpty() || wanted != null && coming.get().equals(wanted.name())) {
            return false;
        }
        jdbc.sql("delete from ml_model where task = ?").param(COMING).update();
        jdbc.sql("update ml_model set unsettled_since = clock_timestamp() where task = ?")
                .param(SERVING)
                .update();
        jdbc.sql("drop table smart_search_next").update();
        return true;
    }

    /**
     * Asks for the work that follows from a change. That stands beside the model until it is done:
     * where one server ends in the middle, the next goes on.
     *
     * @return whether there was a change
     */
    private boolean settle() {
        var isComing = coming().isPresent();
        var task = isComing ? COMING : SERVING;
        var model = unsettled(task);
        if (model.isEmpty()) {
            return false;
        }
        if (isComing) {
            seeAgainWhatTheComingLacks();
        } else {
            inBatches(
                    """
                    update asset_job_status set smart_search_at = null
                    where asset_id in (
                        select j.asset_id from asset_job_status j
                        where j.smart_search_at is not null and not exists (
                            select from smart_search v
                            where v.asset_id = j.asset_id and v.model = :model)
                        order by j.asset_id limit :batch for update)
                    """,
                    Map.of("model", model.get()));
            inBatches(
                    """
                    update asset_job_status set smart_search_at = now()
                    where asset_id in (
                        select j.asset_id from asset_job_status j
                        where j.smart_search_at is null and exists (
                            select from smart_search v
                            where v.asset_id = j.asset_id and v.model = :model)
                        order by j.asset_id limit :batch for update)
                    """,
                    Map.of("model", model.get()));
        }
        retryFailed("clip.embed");
        settled(task, model.get());
        return true;
    }

    private Optional<String> unsettled(String task) {
        return jdbc.sql("select model from ml_model where task = ? and unsettled_since is not null")
                .param(task)
                .query(String.class)
                .optional();
    }

    private void settled(String task, String model) {
        jdbc.sql("update ml_model set unsettled_since = null where task = ? and model = ?")
                .params(task, model)
                .update();
    }

    private void seeAgainWhatTheComingLacks() {
        inBatches(
                """
                update asset_job_status set smart_search_at = null
                where asset_id in (
                    select j.asset_id from asset_job_status j
                    where j.smart_search_at is not null and not exists (
                        select from smart_search_next n where n.asset_id = j.asset_id)
                    order by j.asset_id limit :batch for update)
                """,
                Map.of());
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
    boolean switchOver() {
        if (coming().isEmpty()) {
            return false;
        }
        // One that the old model saw at the very last is done, and yet lacks.
        seeAgainWhatTheComingLacks();
        if (!isReady()) {
            return false;
        }
        // What looks the same is decided by the new vectors, and by them alone. Nothing is compared
        // until they answer, and whoever ends before that does this again.
        inBatches(
                """
                update asset_job_status set duplicates_detected_at = null
                where asset_id in (
                    select asset_id from asset_job_status where duplicates_detected_at is not null
                    order by asset_id limit :batch for update)
                """,
                Map.of());
        inBatches(
                """
                update asset set duplicate_id = null
                where id in (
                    select id from asset where duplicate_id is not null
                    order by id limit :batch for update)
                """,
                Map.of());
        var isDone = quickly(this::exchange);
        settle();
        return isDone;
    }

    /** From the drop on nobody reads any asset until this is committed: it comes last. */
    private boolean exchange() {
        if (coming().isEmpty() || !isReady()) {
            return false;
        }
        jdbc.sql("delete from ml_model where task = ?").param(SERVING).update();
        jdbc.sql(
                        """
                        update ml_model set task = ?, unsettled_since = clock_timestamp()
                        where task = ?
                        """)
                .params(SERVING, COMING)
                .update();
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
        return true;
    }

    private boolean isReady() {
        return !isWaiting() && isEnough();
    }

    /** Those that failed, or that somebody took out of the queue, are waited for by nobody. */
    private boolean isWaiting() {
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
    boolean wantFaces(Model wanted) {
        boolean isNews = quickly(() -> takeFaces(wanted));
        isNews |= settleFaces();
        return forgetFacesOfOthers(wanted.name()) || isNews;
    }

    /**
     * Text is to be read by this pair of models. What another has read stays until it is read anew.
     *
     * @return whether that is news
     */
    boolean wantTexts(Model wanted) {
        return jdbc.sql(
                                """
                                insert into ml_model (task, model) values (?, ?)
                                on conflict (task) do update set model = excluded.model
                                    where ml_model.model <> excluded.model
                                """)
                        .params(TEXTS, wanted.name())
                        .update()
                > 0;
    }

    private boolean takeFaces(Model wanted) {
        var before = faces().orElse(null);
        if (wanted.name().equals(before)) {
            return false;
        }
        // Before anybody chose, all was seen by one model: by this one, or by another.
        var isOther = before != null || hasFacesOfOthers(wanted.name());
        if (isOther) {
            jdbc.sql("truncate face_search").update();
        }
        jdbc.sql("delete from ml_model where task = ?").param(FACES).update();
        insert(FACES, wanted);
        if (!isOther) {
            settled(FACES, wanted.name());
        }
        return true;
    }

    /** All are looked for anew that the model before has looked for. */
    private boolean settleFaces() {
        var model = unsettled(FACES);
        if (model.isEmpty()) {
            return false;
        }
        inBatches(
                """
                update asset_job_status set faces_recognized_at = null
                where asset_id in (
                    select j.asset_id from asset_job_status j
                    join ml_model m on m.task = 'facial-recognition'
                        and j.faces_recognized_at < m.unsettled_since
                    order by j.asset_id limit :batch for update of j)
                """,
                Map.of());
        retryFailed("faces.detect");
        settled(FACES, model.get());
        return true;
    }

    /**
     * What lies there of a model is of this commit. Nobody can ask any more by the vectors that
     * another one made: all is seen anew, as by another model.
     *
     * @return whether there were such
     */
    boolean hold(Model model, String revision) {
        if (!differs(model, revision) || !quickly(() -> forgetOtherCommit(model, revision))) {
            return false;
        }
        if (model.task() == Task.FACES) {
            settleFaces();
        } else {
            settle();
        }
        return true;
    }

    private boolean differs(Model model, String revision) {
        return jdbc.sql(
                        """
                        select exists (select from ml_model
                            where model = ? and revision is distinct from ?)
                        """)
                .params(model.name(), revision)
                .query(Boolean.class)
                .single();
    }

    /** Where no commit is known yet, this one is taken to have made them. */
    private boolean forgetOtherCommit(Model model, String revision) {
        var tasks =
                jdbc.sql("select task from ml_model where model = ? and revision <> ?")
                        .params(model.name(), revision)
                        .query(String.class)
                        .list();
        for (var task : tasks) {
            jdbc.sql("truncate " + vectors(task)).update();
            jdbc.sql("update ml_model set unsettled_since = clock_timestamp() where task = ?")
                    .param(task)
                    .update();
        }
        if (!tasks.isEmpty()) {
            jdbc.sql("delete from model_timing where model = ?").param(model.name()).update();
        }
        jdbc.sql("update ml_model set revision = ? where model = ?")
                .params(revision, model.name())
                .update();
        return !tasks.isEmpty();
    }

    private static String vectors(String task) {
        return switch (task) {
            case SERVING -> "smart_search";
            case COMING -> "smart_search_next";
            default -> "face_search";
        };
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

    /** Each batch by itself: no row is held for long, and no phone's sync waits for the end. */
    private void inBatches(String update, Map<String, ?> params) {
        int changed;
        do {
            changed = jdbc.sql(update).params(params).param("batch", BATCH).update();
        } while (changed > 0);
    }

    /**
     * A step that other servers see whole or not at all. It may want a table for itself: whatever
     * comes after it waits as long as it does, so it gives up soon.
     */
    private boolean quickly(BooleanSupplier step) {
        try {
            return Boolean.TRUE.equals(transaction.execute(_ -> locked(step)));
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException cause
                    && LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
                throw new Busy(e);
            }
            throw e;
        }
    }

    private boolean locked(BooleanSupplier step) {
        jdbc.sql("set local lock_timeout = '2s'").update();
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('keepsake.models', 0))::text")
                .query(String.class)
                .single();
        return step.getAsBoolean();
    }

    /** Somebody else uses what a step wants for itself: it is to be tried again. */
    static final class Busy extends RuntimeException {
        Busy(Throwable cause) {
            super("a long transaction is in the way of another model", cause);
        }
    }
}
