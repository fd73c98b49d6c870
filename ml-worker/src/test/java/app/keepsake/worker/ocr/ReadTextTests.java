package app.keepsake.worker.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.config.MachineLearningConfig.Ocr;
import app.keepsake.jobs.ReadText;
import app.keepsake.worker.onnx.ModelSettings;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
class ReadTextTests {

    @Autowired WorkerFixtures given;
    @Autowired ReadTextHandler handler;
    @Autowired StoredText stored;
    @Autowired ModelSettings settings;
    private final Path folder;

    ReadTextTests(@TempDir Path folder) {
        this.folder = folder;
    }

    record Row(
            UUID id,
            float x1,
            float y1,
            float x3,
            float y3,
            String text,
            String words,
            boolean isVisible) {}

    @AfterEach
    void usualSettings() {
        given.config("{}");
    }

    @Test
    void writesWhatStandsThereWithItsPlaceAndItsWords() throws Exception {
        var asset = asset(new Sign(1000, 500).write("Caf\u00e9 Central", 100, 250, 60));
        handler.run(new ReadText(asset));
        assertThat(rows(asset))
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.text()).isEqualTo("Caf\u00e9 Central");
                            assertThat(row.words()).isEqualTo("cafe central");
                            assertThat(row.x1()).isBetween(0.08f, 0.11f);
                            assertThat(row.y1()).isBetween(0.36f, 0.44f);
                            assertThat(row.x3()).isBetween(0.45f, 0.6f);
                            assertThat(row.y3()).isBetween(0.49f, 0.55f);
                            assertThat(row.isVisible()).isTrue();
                        });
        assertThat(given.isDone(asset, "ocr_with")).isTrue();
    }

    @Test
    void notesThatThereIsNothing() throws Exception {
        var asset = given.assetWithPreview("meadow.png");
        handler.run(new ReadText(asset));
        assertThat(rows(asset)).isEmpty();
        assertThat(given.isDone(asset, "ocr_with")).isTrue();
    }

    @Test
    void leavesTheRowsOfWhatItReadsAgainAsTheyAre() throws Exception {
        var asset =
                asset(new Sign(1000, 700).write("one", 100, 200, 60).write("two", 100, 500, 60));
        handler.run(new ReadText(asset));
        var before = given.server().sql("select * from ocr where asset_id = ?").param(asset);
        var rows = before.query().listOfRows();
        handler.run(new ReadText(asset));
        assertThat(before.query().listOfRows())
                .hasSize(2)
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void replacesWhatNoLongerStandsThere() throws Exception {
        var asset = asset(new Sign(1000, 700).write("before", 100, 200, 60));
        handler.run(new ReadText(asset));
        showing(asset, new Sign(1000, 700).write("after", 100, 200, 60));
        handler.run(new ReadText(asset));
        assertThat(rows(asset)).extracting(Row::text).containsExactly("after");
    }

    @Test
    void seesThatALineHasMoved() throws Exception {
        var asset = asset(new Sign(1000, 700).write("moving", 100, 200, 60));
        handler.run(new ReadText(asset));
        showing(asset, new Sign(1000, 700).write("moving", 100, 600, 60));
        handler.run(new ReadText(asset));
        assertThat(rows(asset))
                .singleElement()
                .satisfies(row -> assertThat(row.y3()).isGreaterThan(0.8f));
    }

    @Test
    void writesNothingWhenTheAssetVanishesMeanwhile() {
        var vanished = UUID.randomUUID();
        var corners = List.of(new Point(0, 0), new Point(1, 0), new Point(1, 1), new Point(0, 1));
        stored.update(
                vanished,
                List.of(new Line(corners, 0.9, 0.9, "gone")),
                new Ocr(true, "any", 0.5, 0.8, 736));
        assertThat(rows(vanished)).isEmpty();
    }

    @Test
    void writesALineOnceWhenRunsMeet() throws Exception {
        var asset = given.asset();
        var corners = List.of(new Point(0, 0), new Point(1, 0), new Point(1, 1), new Point(0, 1));
        var lines =
                IntStream.range(0, 40)
                        .mapToObj(line -> new Line(corners, 0.9, 0.9, "line " + line))
                        .toList();
        Callable<@org.jspecify.annotations.Nullable Void> run =
                () -> {
                    stored.update(asset, lines, new Ocr(true, "any", 0.5, 0.8, 736));
                    return null;
                };
        try (var executor = Executors.newFixedThreadPool(3)) {
            for (Future<?> done : executor.invokeAll(List.of(run, run, run))) {
                done.get();
            }
        }
        assertThat(rows(asset)).hasSize(40).extracting(Row::text).doesNotHaveDuplicates();
    }

    @Test
    void hidesWhatACropHasCutAway() throws Exception {
        var asset =
                asset(new Sign(1000, 800).write("left", 100, 400, 60).write("right", 700, 400, 60));
        given.server()
                .sql(
                        """
                        insert into asset_exif (asset_id, exif_image_width, exif_image_height,
                            orientation)
                        values (?, 1600, 2000, '6')
                        """)
                .param(asset)
                .update();
        given.server()
                .sql(
                        """
                        insert into asset_edit (asset_id, action, parameters, sequence) values (?,
                            'crop', '{"x": 1300, "y": 0, "width": 700, "height": 1600}', 0)
                        """)
                .param(asset)
                .update();
        handler.run(new ReadText(asset));
        assertThat(rows(asset))
                .filteredOn(Row::isVisible)
                .extracting(Row::text)
                .containsExactly("right");
        assertThat(rows(asset)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"enabled\": false}", "{\"ocr\": {\"enabled\": false}}"})
    void leavesItUndoneWhereAdministratorsWantNone(String switchedOff) throws Exception {
        var asset = asset(new Sign(1000, 700).write("secret", 100, 200, 60));
        given.config("{\"machineLearning\": %s}".formatted(switchedOff));
        handler.run(new ReadText(asset));
        assertThat(rows(asset)).isEmpty();
        assertThat(given.isDone(asset, "ocr_with")).isFalse();
    }

    @Test
    void notesTheSettingsThatItReadBy() throws Exception {
        var asset = asset(new Sign(1000, 700).write("unsure", 100, 200, 60));
        handler.run(new ReadText(asset));
        given.config(
                """
                {"machineLearning": {"ocr": {"minRecognitionScore": 1.0, "maxResolution": 600}}}
                """);
        handler.run(new ReadText(asset));
        assertThat(rows(asset)).isEmpty();
        assertThat(
                        given.server()
                                .sql(
                                        """
                                        select ocr_with = '{"modelName": "PP-OCRv4_mobile",
                                            "minDetectionScore": 0.5, "minRecognitionScore": 1,
                                            "maxResolution": 600}'
                                        from asset_job_status where asset_id = ?
                                        """)
                                .param(asset)
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    /** As configs that were carried over from Immich have it. */
    @ParameterizedTest
    @ValueSource(strings = {"PP-OCRv5_mobile", "immich-app/PP-OCRv4_mobile", "../x", "PP OCR"})
    void readsByThePairThatComesAlongWhileTheChosenOneIsNotThere(String chosen) throws Exception {
        var asset = asset(new Sign(1000, 700).write("unsure", 100, 200, 60));
        given.config("{\"machineLearning\": {\"ocr\": {\"modelName\": \"%s\"}}}".formatted(chosen));
        handler.run(new ReadText(asset));
        assertThat(rows(asset)).extracting(Row::text).containsExactly("unsure");
        assertThat(
                        given.server()
                                .sql(
                                        "select ocr_with ->> 'modelName' from asset_job_status where asset_id = ?")
                                .param(asset)
                                .query(String.class)
                                .single())
                .isEqualTo("PP-OCRv4_mobile");
    }

    /** Not by what comes along, which may read less: what was used before is there. */
    @Test
    void readsByThePairOfBeforeWhileTheChosenOneIsNotThere() throws Exception {
        var asset = asset(new Sign(1000, 700).write("unsure", 100, 200, 60));
        given.config("{\"machineLearning\": {\"ocr\": {\"modelName\": \"misspelt\"}}}");
        var before = settings.library().resolve("models/ocr/before/recognition/model.onnx");
        Files.createDirectories(before.getParent());
        Files.writeString(before, "no model");
        given.server().sql("insert into ml_model (task, model) values ('ocr', 'before')").update();
        try {
            assertThatExceptionOfType(ModelUnusable.class)
                    .isThrownBy(() -> handler.run(new ReadText(asset)))
                    .withMessageContaining("ocr/before/");
        } finally {
            given.server().sql("delete from ml_model where task = 'ocr'").update();
            Files.delete(before);
        }
    }

    /** A preview that is larger than the heap could hold at its full size. */
    @Test
    void readsTheLargestPanorama() throws Exception {
        var asset =
                asset(
                        new Sign(17280, 1440, new Color(90, 120, 90), Color.WHITE)
                                .write("Left End", 100, 700, 160)
                                .write("Right End", 15800, 700, 160));
        handler.run(new ReadText(asset));
        assertThat(rows(asset))
                .extracting(Row::text)
                .containsExactlyInAnyOrder("Left End", "Right End");
    }

    @Test
    void endsQuietlyWhenTheAssetHasVanished() throws Exception {
        handler.run(new ReadText(UUID.randomUUID()));
    }

    @Test
    void asksToBeTriedAgainWhileThereIsNoPreview() {
        var asset = given.asset();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> handler.run(new ReadText(asset)))
                .withMessageContaining("no preview yet");
        assertThat(given.isDone(asset, "ocr_with")).isFalse();
    }

    private UUID asset(Sign sign) throws IOException {
        var asset = given.asset();
        showing(asset, sign);
        return asset;
    }

    private void showing(UUID asset, Sign sign) throws IOException {
        given.showing(asset, sign.save(folder.resolve(UUID.randomUUID() + ".png")));
    }

    private List<Row> rows(UUID asset) {
        return given.server()
                .sql("select * from ocr where asset_id = ?")
                .param(asset)
                .query(Row.class)
                .list();
    }
}
