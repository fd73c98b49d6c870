package app.keepsake.trash;

import static app.keepsake.support.Wire.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.asset.AssetsDeleted;
import app.keepsake.asset.AssetsRestored;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.Form;
import app.keepsake.support.HeldTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TrashTests extends TrashTest {

    @Test
    void whereThereIsNoTrashAnAssetIsDeletedForGood() {
        var asset = upload(1000);
        var files = filesOf(asset);
        config.set("/trash/enabled", "false");
        try {
            assertThat(delete(false, asset)).hasStatus(204);
            assertThat(http.get().uri("/api/server/features"))
                    .bodyJson()
                    .extractingPath("$.trash")
                    .isEqualTo(false);
        } finally {
            config.reset();
        }
        assertThat(users.assetsOf(ana)).isEmpty();
        awaitGone(files);
    }

    @Test
    void whatIsTrashedComesBackByItsNameOrAllAtOnce() {
        var first = given.asset(ana, Map.of());
        var second = given.asset(ana, Map.of());
        assertThat(delete(false, first, second)).hasStatus(204);
        assertThat(isTrashed(first) && isTrashed(second)).isTrue();
        assertThat(events.stream(AssetsTrashed.class).flatMap(e -> e.assetIds().stream()))
                .containsExactlyInAnyOrder(first, second);

        assertThat(post("restore/assets", ids(first))).bodyJson().isEqualTo("{\"count\": 1}");
        assertThat(isTrashed(first)).isFalse();
        assertThat(isTrashed(second)).isTrue();
        assertThat(events.stream(AssetsRestored.class))
                .containsExactly(new AssetsRestored(ana.userId(), List.of(first)));
        assertThat(post("restore/assets", ids(first))).bodyJson().isEqualTo("{\"count\": 0}");

        delete(false, first);
        assertThat(post("restore", "")).bodyJson().isEqualTo("{\"count\": 2}");
        assertThat(isTrashed(first) || isTrashed(second)).isFalse();
        assertThat(status(first)).isEqualTo("active");
        // Immich tells nobody of a restore of all; phones see it at their next sync.
        assertThat(events.stream(AssetsRestored.class)).hasSize(1);
    }

    @Test
    void theTrashKeepsWhenItFirstGotAThing() {
        var asset = given.asset(ana, Map.of("deleted_at", "2026-01-01T00:00:00Z"));
        delete(false, asset);
        assertThat(
                        jdbc.sql("select deleted_at at time zone 'UTC' from asset where id = ?")
                                .param(asset)
                                .query(String.class)
                                .single())
                .startsWith("2026-01-01 00:00:00");
    }

    @Test
    void whatIsDeletedForGoodIsGoneWithItsFilesAndItsShareOfTheQuota() throws Exception {
        var kept = upload(1000);
        var gone = upload(2000);
        var files = new ArrayList<>(filesOf(gone));
        files.add(derive(gone, "thumbnail"));
        files.add(derive(gone, "preview"));
        files.add(derive(gone, "encoded_video"));
        assertThat(files).hasSize(5).allMatch(Files::exists);
        assertThat(usage()).isEqualTo(3000);

        assertThat(delete(true, gone)).hasStatus(204);
        assertThat(users.assetsOf(ana)).containsExactly(kept);
        assertThat(usage()).isEqualTo(1000);
        assertThat(events.stream(AssetsDeleted.class))
                .containsExactly(new AssetsDeleted(ana.userId(), List.of(gone)));
        awaitGone(files);
        assertThat(filesOf(kept)).hasSize(2).allMatch(Files::exists);
        awaitNothingDiscarded();
    }

    @Test
    void aPhotoThatWasDeletedForGoodCanBeUploadedAgain() throws Exception {
        var bytes = bytes(500);
        var first = uploads.receive(ana, null, Form.photo("a.jpg", bytes).body());
        delete(true, first.assetId());
        var second = uploads.receive(ana, null, Form.photo("a.jpg", bytes).body());
        assertThat(second.isNew()).isTrue();
        assertThat(second.assetId()).isNotEqualTo(first.assetId());
        awaitNothingDiscarded();
        assertThat(filesOf(second.assetId()).getFirst()).hasBinaryContent(bytes);
    }

    /** An emptying that came before, though after who waits here began, is not to take it. */
    @Test
    void aThingIsInTheTrashFromWhenItWasPutThere() throws Exception {
        var asset = given.asset(ana, Map.of());
        try (var held = new HeldTransaction(database);
                var threads = Executors.newSingleThreadExecutor()) {
            held.jdbc()
                    .sql("select id from asset where id = ? for update")
                    .param(asset)
                    .query()
                    .singleRow();
            var trashing = threads.submit(() -> delete(false, asset));
            held.awaitWaiter();
            var before = jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single();
            held.commit();
            assertThat(trashing.get()).hasStatus(204);
            assertThat(
                            jdbc.sql("select deleted_at > ? from asset where id = ?")
                                    .params(before, asset)
                                    .query(Boolean.class)
                                    .single())
                    .isTrue();
        }
    }

    /** I2: what cannot be seen is not deleted, neither by the hour nor by a person's word. */
    @Test
    void nothingIsDeletedForGoodWhileTheDiskIsMissing() throws Exception {
        var old = upload(10);
        trashedSince(old, "40 days");
        var marker = library.root().resolve(Library.MARKER);
        var aside = Files.move(marker, library.root().resolve("marker-aside"));
        try {
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(library::requireStillPresent);
            expiry.run();
            assertThat(delete(true, old)).hasStatus(503);
            assertThat(post("empty", "")).hasStatus(503);
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(() -> trash.deleteAllOf(ana.userId()));
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
        assertThat(users.assetsOf(ana)).containsExactly(old);
        assertThat(filesOf(old)).allMatch(Files::exists);
    }

    @Test
    void theMovingHalfGoesWithItsLastStill() {
        var film = given.asset(ana, Map.of("type", "VIDEO", "visibility", "hidden"));
        var half = Map.of("live_photo_video_id", film.toString());
        var first = given.asset(ana, half);
        var second = given.asset(ana, half);
        delete(false, first);
        assertThat(isTrashed(film)).isFalse();
        delete(true, first);
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrder(second, film);
        delete(true, second);
        assertThat(users.assetsOf(ana)).isEmpty();
        assertThat(
                        events.stream(AssetsDeleted.class)
                                .flatMap(event -> event.assetIds().stream())
                                .toList())
                .contains(film);
    }

    @Test
    void twoStillsThatGoTogetherTakeTheirMovingHalfAlong() {
        var film = given.asset(ana, Map.of("type", "VIDEO", "visibility", "hidden"));
        var half = Map.of("live_photo_video_id", film.toString());
        delete(true, given.asset(ana, half), given.asset(ana, half));
        assertThat(users.assetsOf(ana)).isEmpty();
    }

    @Test
    void allOfAUserGoes() throws Exception {
        var files = filesOf(upload(10));
        manyTrashed(Trash.BATCH);
        var bens = given.asset(users.user(), Map.of());
        assertThat(trash.deleteAllOf(ana.userId())).isEqualTo(Trash.BATCH + 1);
        assertThat(users.assetsOf(ana)).isEmpty();
        assertThat(usage()).isZero();
        assertThat(jdbc.sql("select 1 from asset where id = ?").param(bens).query().listOfRows())
                .hasSize(1);
        awaitGone(files);
    }

    @Test
    void nobodyTouchesAnothersAssets() {
        var mine = given.asset(ana, Map.of());
        var trashed = given.asset(ana, Map.of("deleted_at", "2026-11-01T00:00:00Z"));
        var owner = ana;
        ana = users.user();
        users.partner(owner, ana);
        var own = given.asset(ana, Map.of());
        for (var refused :
                List.of(
                        delete(false, own, mine),
                        delete(true, own, mine),
                        post("restore/assets", ids(trashed)))) {
            assertThat(refused)
                    .hasStatus(400)
                    .bodyJson()
                    .extractingPath("message")
                    .isEqualTo("Not found or no asset.delete access");
        }
        assertThat(post("restore", "")).bodyJson().isEqualTo("{\"count\": 0}");
        assertThat(post("empty", "")).bodyJson().isEqualTo("{\"count\": 0}");
        assertThat(users.assetsOf(owner)).containsExactlyInAnyOrder(mine, trashed);
        assertThat(isTrashed(own) || isTrashed(mine)).isFalse();
        assertThat(isTrashed(trashed)).isTrue();
    }

    @Test
    void lockedAssetsAreDeletedWithAPinOnly() {
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        assertThat(delete(true, locked)).hasStatus(401);
        assertThat(delete(false, locked)).hasStatus(401);
        assertThat(users.assetsOf(ana)).containsExactly(locked);
    }

    private Path derive(UUID id, String type) throws IOException {
        var path = "thumbs/%s/%s_%s.bin".formatted(ana.userId(), id, type);
        Files.createDirectories(library.resolve(path).getParent());
        Files.writeString(library.resolve(path), type);
        jdbc.sql("insert into asset_file (asset_id, type, path) values (?, ?, ?)")
                .params(id, type, path)
                .update();
        return library.resolve(path);
    }

    private String status(UUID id) {
        return jdbc.sql("select status from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private long usage() {
        return jdbc.sql("select quota_usage_in_bytes from \"user\" where id = ?")
                .param(ana.userId())
                .query(Long.class)
                .single();
    }
}
