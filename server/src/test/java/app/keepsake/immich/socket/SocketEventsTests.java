package app.keepsake.immich.socket;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.album.AlbumChanged;
import app.keepsake.asset.AssetHidden;
import app.keepsake.asset.AssetsDeleted;
import app.keepsake.asset.AssetsRestored;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.asset.AssetsUpdated;
import app.keepsake.asset.EditsReady;
import app.keepsake.auth.Caller;
import app.keepsake.auth.SessionClosed;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.JobListener;
import app.keepsake.jobs.Lane;
import app.keepsake.stack.StacksChanged;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ImmichContract;
import app.keepsake.support.ServerTest;
import app.keepsake.support.SocketClient;
import app.keepsake.user.UserDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What is told, in which form, and to whom. */
@ServerTest
class SocketEventsTests {

    @Autowired Fixtures given;
    @Autowired AssetFixtures assets;
    @Autowired ApplicationEventPublisher events;
    @Autowired JobListener worker;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;
    @LocalServerPort int port;

    final List<SocketClient> clients = new ArrayList<>();
    Caller ana;
    Caller ben;
    SocketClient anas;
    SocketClient bens;

    @BeforeEach
    void connect() {
        ana = given.user();
        ben = given.user();
        anas = client(given.token(ana));
        bens = client(given.token(ben));
    }

    @AfterEach
    void disconnect() {
        clients.forEach(SocketClient::close);
    }

    @Test
    void tellsTheOwnerOfWhatBecameOfAssets() {
        var one = UUID.randomUUID();
        var two = UUID.randomUUID();
        events.publishEvent(new AssetsTrashed(ana.userId(), List.of(one, two)));
        events.publishEvent(new AssetsRestored(ana.userId(), List.of(one, two)));
        events.publishEvent(new AssetsDeleted(ana.userId(), List.of(one, two)));
        events.publishEvent(new AssetHidden(ana.userId(), one));
        events.publishEvent(new StacksChanged(ana.userId()));
        for (var packet :
                List.of(
                        "42[\"on_asset_trash\",[\"%s\",\"%s\"]]".formatted(one, two),
                        "42[\"on_asset_restore\",[\"%s\",\"%s\"]]".formatted(one, two),
                        "42[\"on_asset_delete\",\"%s\"]".formatted(one),
                        "42[\"on_asset_delete\",\"%s\"]".formatted(two),
                        "42[\"on_asset_hidden\",\"%s\"]".formatted(one),
                        "42[\"on_asset_stack_update\"]")) {
            assertThat(anas.next()).isEqualTo(packet);
        }
        assertNobodyElseWasTold();
    }

    @Test
    void tellsOfMoreAssetsThanFitIntoOneMessage() {
        var many = IntStream.range(0, 1001).mapToObj(_ -> UUID.randomUUID()).toList();
        events.publishEvent(new AssetsTrashed(ana.userId(), many));
        assertThat(anas.event("on_asset_trash").path(1)).hasSize(1000);
        assertThat(anas.event("on_asset_trash").path(1).path(0).asString())
                .isEqualTo(many.getLast().toString());
    }

    @ParameterizedTest
    @CsvSource({"timeline", "archive"})
    void tellsTheOwnerOfANewPhotoWhenItsPicturesAreMade(String visibility) {
        var id = photo(visibility);
        worker.finished(new GenerateThumbnails(id), Lane.FRESH);
        var asset = anas.event("on_upload_success").path(1);
        assertThat(ImmichContract.get().violations("AssetResponseDto", asset)).isEmpty();
        assertThat(asset.path("id").asString()).isEqualTo(id.toString());
        assertThat(asset.path("exifInfo").path("make").asString()).isEqualTo("Canon");
        var ready = anas.event("AssetUploadReadyV2").path(1);
        assertThat(ready.propertyNames()).containsExactlyInAnyOrder("asset", "exif");
        assertThat(ImmichContract.get().violations("SyncAssetV2", ready.path("asset"))).isEmpty();
        assertThat(ImmichContract.get().violations("SyncAssetExifV1", ready.path("exif")))
                .isEmpty();
        assertThat(ready.path("asset").path("id").asString()).isEqualTo(id.toString());
        assertThat(ready.path("asset").path("visibility").asString()).isEqualTo(visibility);
        assertThat(ready.path("asset").path("checksum").asString()).hasSize(28);
        assertThat(ready.path("exif").path("assetId").asString()).isEqualTo(id.toString());
        assertThat(ready.path("exif").path("make").asString()).isEqualTo("Canon");
        assertNobodyElseWasTold();
    }

    @Test
    void tellsPhonesNothingOfAPhotoWhoseMetadataIsNotRead() {
        worker.finished(new GenerateThumbnails(assets.asset(ana, Map.of())), Lane.FRESH);
        assertThat(toldBeforeTheNext(anas)).containsExactly("on_upload_success");
    }

    @Test
    void tellsPhonesOfEditsInTheirOrder() {
        var id = photo("timeline");
        jdbc.sql(
                        """
                        insert into asset_edit (asset_id, action, parameters, sequence)
                        values (:id, 'rotate', '{"angle": 90}', 1), (:id, 'mirror', '{"axis": "vertical"}', 0)
                        """)
                .param("id", id)
                .update();
        events.publishEvent(new EditsReady(id));
        var ready = anas.event("AssetEditReadyV2").path(1);
        assertThat(ImmichContract.get().violations("SyncAssetV2", ready.path("asset"))).isEmpty();
        assertThat(ready.path("edit")).hasSize(2);
        for (var edit : ready.path("edit")) {
            assertThat(ImmichContract.get().violations("SyncAssetEditV1", edit)).isEmpty();
        }
        assertThat(ready.path("edit").path(0).path("action").asString()).isEqualTo("mirror");
        jdbc.sql("delete from asset_edit where asset_id = ?").param(id).update();
        events.publishEvent(new EditsReady(id));
        assertThat(anas.event("AssetEditReadyV2").path(1).path("edit").isArray()).isTrue();
        assertNobodyElseWasTold();
    }

    @ParameterizedTest
    @CsvSource({"hidden", "locked"})
    void saysNothingOfHiddenHalvesAndLockedPhotos(String visibility) {
        var id = photo(visibility);
        worker.finished(new GenerateThumbnails(id), Lane.FRESH);
        events.publishEvent(new AssetsUpdated(ana.userId(), List.of(id)));
        assertThat(toldBeforeTheNext(anas)).isEmpty();
    }

    @Test
    void saysNothingOfAPhotoThatIsGone() {
        worker.finished(new GenerateThumbnails(UUID.randomUUID()), Lane.FRESH);
        assertThat(toldBeforeTheNext(anas)).isEmpty();
    }

    /** A hundred thousand at once would be a flood. */
    @Test
    void saysNothingOfPicturesThatAreMadeAnew() {
        worker.finished(new GenerateThumbnails(photo("timeline")), Lane.BULK);
        assertThat(toldBeforeTheNext(anas)).isEmpty();
    }

    @Test
    void tellsTheOwnerOfAPhotoThatWasEdited() {
        var id = photo("timeline");
        events.publishEvent(new AssetsUpdated(ana.userId(), List.of(id)));
        var asset = anas.event("on_asset_update").path(1);
        assertThat(ImmichContract.get().violations("AssetResponseDto", asset)).isEmpty();
        assertThat(asset.path("id").asString()).isEqualTo(id.toString());
        assertNobodyElseWasTold();
    }

    /** A bulk change is many assets, and others wait to be told of theirs. */
    @Test
    void tellsOfEachOfManyAssetsThatWereEditedAtOnce() {
        var ids = List.of(photo("timeline"), photo("archive"));
        events.publishEvent(new AssetsUpdated(ana.userId(), ids));
        assertThat(
                        ids.stream()
                                .map(_ -> anas.event("on_asset_update").path(1).path("id"))
                                .map(id -> UUID.fromString(id.asString())))
                .containsExactlyInAnyOrderElementsOf(ids);
        assertNobodyElseWasTold();
    }

    @Test
    void tellsEveryMemberOfAnAlbumAndNobodyElse() {
        var album = UUID.randomUUID();
        var cleo = given.user();
        var cleos = client(given.token(cleo));
        jdbc.sql("insert into album (id) values (?)").param(album).update();
        member(album, ana, "owner");
        member(album, cleo, "viewer");
        events.publishEvent(new AlbumChanged(album));
        for (var client : List.of(anas, cleos)) {
            assertThat(client.next()).isEqualTo("42[\"on_album_update\",\"%s\"]".formatted(album));
        }
        assertNobodyElseWasTold();
    }

    @Test
    void tellsEveryoneOfADeletedUserWhoIsDisconnected() {
        events.publishEvent(new UserDeleted(ben.userId()));
        var packet = "42[\"on_user_delete\",\"%s\"]".formatted(ben.userId());
        assertThat(anas.next()).isEqualTo(packet);
        assertThat(bens.untilClosed()).containsExactly(packet, "41");
    }

    @Test
    void tellsOnlyTheSessionThatWasClosedAndDisconnectsIt() {
        var token = given.token(ana);
        var closed = client(token);
        var id =
                jdbc.sql(
                                "select id from session where user_id = ? order by created_at desc limit 1")
                        .param(ana.userId())
                        .query(UUID.class)
                        .single();
        events.publishEvent(new SessionClosed(id));
        assertThat(closed.untilClosed())
                .containsExactly("42[\"on_session_delete\",\"%s\"]".formatted(id), "41");
        assertThat(toldBeforeTheNext(anas)).isEmpty();
        assertNobodyElseWasTold();
    }

    @Test
    void saysNothingOfWhatWasTakenBack() {
        transaction.executeWithoutResult(
                status -> {
                    events.publishEvent(new StacksChanged(ana.userId()));
                    status.setRollbackOnly();
                });
        assertThat(toldBeforeTheNext(anas)).isEmpty();
    }

    /** Events keep their order, so what is not told before another event is not told. */
    private void assertNobodyElseWasTold() {
        assertThat(toldBeforeTheNext(bens)).isEmpty();
    }

    private List<String> toldBeforeTheNext(SocketClient client) {
        events.publishEvent(new UserDeleted(UUID.randomUUID()));
        return client.eventsBefore("on_user_delete");
    }

    private SocketClient client(String token) {
        var client = SocketClient.connect(port, "Cookie", "immich_access_token=" + token);
        client.event("on_server_version");
        clients.add(client);
        return client;
    }

    private UUID photo(String visibility) {
        var id = assets.asset(ana, Map.of("visibility", visibility));
        jdbc.sql("insert into asset_exif (asset_id, make, description) values (?, 'Canon', '')")
                .param(id)
                .update();
        return id;
    }

    private void member(UUID album, Caller user, String role) {
        jdbc.sql("insert into album_user (album_id, user_id, role) values (?, ?, ?)")
                .params(album, user.userId(), role)
                .update();
    }
}
