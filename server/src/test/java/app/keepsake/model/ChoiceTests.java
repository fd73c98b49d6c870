package app.keepsake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.TextVectors;
import app.keepsake.jobs.Workers;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Volume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class ChoiceTests {

    private static OwnDatabase database;

    @Autowired Volume volume;
    @Autowired Workers workers;
    @Autowired Fixtures given;
    @Autowired TextVectors words;
    @Autowired ApplicationEventPublisher events;
    @TempDir Path root;
    OwnModels models;

    @BeforeAll
    static void makeDatabase() {
        database = OwnDatabase.make("model_choices");
    }

    @BeforeEach
    void setUp() {
        models = new OwnModels(database, root, volume, words, events);
    }

    /** Models that have seen a picture, and another whose vectors are being made. */
    private void seeAll() throws IOException {
        models.put(OwnModels.CLIP);
        models.put(OwnModels.FACES);
        models.choice.run();
        var jdbc = database.jdbc();
        var owner = UUID.randomUUID();
        jdbc.sql("insert into \"user\" (id, email, name, avatar_color) values (?, ?, 'Ana', 'red')")
                .params(owner, owner + "@example.org")
                .update();
        jdbc.sql(
                        """
                        with picture as (
                            insert into asset (id, owner_id, type, original_path, original_file_name,
                                checksum, size_in_bytes, file_created_at, file_modified_at,
                                local_date_time)
                            values (gen_random_uuid(), :owner, 'IMAGE', 'upload/a', 'a.jpg',
                                decode(md5('a') || '00000000', 'hex'), 1, now(), now(), now())
                            returning id
                        ), done as (
                            insert into asset_job_status (asset_id, thumbnails_at, smart_search_at,
                                faces_recognized_at)
                            select id, now(), now(), now() from picture
                        ), words as (
                            insert into smart_search (asset_id, model, embedding)
                            select id, 'ViT-B-32__openai', array_fill(1, array[512])::halfvec
                            from picture
                        )
                        insert into asset_face (asset_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        select id, 9, 9, 1, 1, 5, 5 from picture
                        """)
                .param("owner", owner)
                .update();
        jdbc.sql(
                        """
                        insert into face_search (face_id, model, embedding)
                        select id, 'buffalo_l', array_fill(1, array[512])::halfvec from asset_face
                        """)
                .update();
        models.put(OwnModels.OTHER_CLIP);
        models.choose(OwnModels.OTHER_CLIP);
        models.choice.run();
        jdbc.sql(
                        """
                        insert into smart_search_next (asset_id, model, embedding)
                        select id, 'RN50__openai', array_fill(1, array[1024])::halfvec from asset
                        """)
                .update();
    }

    private List<Map<String, @Nullable Object>> used() {
        return database.jdbc()
                .sql(
                        """
                        select task, model,
                            (select count(*) from smart_search) as old_vectors,
                            (select count(*) from smart_search_next) as new_vectors,
                            (select count(*) from face_search) as faces,
                            (select count(*) from asset_job_status
                                where faces_recognized_at is not null) as looked_for
                        from ml_model where task <> 'ocr' order by task
                        """)
                .query()
                .listOfRows();
    }

    /** The disk is away, as seen at this moment. */
    private void unmount() throws IOException {
        Files.move(root.resolve(Library.MARKER), root.resolve("marker"));
        assertThatThrownBy(models.library::requireStillPresent)
                .isInstanceOf(Problem.Unavailable.class);
    }

    @Test
    void aDiskThatIsAwayTakesNoModelOutOfUse() throws IOException {
        seeAll();
        var before = used();
        Files.move(root.resolve("models"), root.resolve("elsewhere"));
        unmount();
        models.choice.run();
        assertThat(used()).isEqualTo(before).hasSize(3);
    }

    @Test
    void choosesNothingBeforeItHasSeenTheDisk() throws IOException {
        models.put(OwnModels.CLIP);
        models.put(OwnModels.FACES);
        unmount();
        models.choice.run();
        assertThat(models.use.serving()).isEmpty();
        assertThat(models.use.faces()).isEmpty();
        Files.move(root.resolve("marker"), root.resolve(Library.MARKER));
        models.library.requireStillPresent();
        models.choice.run();
        assertThat(models.use.serving()).contains("ViT-B-32__openai");
        assertThat(models.use.faces()).contains("buffalo_l");
    }

    private enum Damage {
        MISSING {
            @Override
            void to(Path folder) throws IOException {
                ShelfDisk.remove(folder);
            }
        },
        LACKS_A_FILE {
            @Override
            void to(Path folder) throws IOException {
                try (var files = Files.walk(folder)) {
                    Files.delete(files.filter(it -> it.endsWith("model.onnx")).findAny().get());
                }
            }
        },
        OTHER_SIZE {
            @Override
            void to(Path folder) throws IOException {
                var file =
                        new HubFile(
                                Files.exists(folder.resolve("visual"))
                                        ? "visual/model.onnx"
                                        : "detection/model.onnx",
                                99,
                                null,
                                null);
                JsonMapper.shared()
                        .writeValue(
                                folder.resolve(Shelf.RECORD).toFile(),
                                new Origin("a", "b", "c", "d", List.of(file)));
            }
        },
        UNREADABLE_RECORD {
            @Override
            void to(Path folder) throws IOException {
                Files.writeString(folder.resolve(Shelf.RECORD), "{}");
            }
        };

        abstract void to(Path folder) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void aModelThatIsDamagedStaysInUseUntilAnotherIsThere(Damage damage) throws IOException {
        seeAll();
        var before = used();
        for (var model : List.of(OwnModels.CLIP, OwnModels.OTHER_CLIP, OwnModels.FACES)) {
            damage.to(models.shelf.folder(model));
            assertThat(models.shelf.has(model)).isFalse();
        }
        models.choice.run();
        assertThat(used()).isEqualTo(before).hasSize(3);
    }

    @Test
    void aModelThatIsThereTakesThePlaceOfADamagedOne() throws IOException {
        seeAll();
        ShelfDisk.remove(models.shelf.folder(OwnModels.OTHER_CLIP));
        models.choose(OwnModels.CLIP);
        models.choice.run();
        assertThat(models.use.coming()).isEmpty();
        assertThat(models.use.serving()).contains("ViT-B-32__openai");
    }

    private void lies(Model model, String revision) {
        JsonMapper.shared()
                .writeValue(
                        models.shelf.folder(model).resolve(Shelf.RECORD).toFile(),
                        new Origin(model.name(), "a stick", revision, "d", List.of()));
    }

    /** They cannot be compared with those that are made from now on. */
    @Test
    void vectorsOfAnotherCommitOfAModelAreMadeAnew() throws IOException {
        seeAll();
        for (var model : List.of(OwnModels.CLIP, OwnModels.OTHER_CLIP, OwnModels.FACES)) {
            lies(model, "first");
        }
        models.choice.run();
        assertThat(used())
                .hasSize(3)
                .allSatisfy(
                        row ->
                                assertThat(row)
                                        .containsEntry("old_vectors", 1L)
                                        .containsEntry("new_vectors", 1L)
                                        .containsEntry("faces", 1L)
                                        .containsEntry("looked_for", 1L));
        lies(OwnModels.OTHER_CLIP, "second");
        lies(OwnModels.FACES, "second");
        models.choice.run();
        assertThat(used())
                .hasSize(3)
                .allSatisfy(
                        row ->
                                assertThat(row)
                                        .containsEntry("old_vectors", 1L)
                                        .containsEntry("new_vectors", 0L)
                                        .containsEntry("faces", 0L)
                                        .containsEntry("looked_for", 0L));
        lies(OwnModels.CLIP, "second");
        models.choice.run();
        // Nothing answers any more that would have to go on answering.
        assertThat(models.use.serving()).contains("RN50__openai");
        assertThat(models.use.coming()).isEmpty();
    }

    @Test
    void aPairThatReadsTextIsUsedOnceItIsThereAndStaysWhenAnotherNameIsWrong() throws IOException {
        models.choose("ocr", "immich-app/PP-OCRv5_mobile");
        models.choice.run();
        assertThat(models.use.texts()).contains("PP-OCRv4_mobile");
        models.put(Model.byHand("PP-OCRv5_mobile", Task.OCR, 0));
        models.choice.run();
        assertThat(models.use.texts()).contains("PP-OCRv5_mobile");
        models.choose("ocr", "PP-OCRv55_mobile");
        models.choice.run();
        assertThat(models.use.texts()).contains("PP-OCRv5_mobile");
        ShelfDisk.remove(root.resolve("models/ocr/PP-OCRv5_mobile"));
        models.choice.run();
        assertThat(models.use.texts()).contains("PP-OCRv4_mobile");
    }

    /** Of no list: a folder of that name says what it is. */
    @Test
    void modelsThatSomebodyPutThereByHandAreUsed() throws IOException {
        models.choose("clip", "My-Own__tuned");
        models.choose("facialRecognition", "mine");
        models.put(OwnModels.CLIP);
        models.choice.run();
        assertThat(models.use.serving()).isEmpty();
        assertThat(models.use.faces()).contains("face-api");
        models.put(Model.byHand("mine", Task.FACES, 512));
        var mine = Model.byHand("My-Own__tuned", Task.CLIP, 640);
        models.put(mine);
        var config = models.shelf.folder(mine).resolve("config.json");
        for (var wrong : List.of("{}", "{", "{\"embed_dim\": -1}", "{\"embed_dim\": 1000000}")) {
            Files.writeString(config, wrong);
            models.choice.run();
            assertThat(models.use.serving()).isEmpty();
        }
        Files.writeString(config, "{\"embed_dim\": 640}");
        models.choice.run();
        assertThat(models.use.serving()).contains("My-Own__tuned");
        assertThat(models.use.dimension("My-Own__tuned")).contains(640);
        assertThat(models.use.faces()).contains("mine");
        ShelfDisk.remove(models.shelf.folder(mine));
        models.choice.run();
        assertThat(models.use.serving()).contains("My-Own__tuned");
    }

    @Test
    void saysHowManyPhotosAComingModelHasSeen() throws IOException {
        seeAll();
        assertThat(change()).isEqualTo(new Models.Change(1, 1));
        database.jdbc().sql("truncate smart_search_next").update();
        assertThat(change()).isEqualTo(new Models.Change(0, 1));
    }

    private Models.@Nullable Change change() {
        var page =
                new Models(
                        models.use,
                        models.choice,
                        models.shelf,
                        models.arrivals(TestHub.SHARED.base(), null),
                        models.library,
                        volume,
                        workers);
        return page.all(given.admin()).stream()
                .filter(view -> view.model().equals(OwnModels.OTHER_CLIP))
                .findFirst()
                .orElseThrow()
                .change();
    }
}
