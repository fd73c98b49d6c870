package app.keepsake.worker.thumbnail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Pictures;
import app.keepsake.worker.image.Source;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

@WorkerTest
class GenerateThumbnailsTests {

    private final WorkerFixtures given;
    private final GenerateThumbnailsHandler handler;
    private final Path library;

    @Autowired
    GenerateThumbnailsTests(
            WorkerFixtures given,
            GenerateThumbnailsHandler handler,
            @Value("${keepsake.library}") Path library) {
        this.given = given;
        this.handler = handler;
        this.library = library;
    }

    @BeforeEach
    void theServerHasMarkedTheLibrary() throws IOException {
        Files.writeString(library.resolve(".keepsake"), "an installation\n");
    }

    /** An asset whose original is a fixture. */
    private UUID assetOf(String fixture, String type) throws IOException {
        var id = given.asset();
        var original = library.resolve("upload/" + id);
        Files.createDirectories(original.getParent());
        Files.copy(Pictures.fixture(fixture), original);
        given.server().sql("update asset set type = ? where id = ?").params(type, id).update();
        return id;
    }

    private record Row(
            @Nullable Integer width,
            @Nullable Integer height,
            byte @Nullable [] thumbhash,
            @Nullable Integer durationMs,
            UUID ownerId) {}

    private Row rowOf(UUID id) {
        return given.server()
                .sql(
                        "select width, height, thumbhash, duration_ms, owner_id from asset where id = ?")
                .param(id)
                .query(Row.class)
                .single();
    }

    private Map<String, String> filesOf(UUID id) {
        var files = new TreeMap<String, String>();
        given.server()
                .sql("select type, path from asset_file where asset_id = ?")
                .param(id)
                .query((row, _) -> files.put(row.getString("type"), row.getString("path")))
                .list();
        return files;
    }

    private String folderOf(UUID id) {
        var name = id.toString();
        return "thumbs/%s/%s/%s"
                .formatted(rowOf(id).ownerId(), name.substring(0, 2), name.substring(2, 4));
    }

    @Test
    void aPhotoGetsItsFilesAndItsFacts() throws Exception {
        var id = assetOf("orientation-6.jpg", "IMAGE");
        handler.run(new GenerateThumbnails(id));

        var row = rowOf(id);
        assertThat(row.width()).isEqualTo(320);
        assertThat(row.height()).isEqualTo(240);
        assertThat(row.durationMs()).isNull();
        assertThat(row.thumbhash()).hasSizeBetween(20, 26);
        var folder = folderOf(id);
        assertThat(filesOf(id))
                .containsExactly(
                        Map.entry("preview", folder + "/" + id + "_preview.jpeg"),
                        Map.entry("thumbnail", folder + "/" + id + "_thumbnail.webp"));
        for (var path : filesOf(id).values()) {
            var image = ImageIO.read(library.resolve(path).toFile());
            assertThat(image.getWidth()).isGreaterThan(image.getHeight());
            assertThat(Files.getPosixFilePermissions(library.resolve(path)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        }
        assertThat(given.isDone(id, "thumbnails_at")).isTrue();
    }

    @Test
    void aFilmGetsAFrameAndItsLength() throws Exception {
        var id = assetOf("turned.mp4", "VIDEO");
        handler.run(new GenerateThumbnails(id));
        var row = rowOf(id);
        assertThat(row.width()).isEqualTo(320);
        assertThat(row.height()).isEqualTo(240);
        assertThat(row.durationMs()).isEqualTo(1000);
        var preview = ImageIO.read(library.resolve(filesOf(id).get("preview")).toFile());
        assertThat(preview.getWidth()).isEqualTo(320);
        assertThat(given.isDone(id, "thumbnails_at")).isTrue();
    }

    /** Clients show those by their originals, and know them by their length. */
    @ParameterizedTest
    @CsvSource({"moving.gif, 1200", "moving.webp, 1200", "quadrants.gif,", "quadrants.webp,"})
    void aPictureThatMovesTellsForHowLong(String fixture, @Nullable Integer duration)
            throws Exception {
        var id = assetOf(fixture, "IMAGE");
        handler.run(new GenerateThumbnails(id));
        assertThat(rowOf(id).durationMs()).isEqualTo(duration);
        assertThat(filesOf(id)).containsOnlyKeys("preview", "thumbnail");
    }

    @Test
    void aSecondRunLeavesTheSameAndNothingElse() throws Exception {
        var id = assetOf("meadow.jpg", "IMAGE");
        handler.run(new GenerateThumbnails(id));
        var files = filesOf(id);
        var preview = Files.readAllBytes(library.resolve(files.get("preview")));
        var hash = rowOf(id).thumbhash();
        var folder = library.resolve(folderOf(id));
        // As a run leaves it that was killed, and one with the other engine.
        Files.createFile(folder.resolve("." + id + "_1.tmp"));
        Files.createFile(folder.resolve(id + "_thumbnail.jpeg"));

        handler.run(new GenerateThumbnails(id));
        assertThat(filesOf(id)).isEqualTo(files);
        assertThat(Files.readAllBytes(library.resolve(files.get("preview")))).isEqualTo(preview);
        assertThat(rowOf(id).thumbhash()).isEqualTo(hash);
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(id + "_preview.jpeg", id + "_thumbnail.webp");
    }

    @AfterEach
    void usualSettings() {
        given.config("{}");
    }

    @Test
    void settingsCountFromTheNextRunOn() throws Exception {
        var id = assetOf("meadow.jpg", "IMAGE");
        handler.run(new GenerateThumbnails(id));
        var before = filesOf(id);
        given.config(
                """
                {"image": {"preview": {"format": "webp", "size": 100, "quality": 50},
                    "thumbnail": {"format": "jpeg", "size": 40}}}
                """);
        assertThat(filesOf(id)).isEqualTo(before);
        assertThat(library.resolve(before.get("preview"))).exists();

        handler.run(new GenerateThumbnails(id));
        var folder = folderOf(id);
        assertThat(filesOf(id))
                .containsExactly(
                        Map.entry("preview", folder + "/" + id + "_preview.webp"),
                        Map.entry("thumbnail", folder + "/" + id + "_thumbnail.jpeg"));
        assertThat(library.resolve(folder).toFile().list())
                .containsExactlyInAnyOrder(id + "_preview.webp", id + "_thumbnail.jpeg");
        assertThat(heightOf(id, "preview")).isEqualTo(100);
        assertThat(heightOf(id, "thumbnail")).isEqualTo(40);
    }

    private int heightOf(UUID id, String type) throws IOException {
        return ImageIO.read(library.resolve(filesOf(id).get(type)).toFile()).getHeight();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quadrants.heic", "quadrants.tiff", "quadrants.jxl"})
    void whatBrowsersDoNotShowIsThereInFullWhereThatIsWanted(String fixture) throws Exception {
        var id = assetOf(fixture, "IMAGE");
        given.config(
                """
                {"image": {"fullsize": {"enabled": true}, "preview": {"size": 100}}}
                """);
        handler.run(new GenerateThumbnails(id));
        assertThat(filesOf(id)).containsKey("fullsize").hasSize(3);
        var fullsize = ImageIO.read(library.resolve(filesOf(id).get("fullsize")).toFile());
        assertThat(fullsize.getWidth()).isEqualTo(320);
        assertThat(fullsize.getHeight()).isEqualTo(240);
        assertThat(fullsize.getRGB(80, 60) >> 16 & 0xff).isGreaterThan(200);
        assertThat(heightOf(id, "preview")).isEqualTo(100);

        given.config("{}");
        var file = library.resolve(filesOf(id).get("fullsize"));
        assertThat(file).exists();
        handler.run(new GenerateThumbnails(id));
        assertThat(filesOf(id)).containsOnlyKeys("preview", "thumbnail");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "quadrants.avif, IMAGE",
        "quadrants.webp, IMAGE",
        "orientation-6.jpg, IMAGE",
        "film.mp4, VIDEO"
    })
    void whatBrowsersShowIsThereAlready(String fixture, String type) throws Exception {
        var id = assetOf(fixture, type);
        given.config("{\"image\": {\"fullsize\": {\"enabled\": true}}}");
        handler.run(new GenerateThumbnails(id));
        assertThat(filesOf(id)).containsOnlyKeys("preview", "thumbnail");
    }

    @Test
    void anAssetThatHasVanishedEndsQuietly() throws Exception {
        handler.run(new GenerateThumbnails(UUID.randomUUID()));
    }

    @Test
    void anAssetThatGoesMeanwhileLeavesNothing() throws Exception {
        var id = assetOf("meadow.jpg", "IMAGE");
        var folder = library.resolve(folderOf(id));
        var images = new EngineBefore(handler.images(), () -> delete(id));
        new GenerateThumbnailsHandler(
                        handler.library(),
                        images,
                        handler.films(),
                        handler.assets(),
                        handler.pictures(),
                        handler.config())
                .run(new GenerateThumbnails(id));
        assertThat(folder.toFile().list()).isEmpty();
    }

    /** Its files were in place when the worker was killed, but no row named them. */
    @Test
    void aRunAfterTheAssetIsGoneRemovesWhatAnEarlierOneLeft() throws Exception {
        var id = assetOf("meadow.jpg", "IMAGE");
        var folder = library.resolve(folderOf(id));
        handler.run(new GenerateThumbnails(id));
        Files.createFile(folder.resolve("." + id + "_1.tmp"));
        delete(id);
        handler.run(new GenerateThumbnails(id));
        assertThat(folder.toFile().list()).isEmpty();
    }

    private void delete(UUID id) {
        given.server().sql("delete from asset where id = ?").param(id).update();
    }

    @Test
    void aFileThatCannotBeReadFailsForGoodAndLeavesNothing() throws Exception {
        var id = assetOf("thumbhashes.txt", "IMAGE");
        assertThatThrownBy(() -> handler.run(new GenerateThumbnails(id)))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("Not a picture");
        assertThat(filesOf(id)).isEmpty();
        assertThat(given.isDone(id, "thumbnails_at")).isFalse();
        assertThat(library.resolve(folderOf(id)).toFile().list()).isEmpty();
    }

    @Test
    void aMissingOriginalIsWorthAnotherTry() {
        var id = given.asset();
        assertThatThrownBy(() -> handler.run(new GenerateThumbnails(id)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the original is missing");
    }

    @Test
    void aFilmOnADiskThatFailsIsWorthAnotherTry() throws Exception {
        var id = assetOf("film.mp4", "VIDEO");
        var original = library.resolve("upload/" + id);
        Files.delete(original);
        // Any process may open its own memory, and there is nothing at its beginning.
        Files.createSymbolicLink(original, Path.of("/proc/self/mem"));
        assertThatThrownBy(() -> handler.run(new GenerateThumbnails(id)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot read");
    }

    @Test
    void aDiskThatGoesWhileAFileIsReadIsNotTheFilesFault() throws Exception {
        var id = assetOf("quadrants.png", "IMAGE");
        var original = library.resolve("upload/" + id);
        Files.write(original, Arrays.copyOf(Files.readAllBytes(original), 20));
        var engine =
                new ImageEngine() {
                    @Override
                    public ImageConfig.Format written(ImageConfig.Format wanted) {
                        return handler.images().written(wanted);
                    }

                    @Override
                    public Derived derive(
                            Source original,
                            Edit edit,
                            ImageConfig config,
                            Path preview,
                            Path thumbnail)
                            throws IOException, Unrecoverable {
                        Files.delete(library.resolve(".keepsake"));
                        return handler.images().derive(original, edit, config, preview, thumbnail);
                    }

                    @Override
                    public void deriveFullsize(
                            Source original, Edit edit, ImageConfig config, Path fullsize) {
                        throw new AssertionError("nothing is edited");
                    }
                };
        var unlucky =
                new GenerateThumbnailsHandler(
                        handler.library(),
                        engine,
                        handler.films(),
                        handler.assets(),
                        handler.pictures(),
                        handler.config());
        assertThatThrownBy(() -> unlucky.run(new GenerateThumbnails(id)))
                .isInstanceOf(NotNow.class);
    }

    @Test
    void nothingIsMadeWhileTheLibrarysDiskIsMissing() throws Exception {
        var id = assetOf("meadow.jpg", "IMAGE");
        Files.delete(library.resolve(".keepsake"));
        assertThatThrownBy(() -> handler.run(new GenerateThumbnails(id)))
                .isInstanceOf(NotNow.class)
                .hasMessageContaining("disk is missing");
        assertThat(library.resolve(folderOf(id))).doesNotExist();
    }
}
