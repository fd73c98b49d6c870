package app.keepsake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.support.HeldTransaction;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** In a database of its own: other tests search meanwhile. */
@SuppressWarnings("NullAway.Init") // set before each test
class UseTests {

    private static final Model SMALL = model("small", Task.CLIP, 2);
    private static final Model LARGE = model("large", Task.CLIP, 3);
    private static final Model OTHER = model("other", Task.CLIP, 3);

    private static JdbcClient jdbc;
    private static JdbcClient worker;

    private static OwnDatabase database;

    private final Use use = database.use();

    @BeforeAll
    static void makeDatabase() {
        database = OwnDatabase.make("models");
        jdbc = database.jdbc();
        worker = database.worker();
    }

    @BeforeEach
    void empty() {
        use.want(null);
        jdbc.sql("truncate \"user\", ml_model, model_timing, job_attempt, job_emptied cascade")
                .update();
    }

    private static Model model(String name, Task task, int dimension) {
        return new Model(name, task, dimension, 1, "MIT", false);
    }

    private static UUID asset() {
        var owner = UUID.randomUUID();
        jdbc.sql("insert into \"user\" (id, email, name, avatar_color) values (?, ?, 'Ana', 'red')")
                .params(owner, owner + "@example.org")
                .update();
        var asset = UUID.randomUUID();
        jdbc.sql(
                        """
                        insert into asset (id, owner_id, type, original_path, original_file_name,
                            checksum, size_in_bytes, file_created_at, file_modified_at,
                            local_date_time)
                        values (?, ?, 'IMAGE', ?, 'a.jpg', decode(md5(random()::text) || '00000000', 'hex'), 1, now(), now(), now())
                        """)
                .params(asset, owner, "upload/" + asset)
                .update();
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, thumbnails_at, smart_search_at,
                            faces_recognized_at)
                        values (?, now(), now(), now())
                        """)
                .param(asset)
                .update();
        return asset;
    }

    /** As the worker writes it. */
    private static void seen(String table, String model, UUID asset, String vector) {
        worker.sql(
                        "insert into %s (asset_id, model, embedding) values (?, ?, ?::halfvec)"
                                .formatted(table))
                .params(asset, model, vector)
                .update();
        worker.sql("update asset_job_status set smart_search_at = now() where asset_id = ?")
                .param(asset)
                .update();
    }

    private static UUID nearest(String vector) {
        return jdbc.sql(
                        "select asset_id from smart_search order by embedding <=> ?::halfvec limit 1")
                .param(vector)
                .query(UUID.class)
                .single();
    }

    private static List<UUID> toDo() {
        return jdbc.sql("select asset_id from asset_job_status where smart_search_at is null")
                .query(UUID.class)
                .list();
    }

    private void seenBySmall(UUID red, UUID blue) {
        use.want(SMALL);
        seen("smart_search", "small", red, "[1,0]");
        seen("smart_search", "small", blue, "[0,1]");
    }

    @Test
    void takesTheFirstModelAtOnceWhateverItsDimension() {
        var asset = asset();
        assertThat(use.want(LARGE)).isTrue();
        assertThat(use.serving()).contains("large");
        assertThat(toDo()).containsExactly(asset);
        seen("smart_search", "large", asset, "[1,0,0]");
        assertThat(nearest("[1,0,0]")).isEqualTo(asset);
        assertThat(use.want(LARGE)).isFalse();
        assertThat(toDo()).isEmpty();
    }

    @Test
    void searchesByTheOldModelUntilTheNewOneHasSeenAll() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        assertThat(use.serving()).contains("small");
        assertThat(use.coming()).contains("large");
        assertThat(toDo()).containsExactlyInAnyOrder(red, blue);

        seen("smart_search_next", "large", red, "[0,0,1]");
        assertThat(use.switchOver()).isFalse();
        assertThat(nearest("[1,0]")).isEqualTo(red);

        seen("smart_search_next", "large", blue, "[0,1,0]");
        assertThat(use.switchOver()).isTrue();
        assertThat(use.serving()).contains("large");
        assertThat(use.coming()).isEmpty();
        assertThat(nearest("[0,0,1]")).isEqualTo(red);
        assertThat(toDo()).isEmpty();
        assertThat(use.switchOver()).isFalse();
    }

    @Test
    void comparesAllPicturesAnewByTheNewModel() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        for (var id : List.of(red, blue)) {
            seen("smart_search_next", "large", id, "[0,0,1]");
        }
        // As the old vectors had it, also where a worker compared last after the new one was made.
        jdbc.sql("update asset_job_status set duplicates_detected_at = now() + interval '1 hour'")
                .update();
        jdbc.sql("update asset set duplicate_id = gen_random_uuid()").update();
        assertThat(use.switchOver()).isTrue();
        assertThat(
                        jdbc.sql(
                                        """
                                        select asset_id from asset_job_status
                                        join asset a on a.id = asset_id
                                        where duplicates_detected_at is null
                                            and a.duplicate_id is null
                                        """)
                                .query(UUID.class)
                                .list())
                .containsExactlyInAnyOrder(red, blue);
    }

    /** What happens to a model that is chosen. */
    private enum Change {
        BEGINNING {
            @Override
            boolean make(Use use) {
                return use.want(LARGE);
            }
        },
        RETURNING {
            @Override
            void prepare(Use use) {
                use.want(LARGE);
                seenByLarge();
            }

            @Override
            boolean make(Use use) {
                return use.want(SMALL);
            }
        },
        EXCHANGING {
            @Override
            void prepare(Use use) {
                use.want(LARGE);
                seenByLarge();
                jdbc.sql("update asset_job_status set duplicates_detected_at = now()").update();
            }

            @Override
            boolean make(Use use) {
                return use.switchOver();
            }
        };

        void prepare(Use use) {}

        abstract boolean make(Use use);

        private static void seenByLarge() {
            for (var asset : toDo()) {
                seen("smart_search_next", "large", asset, "[0,0,1]");
            }
            jdbc.sql(
                            "delete from smart_search where asset_id = (select asset_id from smart_search order by asset_id limit 1)")
                    .update();
        }
    }

    /** As a backup does, or a query that takes long. */
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void waitsNoLongForWhoeverReadsPhotos(Change change) throws Exception {
        seenBySmall(asset(), asset());
        change.prepare(use);
        try (var other = new HeldTransaction(database.source())) {
            // Uploads are in the way of a table that is made, reads of one that is dropped.
            other.jdbc().sql("lock table asset in row exclusive mode").update();
            assertThatThrownBy(() -> change.make(use)).isInstanceOf(Use.Busy.class);
            assertThat(use.serving()).contains("small");
            assertThat(nearest("[0,1]")).isNotNull();
        }
        assertThat(change.make(use)).isTrue();
        assertThat(use.serving()).contains(change == Change.EXCHANGING ? "large" : "small");
        assertThat(use.coming().isPresent()).isEqualTo(change == Change.BEGINNING);
    }

    /** The rows that are asked for anew are many, and one of them is locked here. */
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void photosAreReadAndUploadedWhileAllIsAskedForAnew(Change change) throws Exception {
        seenBySmall(asset(), asset());
        change.prepare(use);
        CompletableFuture<Boolean> made;
        try (var other = new HeldTransaction(database.source())) {
            other.jdbc().sql("select from asset_job_status for update").query().listOfRows();
            made = CompletableFuture.supplyAsync(() -> change.make(use));
            other.awaitWaiter();
            var phone = database.impatient().jdbc();
            assertThat(phone.sql("select count(*) from asset").query(Long.class).single())
                    .isEqualTo(2);
            phone.sql("update asset set original_file_name = 'b.jpg'").update();
        }
        assertThat(made.join()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anotherGoesOnWhereOneEndsInTheMiddle(Change change) throws Exception {
        seenBySmall(asset(), asset());
        change.prepare(use);
        var dying = database.impatient().use();
        try (var other = new HeldTransaction(database.source())) {
            other.jdbc().sql("select from asset_job_status for update").query().listOfRows();
            assertThatThrownBy(() -> change.make(dying)).isInstanceOf(DataAccessException.class);
        }
        var next = database.use();
        assertThat(change.make(next)).isTrue();
        assertThat(toDo())
                .containsExactlyInAnyOrderElementsOf(
                        switch (change) {
                            case BEGINNING -> lacking("smart_search_next");
                            case RETURNING, EXCHANGING -> lacking("smart_search");
                        });
        assertThat(
                        jdbc.sql("select count(*) from ml_model where unsettled_since is not null")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private static List<UUID> lacking(String table) {
        return jdbc.sql(
                        "select id from asset where id not in (select asset_id from %s)"
                                .formatted(table))
                .query(UUID.class)
                .list();
    }

    /** The next change, and the schema's next migration, find what they know. */
    @Test
    void leavesTheTableAsItWasButForItsVectors() {
        use.want(SMALL);
        var before = shape();
        for (var next : List.of(LARGE, SMALL, OTHER, SMALL)) {
            var asset = asset();
            seen(
                    "smart_search",
                    use.serving().orElseThrow(),
                    asset,
                    use.serving().equals(java.util.Optional.of("small")) ? "[1,0]" : "[1,0,0]");
            use.want(next);
            for (var each : toDo()) {
                seen(
                        "smart_search_next",
                        next.name(),
                        each,
                        next.dimension() == 2 ? "[1,0]" : "[1,0,0]");
            }
            assertThat(use.switchOver()).isTrue();
        }
        assertThat(shape()).isEqualTo(before);
    }

    private static List<String> shape() {
        return jdbc.sql(
                        """
                        select indexdef from pg_indexes where tablename = 'smart_search'
                        union all
                        select conname || pg_get_constraintdef(oid) from pg_constraint
                        where conrelid = 'smart_search'::regclass and contype in ('p', 'f')
                        union all
                        select attname || format_type(atttypid, atttypmod) || attnotnull
                        from pg_attribute
                        where attrelid = 'smart_search'::regclass and attnum > 0
                        union all
                        select privilege_type from information_schema.table_privileges
                        where table_name = 'smart_search' and grantee = 'keepsake_worker'
                        order by 1
                        """)
                .query(String.class)
                .list();
    }

    @Test
    void waitsForNoPictureThatFailedButForAllThatMayBe() {
        var red = asset();
        var blue = asset();
        var hidden = asset();
        seenBySmall(red, blue);
        seen("smart_search", "small", hidden, "[1,1]");
        use.want(LARGE);
        jdbc.sql("update asset set visibility = 'hidden' where id = ?").param(hidden).update();
        seen("smart_search_next", "large", red, "[0,0,1]");
        seen("smart_search_next", "large", hidden, "[0,0,1]");
        assertThat(use.switchOver()).isFalse();
        failed(blue);
        assertThat(use.switchOver()).isTrue();
    }

    @Test
    void putsAModelThatFailsAtEveryPictureInThePlaceOfNone() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        failed(red);
        failed(blue);
        assertThat(use.switchOver()).isFalse();
        assertThat(nearest("[1,0]")).isEqualTo(red);
    }

    private static void failed(UUID asset) {
        jdbc.sql(
                        """
                        insert into job_attempt (kind, subject_id, queue, attempts, failed_at)
                        values ('clip.embed', ?, 'smartSearch', 3, now())
                        """)
                .param(asset)
                .update();
    }

    @Test
    void aNewModelTriesAgainWhatTheOldOneFailedAt() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        failed(asset());
        use.want(LARGE);
        assertThat(jdbc.sql("select count(*) from job_attempt").query(Long.class).single())
                .isZero();
    }

    @Test
    void goingBackToTheOldModelLeavesWhatItKnowsDone() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        seen("smart_search_next", "large", red, "[0,0,1]");
        var since = asset();
        seen("smart_search_next", "large", since, "[0,0,1]");
        use.want(SMALL);
        assertThat(use.coming()).isEmpty();
        assertThat(toDo()).containsExactly(since);
        assertThat(nearest("[1,0]")).isEqualTo(red);
    }

    @Test
    void aThirdModelTakesThePlaceOfTheOneThatWasComing() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        seen("smart_search_next", "large", red, "[0,0,1]");
        use.want(OTHER);
        assertThat(use.serving()).contains("small");
        assertThat(use.coming()).contains("other");
        assertThat(toDo()).containsExactlyInAnyOrder(red, blue);
    }

    /** A worker that saw it by the old model at the very moment of the change. */
    @Test
    void noticesAPictureThatIsDoneAndThatTheNewModelHasNotSeen() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        use.want(LARGE);
        seen("smart_search_next", "large", red, "[0,0,1]");
        worker.sql("update asset_job_status set smart_search_at = now() where asset_id = ?")
                .param(blue)
                .update();
        assertThat(use.switchOver()).isFalse();
        assertThat(toDo()).containsExactly(blue);
    }

    @Test
    void theWorkerReadsWhichModelsAreUsedAndDecidesNothing() {
        use.want(SMALL);
        assertThat(worker.sql("select model from ml_model").query(String.class).list())
                .containsExactly("small");
        assertThatThrownBy(() -> worker.sql("delete from ml_model").update())
                .hasStackTraceContaining("permission denied");
    }

    @Test
    void vectorsOfAnotherCommitOfTheModelAreMadeAnew() {
        var red = asset();
        var blue = asset();
        seenBySmall(red, blue);
        jdbc.sql(
                        """
                        insert into model_timing (model, graph, machine, fp32_ms, int8_ms, distance)
                        values ('small', 'visual', 'this', 9, 3, 0.001)
                        """)
                .update();
        for (int time = 0; time < 2; time++) {
            assertThat(use.hold(SMALL, "first")).isFalse();
            assertThat(nearest("[1,0]")).isEqualTo(red);
        }
        assertThat(use.hold(LARGE, "second")).isFalse();
        assertThat(use.hold(SMALL, "second")).isTrue();
        assertThat(toDo()).containsExactlyInAnyOrder(red, blue);
        assertThat(lacking("smart_search")).containsExactlyInAnyOrder(red, blue);
        assertThat(jdbc.sql("select count(*) from model_timing").query(Long.class).single())
                .isZero();
        assertThat(use.serving()).contains("small");
        assertThat(use.hold(SMALL, "second")).isFalse();
    }

    @Test
    void facesAreDescribedAnewAndStayWhoTheyAre() {
        var asset = asset();
        var first = model("first", Task.FACES, 512);
        use.wantFaces(first);
        var person = UUID.randomUUID();
        jdbc.sql("insert into person (id, owner_id, name) select ?, owner_id, 'Eva' from asset")
                .param(person)
                .update();
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (?, ?, 9, 9, 1, 1, 5, 5)
                        """)
                .params(asset, person)
                .update();
        describeFace("first");
        assertThat(use.wantFaces(first)).isFalse();
        assertThat(facesToDo()).isEmpty();

        assertThat(use.wantFaces(model("second", Task.FACES, 512))).isTrue();
        assertThat(facesToDo()).containsExactly(asset);
        assertThat(jdbc.sql("select count(*) from face_search").query(Long.class).single())
                .isZero();
        assertThat(jdbc.sql("select person_id from asset_face").query(UUID.class).list())
                .containsExactly(person);
    }

    @Test
    void anotherGoesOnLookingForFacesAnewWhereOneEndsInTheMiddle() throws Exception {
        var asset = asset();
        use.wantFaces(model("first", Task.FACES, 512));
        var second = model("second", Task.FACES, 512);
        try (var other = new HeldTransaction(database.source())) {
            other.jdbc().sql("select from asset_job_status for update").query().listOfRows();
            assertThatThrownBy(() -> database.impatient().use().wantFaces(second))
                    .isInstanceOf(DataAccessException.class);
        }
        assertThat(facesToDo()).isEmpty();
        assertThat(database.use().wantFaces(second)).isTrue();
        assertThat(facesToDo()).containsExactly(asset);
        assertThat(use.wantFaces(second)).isFalse();
    }

    @Test
    void noVectorsOfTwoFaceModelsStayBesideEachOther() {
        var asset = asset();
        var second = model("second", Task.FACES, 512);
        use.wantFaces(second);
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (?, 9, 9, 1, 1, 5, 5)
                        """)
                .param(asset)
                .update();
        describeFace("first");
        assertThat(use.wantFaces(second)).isTrue();
        assertThat(facesToDo()).containsExactly(asset);
        assertThat(jdbc.sql("select count(*) from face_search").query(Long.class).single())
                .isZero();
    }

    private static void describeFace(String model) {
        jdbc.sql(
                        """
                        insert into face_search (face_id, model, embedding)
                        select id, ?, array_fill(1, array[512])::halfvec from asset_face
                        """)
                .param(model)
                .update();
    }

    private static List<UUID> facesToDo() {
        return jdbc.sql("select asset_id from asset_job_status where faces_recognized_at is null")
                .query(UUID.class)
                .list();
    }
}
