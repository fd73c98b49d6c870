package app.keepsake.worker.thumbnail;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Pictures;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

@WorkerTest
@SuppressWarnings("NullAway.Init") // set before each test
class ApplyEditsTests {

    @Autowired WorkerFixtures given;
    @Autowired ApplyEditsHandler handler;
    @Autowired GenerateThumbnailsHandler thumbnails;
    @Autowired Library places;
    @Autowired ImageEngine images;
    @Autowired PictureFiles pictures;
    @Autowired Assets assets;
    @Autowired EditRows rows;
    @Autowired SystemConfig config;

    @Value("${keepsake.library}")
    Path library;

    UUID id;
    byte[] original;

    /** A photo of 320 x 240 that is stored on its side. */
    @BeforeEach
    void aPhotoWithThumbnails() throws Exception {
        Files.writeString(library.resolve(".keepsake"), "an installation\n");
        id = given.asset();
        var place = library.resolve("upload/" + id);
        Files.createDirectories(place.getParent());
        Files.copy(Pictures.fixture("orientation-6.jpg"), place);
        original = Files.readAllBytes(place);
        thumbnails.run(new GenerateThumbnails(id));
    }

    @Test
    void thePicturesShowTheEditsAndTheOriginalStays() throws Exception {
        var plain = facts();
        var files = files();
        edit(crop(0, 0, 160, 240), rotate(90), mirror("horizontal"));
        handler.run(new ApplyEdits(id));
        assertThat(facts()).containsEntry("width", 240).containsEntry("height", 160);
        assertThat(facts().get("thumbhash")).isNotEqualTo(plain.get("thumbhash"));
        assertThat(given.isDone(id, "edits_at")).isTrue();
        assertThat(files()).containsAllEntriesOf(files).hasSize(5);
        // Red over blue, turned clockwise, mirrored: red, blue.
        var preview = ImageIO.read(library.resolve(files().get("edited_preview")).toFile());
        assertThat(preview.getWidth()).isEqualTo(240);
        assertThat(preview.getRGB(60, 80) >> 16 & 0xff).isGreaterThan(200);
        assertThat(preview.getRGB(180, 80) & 0xff).isGreaterThan(200);
        var fullsize = ImageIO.read(library.resolve(files().get("edited_fullsize")).toFile());
        assertThat(fullsize.getWidth()).isEqualTo(240);
        assertThat(fullsize.getRGB(60, 80) >> 16 & 0xff).isGreaterThan(200);
        assertThat(ImageIO.read(library.resolve(files.get("preview")).toFile()).getWidth())
                .isEqualTo(320);
        assertThat(library.resolve("upload/" + id)).hasBinaryContent(original);
    }

    @AfterEach
    void usualSettings() {
        given.config("{}");
    }

    @Test
    void thePicturesAreOfTheFormatsThatAdministratorsWant() throws Exception {
        given.config(
                """
                {"image": {"preview": {"format": "webp", "size": 100},
                    "thumbnail": {"format": "jpeg"}, "fullsize": {"format": "webp"}}}
                """);
        edit(rotate(90));
        handler.run(new ApplyEdits(id));
        assertThat(files().get("edited_preview")).endsWith("_preview.webp");
        assertThat(files().get("edited_thumbnail")).endsWith("_thumbnail.jpeg");
        assertThat(files().get("edited_fullsize")).endsWith("_fullsize.webp");
        var fullsize = ImageIO.read(library.resolve(files().get("edited_fullsize")).toFile());
        assertThat(fullsize.getHeight()).isEqualTo(320);
        var preview = ImageIO.read(library.resolve(files().get("edited_preview")).toFile());
        assertThat(preview.getWidth()).isEqualTo(100);
    }

    /** The plain ones are made once more, and there is no second of each. */
    @Test
    void withoutEditsThePicturesAreOfTheNewFormatToo() throws Exception {
        edit(rotate(90));
        handler.run(new ApplyEdits(id));
        given.config("{\"image\": {\"preview\": {\"format\": \"webp\"}}}");
        edit();
        handler.run(new ApplyEdits(id));
        assertThat(files()).containsOnlyKeys("preview", "thumbnail");
        assertThat(files().get("preview")).endsWith("_preview.webp");
        assertThat(left().stream().map(file -> file.getFileName().toString()))
                .contains(id + "_preview.webp")
                .doesNotContain(id + "_preview.jpeg");
    }

    @Test
    void runningTwiceIsRunningOnce() throws Exception {
        edit(rotate(90));
        handler.run(new ApplyEdits(id));
        var files = files();
        handler.run(new ApplyEdits(id));
        assertThat(files()).isEqualTo(files);
        assertThat(files.values()).allMatch(path -> Files.exists(library.resolve(path)));
        assertThat(discarded()).isEmpty();
    }

    @Test
    void otherEditsReplaceTheFirstAndNoneShowTheOriginalAgain() throws Exception {
        var plain = facts();
        var files = files();
        edit(rotate(90));
        handler.run(new ApplyEdits(id));
        var first = files();
        edit(rotate(180));
        handler.run(new ApplyEdits(id));
        assertThat(facts()).containsEntry("width", 320);
        assertThat(discarded())
                .containsExactlyInAnyOrder(
                        first.get("edited_preview"),
                        first.get("edited_thumbnail"),
                        first.get("edited_fullsize"));
        assertThat(files().get("edited_preview")).isNotEqualTo(first.get("edited_preview"));
        edit();
        handler.run(new ApplyEdits(id));
        assertThat(facts()).usingRecursiveComparison().isEqualTo(plain);
        assertThat(files()).isEqualTo(files);
        assertThat(discarded()).hasSize(6);
        assertThat(given.isDone(id, "edits_at")).isTrue();
    }

    @Test
    void newThumbnailsOfTheOriginalLeaveWhatIsSaidOfTheEditedOne() throws Exception {
        edit(rotate(90));
        handler.run(new ApplyEdits(id));
        var edited = facts();
        thumbnails.run(new GenerateThumbnails(id));
        assertThat(facts()).usingRecursiveComparison().isEqualTo(edited);
    }

    @Test
    void editsThatChangeMeanwhileAreNotTakenForApplied() throws Exception {
        edit(rotate(90));
        meanwhile(() -> edit(rotate(180))).run(new ApplyEdits(id));
        assertThat(given.isDone(id, "edits_at")).isFalse();
        assertThat(files()).hasSize(2);
        assertThat(left()).hasSize(2);
        handler.run(new ApplyEdits(id));
        assertThat(given.isDone(id, "edits_at")).isTrue();
        assertThat(facts()).containsEntry("width", 320);
    }

    @Test
    void anAssetThatIsGoneIsNoFailure() throws Exception {
        handler.run(new ApplyEdits(UUID.randomUUID()));
    }

    @Test
    void anAssetThatGoesMeanwhileLeavesNothing() throws Exception {
        edit(rotate(90));
        meanwhile(this::delete).run(new ApplyEdits(id));
        assertThat(left()).isEmpty();
    }

    /** Its files were in place when the worker was killed, but no row named them. */
    @Test
    void aRunAfterTheAssetIsGoneRemovesWhatAnEarlierOneLeft() throws Exception {
        var folder = requireNonNull(library.resolve(files().get("preview")).getParent());
        Files.createFile(folder.resolve(id + "_12345678_preview.jpeg"));
        Files.createFile(folder.resolve("." + id + "_1.tmp"));
        var anothers = Files.createFile(folder.resolve(UUID.randomUUID() + "_preview.jpeg"));
        delete();
        handler.run(new ApplyEdits(id));
        assertThat(left()).isEmpty();
        assertThat(anothers).exists();
    }

    private ApplyEditsHandler meanwhile(Runnable meanwhile) {
        return new ApplyEditsHandler(
                places, new EngineBefore(images, meanwhile), pictures, assets, rows, config);
    }

    private void delete() {
        given.server().sql("delete from asset where id = ?").param(id).update();
    }

    private List<Path> left() throws IOException {
        try (var all = Files.walk(library.resolve("thumbs"))) {
            return all.filter(file -> file.getFileName().toString().contains(id.toString()))
                    .toList();
        }
    }

    private record Stored(String action, String parameters) {}

    private static Stored crop(int x, int y, int width, int height) {
        return new Stored(
                "crop",
                "{\"x\": %d, \"y\": %d, \"width\": %d, \"height\": %d}"
                        .formatted(x, y, width, height));
    }

    private static Stored rotate(int angle) {
        return new Stored("rotate", "{\"angle\": %d}".formatted(angle));
    }

    private static Stored mirror(String axis) {
        return new Stored("mirror", "{\"axis\": \"%s\"}".formatted(axis));
    }

    /** As the server writes them. */
    private void edit(Stored... edits) {
        given.server().sql("delete from asset_edit where asset_id = ?").param(id).update();
        for (int i = 0; i < edits.length; i++) {
            given.server()
                    .sql(
                            """
                            insert into asset_edit (asset_id, action, parameters, sequence)
                            values (?, ?, ?::jsonb, ?)
                            """)
                    .params(id, edits[i].action, edits[i].parameters, i)
                    .update();
        }
        given.server()
                .sql("update asset set is_edited = ? where id = ?")
                .params(edits.length > 0, id)
                .update();
        given.server()
                .sql("update asset_job_status set edits_at = null where asset_id = ?")
                .param(id)
                .update();
    }

    private Map<String, @Nullable Object> facts() {
        return given.server()
                .sql("select width, height, thumbhash from asset where id = ?")
                .param(id)
                .query()
                .singleRow();
    }

    private Map<String, String> files() {
        var files = new TreeMap<String, String>();
        given.server()
                .sql("select type, path from asset_file where asset_id = ?")
                .param(id)
                .query((row, _) -> files.put(row.getString("type"), row.getString("path")))
                .list();
        return files;
    }

    private List<String> discarded() {
        return given.server()
                .sql("select path from discarded_file where path like '%' || ? || '%'")
                .param(id.toString())
                .query(String.class)
                .list();
    }
}
