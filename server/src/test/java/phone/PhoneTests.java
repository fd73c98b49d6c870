package phone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import app.keepsake.support.ServerTest;
import app.keepsake.support.WorkerReports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The app as people use it: each test is a story of one or more phones. */
@ServerTest
class PhoneTests {

    private static final Instant TAKEN = Instant.parse("2024-02-03T10:20:30Z");

    @Autowired JdbcClient jdbc;
    @Autowired ApplicationEventPublisher events;
    @LocalServerPort int port;

    private final List<Phone> phones = new ArrayList<>();

    @AfterEach
    void switchOff() {
        phones.forEach(Phone::close);
    }

    private Phone phone(String email) {
        var phone = Phone.connect(URI.create("http://127.0.0.1:" + port), "Pixel 9");
        phones.add(phone);
        return phone.login(email, Accounts.PASSWORD);
    }

    private Phone phone() {
        return phone(Accounts.create(jdbc, "ana"));
    }

    private static Photo photo(String sample) {
        try {
            var bytes = Files.readAllBytes(Path.of("src/test/resources/samples", sample));
            return Photo.of(sample, bytes, TAKEN);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Map<String, @Nullable Object>> assets(Phone phone) {
        return phone.database().query("select * from asset order by originalFileName");
    }

    private static Map<String, @Nullable Object> asset(Phone phone, @Nullable Object id) {
        return phone.database()
                .query("select * from asset where id = ?", requireNonNull(id))
                .getFirst();
    }

    private static void sync(Phone... phones) {
        for (var phone : phones) {
            phone.sync();
        }
    }

    @Test
    void aCameraRollStandsInTheApp() {
        var live = photo("iphone.heic").with(photo("galaxy.mp4"));
        var phone = phone().takes(photo("gps.jpg")).takes(photo("prairie_falcon.jpg")).takes(live);
        phone.sync();

        var ids = phone.backup();
        phone.sync();

        assertThat(phone.candidates()).isEmpty();
        assertThat(assets(phone)).hasSize(4);
        var still = asset(phone, ids.get(live));
        var film = asset(phone, still.get("livePhotoVideoId"));
        assertThat(film).containsEntry("visibility", "hidden").containsEntry("type", "VIDEO");
        assertThat(still).containsEntry("visibility", "timeline").containsEntry("type", "IMAGE");
        assertThat(still).containsEntry("checksum", live.checksum());
    }

    @Test
    void aSecondPhoneOfTheSameUserSeesItAndUploadsNothing() {
        var email = Accounts.create(jdbc, "ana");
        var first = phone(email).takes(photo("gps.jpg"));
        first.backup();

        var second = phone(email).takes(photo("gps.jpg"));
        sync(first, second);

        assertThat(second.candidates()).isEmpty();
        assertThat(assets(second)).isEqualTo(assets(first)).hasSize(1);
    }

    @Test
    void nobodyElseSeesIt() {
        var ana = phone().takes(photo("gps.jpg"));
        ana.backup();
        var ben = phone();

        sync(ana, ben);

        assertThat(assets(ben)).isEmpty();
        assertThat(ben.database().count("exif")).isZero();
    }

    @Test
    void refusesAWrongPassword() {
        var email = Accounts.create(jdbc, "ana");
        var phone = Phone.connect(URI.create("http://127.0.0.1:" + port), "Pixel 9");
        phones.add(phone);

        var refused = catchThrowableOfType(Refused.class, () -> phone.login(email, "wrong"));

        assertThat(refused.status).isEqualTo(401);
        assertThat(phone.connection().cookies()).isEmpty();
    }

    @Test
    void isLoggedOutWhenItsSessionIsGoneAndOnlyThen() {
        var email = Accounts.create(jdbc, "ana");
        var lost = phone(email);
        var kept = phone(email);
        sync(lost, kept);

        jdbc.sql(
                        """
                        delete from session where id =
                            (select id from session where user_id = ? order by created_at limit 1)
                        """)
                .param(UUID.fromString(lost.userId()))
                .update();

        assertThat(lost.isLoggedIn()).isFalse();
        assertThat(lost.database().count("user")).isZero();
        assertThat(kept.isLoggedIn()).isTrue();
        assertThat(kept.database().count("user")).isPositive();
    }

    @Test
    void isLoggedOutByItself() {
        var phone = phone();

        assertThat(phone.post("/auth/logout", null).path("successful").asBoolean()).isTrue();

        assertThat(phone.connection().cookies()).isEmpty();
        assertThat(phone.isLoggedIn()).isFalse();
    }

    @Test
    void takesItsCookiesToAnotherAddressOfTheServer() {
        var phone = phone();

        phone.connection().moveTo(URI.create("http://localhost:" + port + "/api"));

        assertThat(phone.isLoggedIn()).isTrue();
        phone.start();
        phone.sync();
        assertThat(phone.database().count("auth_user")).isOne();
    }

    @Test
    void isNobodyWithoutItsCookies() {
        var phone = phone();

        phone.connection().forgetCookies();

        assertThat(catchThrowableOfType(Refused.class, phone::sync).status).isEqualTo(401);
    }

    @Test
    void aRetriedUploadIsADuplicateInEveryForm() {
        var phone = phone();
        var photo = photo("gps.jpg");
        var first = phone.upload(photo);

        var again = phone.upload(photo);
        var fileFirst = phone.upload(new Upload(photo).fileFirst());
        var announced = phone.upload(new Upload(photo), "x-immich-checksum", photo.checksum());

        assertThat(first.isCreated()).isTrue();
        assertThat(List.of(again, fileFirst, announced))
                .containsOnly(new Phone.Uploaded(first.id(), false));
        phone.sync();
        assertThat(assets(phone)).hasSize(1);
    }

    @Test
    void fieldsMayComeAfterTheFile() {
        var phone = phone();

        var uploaded =
                phone.upload(
                        new Upload(photo("tanners_ridge.jpg"))
                                .field("filename", "Grüße vom Grat.jpg")
                                .field("isFavorite", "true")
                                .field("visibility", "archive")
                                .fileFirst());

        phone.sync();
        assertThat(asset(phone, uploaded.id()))
                .containsEntry("originalFileName", "Grüße vom Grat.jpg")
                .containsEntry("isFavorite", 1)
                .containsEntry("visibility", "archive");
    }

    @Test
    void aLivePhotosFilmMayBeKnownAlready() {
        var phone = phone();
        var film = phone.upload(new Upload(photo("galaxy.mp4")).field("visibility", "hidden"));

        var still = phone.upload(photo("gps.jpg").with(photo("galaxy.mp4")));

        phone.sync();
        assertThat(asset(phone, still.id())).containsEntry("livePhotoVideoId", film.id());
    }

    @Test
    void aFullQuotaStopsTheBackup() {
        var phone = phone();
        jdbc.sql("update \"user\" set quota_size_in_bytes = 10 where id = ?")
                .param(UUID.fromString(phone.userId()))
                .update();

        assertThatThrownBy(() -> phone.upload(photo("gps.jpg")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("400 Quota has been exceeded!");
    }

    @Test
    void aTrashedPhotoComesBackAndADeletedOneDoesNot() {
        var email = Accounts.create(jdbc, "ana");
        var first = phone(email);
        var second = phone(email);
        var gps = first.upload(photo("gps.jpg")).id();
        var falcon = first.upload(photo("prairie_falcon.jpg")).id();
        var both = Contract.body("ids", List.of(gps, falcon));

        first.delete("/assets", both);
        sync(first, second);
        assertThat(assets(second)).allSatisfy(row -> assertThat(row.get("deletedAt")).isNotNull());

        first.post("/trash/restore/assets", both);
        sync(first, second);
        assertThat(assets(second)).allSatisfy(row -> assertThat(row.get("deletedAt")).isNull());

        first.delete("/assets", Contract.body("ids", List.of(gps), "force", true));
        await(
                () -> {
                    second.sync();
                    return assets(second).size() == 1;
                });
        assertThat(asset(second, falcon)).containsEntry("deletedAt", null);
    }

    @Test
    void aLivePhotoIsSeenWithoutItsFilm() {
        var phone = phone();
        var still = phone.upload(photo("gps.jpg").with(photo("galaxy.mp4"))).id();
        phone.sync();
        var film = requireNonNull(asset(phone, still).get("livePhotoVideoId"));

        phone.delete("/assets", Contract.body("ids", List.of(film)));

        phone.sync();
        assertThat(asset(phone, still))
                .containsEntry("visibility", "timeline")
                .containsEntry("deletedAt", null);
    }

    @Test
    void aSharedAlbumIsSeenUntilItsMemberLeaves() {
        var ana = phone();
        var ben = phone();
        sync(ana, ben);
        var photo = ana.upload(photo("gps.jpg")).id();
        var member = Contract.body("userId", ben.userId(), "role", "viewer");

        var album =
                ana.post(
                                "/albums",
                                Contract.body(
                                        "albumName",
                                        "Rome",
                                        "albumUsers",
                                        List.of(member),
                                        "assetIds",
                                        List.of(photo)))
                        .path("id")
                        .asString();

        sync(ana, ben);
        assertThat(List.of(shownAlbums(ana), shownAlbums(ben))).containsOnly(List.of(album));
        assertThat(photosOf(ben, album)).containsExactly(photo);
        assertThat(asset(ben, photo)).containsEntry("ownerId", ana.userId());

        ben.delete("/albums/" + album + "/user/me", null);
        sync(ana, ben);
        assertThat(shownAlbums(ana)).containsExactly(album);
        assertThat(shownAlbums(ben)).isEmpty();
        assertThat(photosOf(ben, album)).isEmpty();
    }

    /** The app's list of albums: one without its owner's row is never shown. */
    private static List<String> shownAlbums(Phone phone) {
        return texts(
                phone,
                """
                select album.id as text from album
                join album_user on albumId = album.id and role = 'owner'
                """);
    }

    private static List<String> photosOf(Phone phone, String album) {
        return texts(
                phone,
                "select assetId as text from album_asset join asset on asset.id = assetId"
                        + " where albumId = '%s'".formatted(album));
    }

    private static List<String> texts(Phone phone, String sql) {
        return phone.database().query(sql).stream()
                .map(row -> (String) requireNonNull(row.get("text")))
                .toList();
    }

    @Test
    void aResetPhoneFillsItselfAgain() {
        var phone = phone();
        phone.upload(photo("gps.jpg"));
        phone.sync();
        jdbc.sql("update session set is_pending_sync_reset = true where user_id = ?")
                .param(UUID.fromString(phone.userId()))
                .update();

        // What only this phone has, and the server has no more, must go.
        jdbc.sql("delete from asset where owner_id = ?")
                .param(UUID.fromString(phone.userId()))
                .update();
        jdbc.sql("delete from removal where scope_id = ?")
                .param(UUID.fromString(phone.userId()))
                .update();
        phone.sync();

        assertThat(assets(phone)).isEmpty();
        assertThat(phone.database().count("auth_user")).isOne();
        assertThat(phone.sync(Sync.Network.GOOD)).isTrue();
    }

    @Test
    void theSocketBringsAPhotoWithoutASync() {
        var email = Accounts.create(jdbc, "ana");
        var phone = phone(email);
        phone.sync();
        var socket = phone.openSocket();
        var photo = phone(email).upload(photo("gps.jpg")).id();
        await(() -> extracted(photo));

        // No worker runs here; this is what its report sets off.
        events.publishEvent(WorkerReports.thumbnailsOf(photo));

        await(() -> phone.event("AssetUploadReadyV2").isPresent() || !socket.isConnected());
        assertThat(socket.ended()).isNotCompleted();
        assertThat(asset(phone, photo)).containsEntry("originalFileName", "gps.jpg");
        assertThat(phone.database().count("exif")).isOne();
        var heard = assets(phone);
        phone.sync();
        assertThat(assets(phone)).isEqualTo(heard);
    }

    private boolean extracted(String photo) {
        return jdbc.sql(
                                """
                                select count(*) from asset_job_status
                                where asset_id = ? and metadata_extracted_at is not null
                                """)
                        .param(UUID.fromString(photo))
                        .query(Integer.class)
                        .single()
                == 1;
    }

    @Test
    void theSocketTellsOfAnAlbumAndTheAppSyncs() {
        var ana = phone();
        var ben = phone();
        ben.sync();
        var socket = ben.openSocket();
        var member = Contract.body("userId", ben.userId(), "role", "viewer");
        var album =
                ana.post(
                                "/albums",
                                Contract.body("albumName", "Rome", "albumUsers", List.of(member)))
                        .path("id")
                        .asString();
        var photo = ana.upload(photo("gps.jpg")).id();

        ana.put("/albums/" + album + "/assets", Contract.body("ids", List.of(photo)));

        await(() -> ben.event("on_album_update").isPresent() || !socket.isConnected());
        ben.settle();
        assertThat(photosOf(ben, album)).containsExactly(photo);
    }

    @Test
    void theSocketIsClosedToStrangers() {
        var phone = phone();
        phone.connection().forgetCookies();

        var socket = phone.openSocket();

        await(() -> !socket.isConnected());
        assertThat(phone.event("error").orElseThrow().path(1).asString()).isEqualTo("unauthorized");
        assertThat(socket.ended()).isCompleted();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(condition);
    }
}
