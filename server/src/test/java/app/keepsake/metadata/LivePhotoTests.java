package app.keepsake.metadata;

import static app.keepsake.support.UploadClient.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.AssetChange;
import app.keepsake.asset.AssetHidden;
import app.keepsake.asset.Assets;
import app.keepsake.problem.Change;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.support.UploadClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;

/** A still and a film that belong together, in every order in which they may come. */
@ServerTest
@RecordApplicationEvents
@SuppressWarnings("NullAway.Init") // set before each test
class LivePhotoTests {

    private static final Random RANDOM = new Random();

    @Autowired ApplicationContext server;
    @Autowired ApplicationEvents events;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @LocalServerPort int port;
    MetadataFixtures given;
    Path stillFile;
    Path filmFile;

    @BeforeEach
    void aLivePhotoOfAnIPhone(@TempDir Path folder) throws Exception {
        given = new MetadataFixtures(server);
        var contentId = UUID.randomUUID().toString();
        var image = new String(Files.readAllBytes(Tool.sample("iphone.heic")), ISO_8859_1);
        stillFile =
                Files.writeString(
                        folder.resolve("a.heic"),
                        // Apple's maker note has an id of 36 letters: it becomes the content's.
                        image.replace("\0\u0015\0\2\0\0\0%", "\0\u0011\0\2\0\0\0%")
                                .replace("9B4585D7-AE5A-4679-B098-C883D2289C22", contentId),
                        ISO_8859_1);
        filmFile = folder.resolve("a.mov");
        MetadataFixtures.draw(
                "color=red:size=64x48:duration=0.2",
                filmFile,
                "-metadata",
                "com.apple.quicktime.content.identifier=" + contentId,
                "-movflags",
                "use_metadata_tags");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSecondThatIsReadJoinsThem(boolean stillFirst) throws Exception {
        var still = given.upload(stillFile, Map.of());
        var film = given.upload(filmFile, Map.of("type", "VIDEO"));
        inAlbum(film);
        given.run(stillFirst ? still : film);
        assertThat(visibility(film)).isEqualTo("timeline");
        given.run(stillFirst ? film : still);
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(film)).isEqualTo("hidden");
        assertThat(visibility(still)).isEqualTo("timeline");
        assertThat(inAlbums(film)).isZero();
        assertThat(events.stream(AssetHidden.class))
                .containsExactly(new AssetHidden(given.ana.userId(), film));
    }

    @Test
    void bothMayBeReadAtOnce() throws Exception {
        for (int round = 0; round < 5; round++) {
            var still = given.upload(stillFile, Map.of());
            var film = given.upload(filmFile, Map.of("type", "VIDEO"));
            try (var threads = Executors.newFixedThreadPool(2)) {
                for (var done : threads.invokeAll(List.of(reading(still), reading(film)))) {
                    done.get();
                }
            }
            assertThat(filmOf(still)).isEqualTo(film);
            jdbc.sql("delete from asset where id in (?, ?)").params(still, film).update();
        }
    }

    private Callable<Boolean> reading(UUID id) {
        return () -> {
            given.run(id);
            return true;
        };
    }

    @Test
    void anothersFilmAndAStillThatHasOneStayAsTheyAre() throws Exception {
        var still = given.upload(stillFile, Map.of());
        given.run(still);
        var others = new MetadataFixtures(server);
        var anothers = others.upload(filmFile, Map.of("type", "VIDEO"));
        others.run(anothers);
        assertThat(filmOf(still)).isNull();
        assertThat(visibility(anothers)).isEqualTo("timeline");

        var film = given.upload(filmFile, Map.of("type", "VIDEO"));
        given.run(film);
        var copy = given.upload(filmFile, Map.of("type", "VIDEO"));
        given.run(copy);
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(copy)).isEqualTo("timeline");
    }

    /** Or a refresh of the metadata would undo it. */
    @Test
    void whatAPersonHasPartedStaysApart() throws Exception {
        var still = given.upload(stillFile, Map.of());
        var film = given.upload(filmFile, Map.of("type", "VIDEO"));
        given.run(still);
        given.run(film);
        setFilm(still, null);
        assertThat(visibility(film)).isEqualTo("timeline");
        given.run(still);
        given.run(film);
        assertThat(filmOf(still)).isNull();
        assertThat(visibility(film)).isEqualTo("timeline");
    }

    /** As the phone app does it: the film first and hidden, then the still. */
    @Test
    void aHiddenFilmThenItsStill() throws Exception {
        var film =
                upload(
                        Form.dated()
                                .field("visibility", "hidden")
                                .file("assetData", "a.mov", bytes()));
        var still = upload(withFilm(film));
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(film)).isEqualTo("hidden");
        assertThat(visibility(still)).isEqualTo("timeline");
    }

    @Test
    void aFilmThatWasSeenBeforeIsSoNoMore() throws Exception {
        var film = upload(Form.dated().file("assetData", "a.mov", bytes()));
        inAlbum(film);
        var still = upload(withFilm(film));
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(film)).isEqualTo("hidden");
        assertThat(inAlbums(film)).isZero();
    }

    /** Its film is a duplicate of one in the trash: the app uses that id all the same. */
    @Test
    void aStillIsSeenThoughItsFilmIsInTheTrash() throws Exception {
        var bytes = bytes();
        var form = Form.dated().field("visibility", "hidden").file("assetData", "a.mov", bytes);
        var film = upload(form);
        trash(film);
        assertThat(upload(form)).isEqualTo(film);
        var still = upload(withFilm(film));
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(still)).isEqualTo("timeline");
        // Or it would be gone when its time there is over.
        assertThat(isTrashed(still) || isTrashed(film)).isFalse();
    }

    @Test
    void joiningThemTakesTheFilmOutOfTheTrash() throws Exception {
        var still = given.upload(stillFile, Map.of());
        var film = given.upload(filmFile, Map.of("type", "VIDEO"));
        trash(film);
        given.run(still);
        given.run(film);
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(isTrashed(film)).isFalse();
    }

    @Test
    void aPersonWhoJoinsThemTakesTheFilmOutOfTheTrash() throws Exception {
        var still = given.upload(stillFile, Map.of());
        var film = given.upload(filmFile, Map.of("type", "VIDEO"));
        trash(film);
        setFilm(still, film);
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(isTrashed(film)).isFalse();
    }

    /** The app sends it again with its film, once it has that. */
    @Test
    void aStillThatWasHereBeforeGetsItsFilm() throws Exception {
        var bytes = bytes();
        var still = upload(Form.dated().file("assetData", "a.heic", bytes));
        var film = upload(Form.dated().file("assetData", "a.mov", bytes()));
        inAlbum(film);
        var again = Form.dated().field("livePhotoVideoId", film.toString());
        assertThat(upload(again.file("assetData", "a.heic", bytes))).isEqualTo(still);
        assertThat(filmOf(still)).isEqualTo(film);
        assertThat(visibility(film)).isEqualTo("hidden");
        assertThat(inAlbums(film)).isZero();
    }

    @Test
    void aStillThatWasHereBeforeKeepsWhatAPersonMadeOfIt() throws Exception {
        var bytes = bytes();
        var still = upload(Form.dated().file("assetData", "a.heic", bytes));
        var film = upload(Form.dated().file("assetData", "a.mov", bytes()));
        var again =
                Form.dated()
                        .field("livePhotoVideoId", film.toString())
                        .file("assetData", "a.heic", bytes);
        setFilm(still, null);
        upload(again);
        assertThat(filmOf(still)).isNull();
        assertThat(visibility(film)).isEqualTo("timeline");
        var other = upload(Form.dated().file("assetData", "b.mov", bytes()));
        setFilm(still, other);
        upload(again);
        assertThat(filmOf(still)).isEqualTo(other);
    }

    @Test
    void aStillThatWasHereBeforeGetsNobodyElsesFilm() throws Exception {
        var bytes = bytes();
        var still = upload(Form.dated().file("assetData", "a.heic", bytes));
        var anothers = new MetadataFixtures(server).asset(Map.of("type", "VIDEO"));
        var again = Form.dated().field("livePhotoVideoId", anothers.toString());
        assertThat(upload(again.file("assetData", "a.heic", bytes))).isEqualTo(still);
        assertThat(filmOf(still)).isNull();
        assertThat(visibility(anothers)).isEqualTo("timeline");
    }

    private void setFilm(UUID still, @Nullable UUID film) {
        var change =
                new AssetChange(null, null, null, new Change<>(film), null, null, null, null, null);
        server.getBean(Assets.class).update(given.ana, still, change);
    }

    private void trash(UUID id) {
        jdbc.sql("update asset set deleted_at = now(), status = 'trashed' where id = ?")
                .param(id)
                .update();
    }

    private boolean isTrashed(UUID id) {
        return jdbc.sql("select deleted_at is not null from asset where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private long inAlbums(UUID id) {
        return jdbc.sql("select count(*) from album_asset where asset_id = ?")
                .param(id)
                .query(Long.class)
                .single();
    }

    private static Form withFilm(UUID film) {
        return Form.dated()
                .field("livePhotoVideoId", film.toString())
                .file("assetData", "a.heic", bytes());
    }

    private UUID upload(Form form) throws Exception {
        return UUID.fromString(
                json(new UploadClient(port, users.bearer(given.ana)).upload(form))
                        .path("id")
                        .asString());
    }

    private static byte[] bytes() {
        var bytes = new byte[100];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private void inAlbum(UUID asset) {
        jdbc.sql(
                        "with new as (insert into album default values returning id) insert into album_asset (album_id, asset_id) select id, ? from new")
                .param(asset)
                .update();
    }

    private @Nullable UUID filmOf(UUID still) {
        return (UUID)
                jdbc.sql("select live_photo_video_id from asset where id = ?")
                        .param(still)
                        .query()
                        .singleRow()
                        .get("live_photo_video_id");
    }

    private String visibility(UUID id) {
        return jdbc.sql("select visibility from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }
}
