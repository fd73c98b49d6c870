package app.keepsake.immich.album;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.ids;
import static app.keepsake.support.Wire.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.PATCH;

import app.keepsake.album.AlbumChanged;
import app.keepsake.auth.Caller;
import app.keepsake.support.HeldTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import tools.jackson.databind.JsonNode;

/** What goes into an album and out of it, and which of it is the cover. */
@RecordApplicationEvents
class AlbumAssetsTests extends AlbumTest {

    @Autowired DataSource database;
    @Autowired ApplicationEvents events;

    @Test
    void eachAddedAssetIsAnsweredForItself() {
        var photo = photo(ana);
        var album = album(ana, photo);
        var fresh = photo(ana);
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        var answer = add(ana, album, photo, fresh, fresh, locked, photo(bo), UUID.randomUUID());
        assertThat(each(answer, "error"))
                .containsExactly(
                        "duplicate",
                        "",
                        "duplicate",
                        "no_permission",
                        "no_permission",
                        "no_permission");
        assertThat(each(answer, "success"))
                .containsExactly("false", "true", "false", "false", "false", "false");
        assertThat(get(ana, album).get("assetCount").asInt()).isEqualTo(2);
    }

    @Test
    void aPartnersPhotosMayBeAdded() {
        var photo = photo(bo);
        var archived = given.asset(bo, Map.of("visibility", "archive"));
        users.partner(bo, ana);
        assertThat(each(add(ana, album(ana), photo, archived), "success"))
                .containsExactly("true", "false");
    }

    @Test
    void editorsTakeOutWhatTheyMayShareAndOwnersAnything() {
        var anas = photo(ana);
        var bos = photo(bo);
        var album = album(ana, anas);
        share(album, bo, "editor");
        add(bo, album, bos);
        assertThat(each(remove(bo, album, anas, bos, bos), "error"))
                .containsExactly("no_permission", "", "not_found");
        add(bo, album, bos);
        assertThat(each(remove(ana, album, anas, bos, UUID.randomUUID()), "error"))
                .containsExactly("", "", "not_found");
    }

    @Test
    void contributorsAreCountedWhereAnAlbumIsShared() {
        var album = album(ana, photo(ana));
        share(album, bo, "editor");
        add(bo, album, photo(bo), photo(bo));
        var counts = get(ana, album).get("contributorCounts");
        assertThat(each(counts, "userId"))
                .containsExactly(bo.userId().toString(), ana.userId().toString());
        assertThat(each(counts, "assetCount")).containsExactly("2", "1");
        assertThat(wire.get(ana, "/api/albums").get(0).has("contributorCounts")).isFalse();
    }

    @Test
    void theCoverIsAlwaysAnAssetThatTheAlbumShows() {
        var first = photo(ana);
        var second = photo(ana);
        var album = album(ana, first, second);
        var path = "/api/albums/" + album;
        var cover = "{\"albumThumbnailAssetId\": \"%s\"}";
        assertThat(wire.refusal(ana, PATCH, path, cover.formatted(photo(ana))))
                .isEqualTo("Invalid album thumbnail");
        wire.call(ana, PATCH, path, cover.formatted(second), 200);
        assertThat(cover(album)).isEqualTo(second);

        remove(ana, album, second);
        assertThat(cover(album)).isEqualTo(first);
        trash(first, true);
        assertThat(cover(album)).isNull();
        trash(first, false);
        assertThat(cover(album)).isEqualTo(first);
        add(ana, album, second);
        assertThat(cover(album)).isEqualTo(first);
        jdbc.sql("delete from asset where id = ?").param(first).update();
        assertThat(cover(album)).isEqualTo(second);
        remove(ana, album, second);
        assertThat(cover(album)).isNull();
    }

    private @Nullable UUID cover(UUID album) {
        var cover = get(ana, album).get("albumThumbnailAssetId");
        return cover.isNull() ? null : UUID.fromString(cover.asString());
    }

    private void trash(UUID asset, boolean isTrashed) {
        jdbc.sql("update asset set deleted_at = case when ? then now() end where id = ?")
                .params(isTrashed, asset)
                .update();
    }

    @Test
    void assetsGoIntoSeveralAlbumsAtOnce() {
        var photo = photo(ana);
        var one = album(ana);
        var other = album(ana, photo);
        var foreign = album(bo);
        var body = "{\"albumIds\": %s, \"assetIds\": %s}";
        var all = list(List.of(one, other, foreign));
        var answer =
                wire.put(ana, "/api/albums/assets", body.formatted(all, list(List.of(photo))), 200);
        assertThat(answer.toString()).isEqualTo("{\"success\":true}");
        assertThat(get(ana, one).get("assetCount").asInt()).isEqualTo(1);
        assertThat(get(bo, foreign).get("assetCount").asInt()).isZero();
        answer =
                wire.put(ana, "/api/albums/assets", body.formatted(all, list(List.of(photo))), 200);
        assertThat(answer.get("error").asString()).isEqualTo("duplicate");
        answer =
                wire.put(
                        ana,
                        "/api/albums/assets",
                        body.formatted(list(List.of(foreign)), list(List.of(photo))),
                        200);
        assertThat(answer.get("error").asString()).isEqualTo("no_permission");
    }

    @Test
    void whatIsLockedJustNowIsNeitherAddedNorLeftIn() throws Exception {
        var photo = photo(ana);
        var album = album(ana);
        wire.get(ana, "/api/albums");
        try (var locking = new HeldTransaction(database);
                var other = Executors.newSingleThreadExecutor()) {
            locking.jdbc()
                    .sql("update asset set visibility = 'locked' where id = ?")
                    .param(photo)
                    .update();
            var added = other.submit(() -> add(ana, album, photo));
            locking.awaitWaiter();
            locking.commit();
            assertThat(each(added.get(), "error")).containsExactly("no_permission");
        }
        assertThat(get(ana, album).get("assetCount").asInt()).isZero();
    }

    @Test
    void twoWhoTakeOutAtOnceLeaveNoCoverBehind() throws Exception {
        var cover = photo(ana);
        var other = photo(ana);
        var album = album(ana, cover, other);
        wire.get(ana, "/api/albums");
        try (var removing = new HeldTransaction(database);
                var second = Executors.newSingleThreadExecutor()) {
            removing.jdbc().sql("delete from album_asset where asset_id = ?").param(other).update();
            var removed = second.submit(() -> remove(ana, album, cover));
            removing.awaitWaiter();
            removing.commit();
            assertThat(each(removed.get(), "success")).containsExactly("true");
        }
        assertThat(cover(album)).isNull();
    }

    @Test
    void membersAreToldWhenAssetsComeAndGo() {
        var photo = photo(ana);
        var album = album(ana);
        add(ana, album, photo);
        add(ana, album, photo);
        assertThat(events.stream(AlbumChanged.class)).containsExactly(new AlbumChanged(album));
        remove(ana, album, photo);
        remove(ana, album, photo);
        assertThat(events.stream(AlbumChanged.class)).hasSize(2);
    }

    /** As the command line client sends them. */
    @Test
    void aWholeLibraryGoesInWithOneCall() {
        jdbc.sql(
                        """
                        insert into asset (owner_id, type, original_path, original_file_name,
                            checksum, size_in_bytes, file_created_at, file_modified_at,
                            local_date_time)
                        select ?, 'IMAGE', gen_random_uuid(), 'photo.jpg',
                            substr(sha256(n::text::bytea), 1, 20), 1000, now(), now(), now()
                        from generate_series(1, 6000) n
                        """)
                .param(ana.userId())
                .update();
        var ids = new ArrayList<>(users.assetsOf(ana));
        for (var i = ids.size(); i < 65_000; i++) {
            ids.add(UUID.randomUUID());
        }
        var album = album(ana);
        var path = "/api/albums/" + album + "/assets";
        var added = wire.put(ana, path, "{\"ids\": %s}".formatted(list(ids)), 200);
        assertThat(each(added, "id")).isEqualTo(ids.stream().map(UUID::toString).toList());
        assertThat(each(added, "success").subList(0, 6000)).containsOnly("true");
        assertThat(each(added, "error").subList(6000, 65_000)).containsOnly("no_permission");
        assertThat(get(ana, album).get("assetCount").asInt()).isEqualTo(6000);
    }

    private JsonNode remove(Caller caller, UUID album, UUID... assets) {
        return wire.call(caller, DELETE, "/api/albums/" + album + "/assets", ids(assets), 200);
    }

    private JsonNode add(Caller caller, UUID album, UUID... assets) {
        return wire.put(caller, "/api/albums/" + album + "/assets", ids(assets), 200);
    }
}
