package app.keepsake.immich.album;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.id;
import static app.keepsake.support.Wire.ids;
import static app.keepsake.support.Wire.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import app.keepsake.album.AlbumChanged;
import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@ServerTest
@RecordApplicationEvents
class AlbumControllerTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;
    @Autowired ApplicationEvents events;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    Wire wire;
    Caller ana;
    Caller bo;
    Caller cleo;

    @BeforeEach
    void setUp() {
        wire = new Wire(http, users);
        ana = users.user();
        bo = users.user();
        cleo = users.user();
    }

    private UUID album(Caller owner, UUID... assets) {
        return id(
                wire.post(
                        owner,
                        "/api/albums",
                        """
                        {"albumName": "Rome", "assetIds": %s}
                        """
                                .formatted(list(List.of(assets))),
                        201));
    }

    private void share(UUID album, Caller with, String role) {
        wire.put(
                ana,
                "/api/albums/" + album + "/users",
                """
                {"albumUsers": [{"userId": "%s", "role": "%s"}]}
                """
                        .formatted(with.userId(), role),
                200);
    }

    private JsonNode get(Caller caller, UUID album) {
        return wire.get(caller, "/api/albums/" + album);
    }

    private JsonNode add(Caller caller, UUID album, UUID... assets) {
        return wire.put(caller, "/api/albums/" + album + "/assets", ids(assets), 200);
    }

    private JsonNode remove(Caller caller, UUID album, UUID... assets) {
        return wire.call(caller, DELETE, "/api/albums/" + album + "/assets", ids(assets), 200);
    }

    private UUID photo(Caller owner) {
        return given.asset(owner, Map.of());
    }

    private List<String> listed(Caller caller, String query) {
        return each(wire.get(caller, "/api/albums?" + query), "id");
    }

    @Test
    void aNewAlbumHasItsOwnerAmongItsUsersAndItsFirstAssetAsCover() {
        var first = given.asset(ana, Map.of("local_date_time", "2020-01-02T03:04:05"));
        var second = given.asset(ana, Map.of("local_date_time", "2024-01-02T03:04:05"));
        var answer =
                wire.post(
                        ana,
                        "/api/albums",
                        """
                        {"albumName": "Rome", "description": "in May", "assetIds": %s,
                         "albumUsers": [{"userId": "%s", "role": "viewer"}]}
                        """
                                .formatted(list(List.of(first, second)), bo.userId()),
                        201);
        assertThat(answer.get("albumName").asString()).isEqualTo("Rome");
        assertThat(answer.get("description").asString()).isEqualTo("in May");
        assertThat(answer.get("albumThumbnailAssetId").asString()).isEqualTo(first.toString());
        assertThat(answer.get("assetCount").asInt()).isEqualTo(2);
        assertThat(answer.get("startDate").asString()).isEqualTo("2020-01-02T03:04:05.000Z");
        assertThat(answer.get("endDate").asString()).isEqualTo("2024-01-02T03:04:05.000Z");
        assertThat(answer.has("lastModifiedAssetTimestamp")).isTrue();
        assertThat(answer.get("shared").asBoolean()).isTrue();
        assertThat(each(answer.get("albumUsers"), "role")).containsExactly("owner", "viewer");
        assertThat(answer.get("albumUsers").get(0).get("user").get("id").asString())
                .isEqualTo(ana.userId().toString());
        assertThat(get(bo, id(answer))).isEqualTo(get(ana, id(answer)));
    }

    @Test
    void anEmptyAlbumHasNeitherCoverNorDates() {
        var album = get(ana, album(ana));
        assertThat(album.get("albumThumbnailAssetId").isNull()).isTrue();
        assertThat(album.has("startDate")).isFalse();
        assertThat(album.get("assetCount").asInt()).isZero();
        assertThat(album.get("shared").asBoolean()).isFalse();
        assertThat(album.has("contributorCounts")).isFalse();
    }

    @Test
    void aNewAlbumIsSortedAsItsOwnerPrefers() {
        assertThat(get(ana, album(ana)).get("order").asString()).isEqualTo("desc");
        jdbc.sql(
                        """
                        insert into user_metadata (user_id, key, value)
                        values (?, 'preferences', '{"albums": {"defaultAssetOrder": "asc"}}')
                        """)
                .param(ana.userId())
                .update();
        assertThat(get(ana, album(ana)).get("order").asString()).isEqualTo("asc");
    }

    @Test
    void nobodyElseSeesAnAlbum() {
        var album = album(ana);
        assertThat(wire.refusal(bo, GET, "/api/albums/" + album, null))
                .isEqualTo("Not found or no album.read access");
        assertThat(listed(bo, "")).isEmpty();
        wire.call(bo, GET, "/api/albums/" + album + "/map-markers", null, 400);
    }

    @Test
    void albumsAreListedByWhoIsInThemAndWhatTheyHold() {
        var photo = photo(ana);
        var alone = album(ana, photo);
        var shared = album(ana);
        share(shared, bo, "editor");
        var bos = album(bo);

        assertThat(listed(ana, "")).containsExactly(shared.toString(), alone.toString());
        assertThat(listed(bo, "")).containsExactly(bos.toString(), shared.toString());
        assertThat(listed(bo, "isOwned=true")).containsExactly(bos.toString());
        assertThat(listed(bo, "isOwned=false")).containsExactly(shared.toString());
        assertThat(listed(ana, "isShared=true")).containsExactly(shared.toString());
        assertThat(listed(ana, "isShared=false")).containsExactly(alone.toString());
        assertThat(listed(ana, "assetId=" + photo)).containsExactly(alone.toString());
        assertThat(listed(bo, "assetId=" + photo)).isEmpty();
        assertThat(listed(ana, "id=" + shared)).containsExactly(shared.toString());
        assertThat(listed(bo, "id=" + alone)).isEmpty();
        assertThat(listed(ana, "name=Rom")).isEmpty();
        assertThat(listed(ana, "name=Rome")).hasSize(2);
        // As 2.x asked.
        assertThat(listed(bo, "shared=true")).containsExactly(shared.toString());
        assertThat(listed(bo, "shared=false")).containsExactly(bos.toString());
        wire.call(ana, GET, "/api/albums?isOwned=1", null, 400);

        var statistics = wire.get(bo, "/api/albums/statistics");
        assertThat(statistics.get("owned").asInt()).isEqualTo(1);
        assertThat(statistics.get("shared").asInt()).isEqualTo(1);
        assertThat(statistics.get("notShared").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsInTheTrashOrHiddenCountsForNothing() {
        var shown = given.asset(ana, Map.of("visibility", "archive"));
        var hidden = given.asset(ana, Map.of("visibility", "hidden"));
        var trashed =
                given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        var album = album(ana, hidden, trashed, shown);
        assertThat(get(ana, album).get("assetCount").asInt()).isEqualTo(1);
        assertThat(get(ana, album).get("albumThumbnailAssetId").asString())
                .isEqualTo(shown.toString());
    }

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
        jdbc.sql("insert into partner (shared_by_id, shared_with_id) values (?, ?)")
                .params(bo.userId(), ana.userId())
                .update();
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

    @ParameterizedTest
    @CsvSource({
        "PATCH, '', '{\"albumName\": \"Mine\"}'",
        "DELETE, '', ",
        "PUT, /assets, '{\"ids\": []}'",
        "DELETE, /assets, '{\"ids\": []}'",
        "PUT, /users, '{\"albumUsers\": [{\"userId\": \"7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f\"}]}'",
    })
    void viewersChangeNothing(String method, String path, String body) {
        var album = album(ana);
        share(album, bo, "viewer");
        var before = get(ana, album);
        var verb = org.springframework.http.HttpMethod.valueOf(method);
        assertThat(wire.refusal(bo, verb, "/api/albums/" + album + path, body))
                .startsWith("Not found or no album");
        assertThat(get(ana, album)).isEqualTo(before);
    }

    @Test
    void editorsChangeAnAlbumButDoNotDeleteIt() {
        var album = album(ana);
        share(album, bo, "editor");
        var answer =
                wire.call(
                        bo,
                        PATCH,
                        "/api/albums/" + album,
                        """
                        {"albumName": "Roma", "description": "May", "order": "asc",
                         "isActivityEnabled": false}
                        """,
                        200);
        assertThat(answer.get("albumName").asString()).isEqualTo("Roma");
        assertThat(answer.get("description").asString()).isEqualTo("May");
        assertThat(answer.get("order").asString()).isEqualTo("asc");
        assertThat(answer.get("isActivityEnabled").asBoolean()).isFalse();
        wire.call(bo, PATCH, "/api/albums/" + album, "{}", 200);
        assertThat(get(ana, album).get("albumName").asString()).isEqualTo("Roma");
        wire.delete(bo, "/api/albums/" + album, 400);
        wire.delete(ana, "/api/albums/" + album, 204);
        wire.call(ana, GET, "/api/albums/" + album, null, 400);
    }

    @Test
    void anOnlyOwnerCannotLeaveOrStepDown() {
        var album = album(ana);
        share(album, bo, "editor");
        var user = "/api/albums/" + album + "/user/";
        assertThat(wire.refusal(ana, DELETE, user + "me", null))
                .isEqualTo("Cannot remove album owner");
        assertThat(wire.refusal(ana, PUT, user + ana.userId(), "{\"role\": \"editor\"}"))
                .isEqualTo("Cannot remove album owner");
        wire.put(ana, user + bo.userId(), "{\"role\": \"owner\"}", 204);
        wire.delete(ana, user + "me", 204);
        assertThat(each(get(bo, album).get("albumUsers"), "role")).containsExactly("owner");
        wire.call(ana, GET, "/api/albums/" + album, null, 400);
    }

    @Test
    void editorsMakeNoOwnersAndTouchNone() {
        var album = album(ana);
        share(album, bo, "editor");
        var user = "/api/albums/" + album + "/user/";
        wire.delete(bo, user + ana.userId(), 400);
        wire.put(bo, user + ana.userId(), "{\"role\": \"viewer\"}", 400);
        wire.put(bo, user + bo.userId(), "{\"role\": \"owner\"}", 400);
        var asOwner =
                "{\"albumUsers\": [{\"userId\": \"%s\", \"role\": \"owner\"}]}"
                        .formatted(cleo.userId());
        wire.put(bo, "/api/albums/" + album + "/users", asOwner, 400);
        assertThat(each(get(ana, album).get("albumUsers"), "role"))
                .containsExactly("owner", "editor");
        wire.delete(bo, user + "me", 204);
    }

    @Test
    void membersAreAddedOnceAndMustExist() {
        var album = album(ana);
        var users = "/api/albums/" + album + "/users";
        var add = "{\"albumUsers\": [{\"userId\": \"%s\"}]}";
        var answer = wire.put(ana, users, add.formatted(bo.userId()), 200);
        assertThat(each(answer.get("albumUsers"), "role")).containsExactly("owner", "editor");
        assertThat(wire.refusal(ana, PUT, users, add.formatted(bo.userId())))
                .isEqualTo("User already added");
        assertThat(wire.refusal(ana, PUT, users, add.formatted(UUID.randomUUID())))
                .isEqualTo("User not found");
        jdbc.sql("update \"user\" set deleted_at = now() where id = ?")
                .param(cleo.userId())
                .update();
        assertThat(wire.refusal(ana, PUT, users, add.formatted(cleo.userId())))
                .isEqualTo("User not found");
        assertThat(
                        wire.refusal(
                                ana,
                                PUT,
                                "/api/albums/" + album + "/user/" + cleo.userId(),
                                "{\"role\": \"editor\"}"))
                .isEqualTo("Album not shared with user");
    }

    @Test
    void anAlbumIsNotMadeWithPeopleWhoCannotBeInIt() {
        var body =
                "{\"albumName\": \"Rome\", \"albumUsers\": [{\"userId\": \"%s\", \"role\": \"editor\"}]}";
        assertThat(wire.refusal(ana, POST, "/api/albums", body.formatted(ana.userId())))
                .isEqualTo("Cannot share album with owner");
        assertThat(wire.refusal(ana, POST, "/api/albums", body.formatted(UUID.randomUUID())))
                .isEqualTo("User not found");
        assertThat(listed(ana, "")).isEmpty();
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
    void anAlbumGoesWithItsLastOwner() {
        var album = album(ana);
        share(album, bo, "editor");
        jdbc.sql("delete from \"user\" where id = ?").param(ana.userId()).update();
        assertThat(listed(bo, "")).isEmpty();
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
        try (var other = Executors.newSingleThreadExecutor()) {
            Future<JsonNode> added =
                    transaction.execute(
                            _ -> {
                                jdbc.sql("update asset set visibility = 'locked' where id = ?")
                                        .param(photo)
                                        .update();
                                var adding = other.submit(() -> add(ana, album, photo));
                                awaitOneThatWaitsForUs();
                                return adding;
                            });
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
        try (var second = Executors.newSingleThreadExecutor()) {
            Future<JsonNode> removed =
                    transaction.execute(
                            _ -> {
                                jdbc.sql("delete from album_asset where asset_id = ?")
                                        .param(other)
                                        .update();
                                var removing = second.submit(() -> remove(ana, album, cover));
                                awaitOneThatWaitsForUs();
                                return removing;
                            });
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

    private void awaitOneThatWaitsForUs() {
        Awaitility.await().pollInSameThread().until(this::isWaitedFor);
    }

    private boolean isWaitedFor() {
        // What a transaction has seen of the others it sees again, unless told to look anew.
        jdbc.sql("select pg_stat_clear_snapshot()").query().listOfRows();
        return jdbc.sql(
                        """
                        select exists (
                            select from pg_stat_activity where query like '%album%'
                                and pg_backend_pid() = any(pg_blocking_pids(pid)))
                        """)
                .query(Boolean.class)
                .single();
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

    @Test
    void photosWithAPlaceAreOnTheAlbumsMap() {
        var photo = photo(ana);
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, latitude, longitude, city, country)
                        values (?, 41.9, 12.5, 'Roma', 'Italy')
                        """)
                .param(photo)
                .update();
        var album = album(ana, photo, photo(ana));
        share(album, bo, "viewer");
        var markers = wire.get(bo, "/api/albums/" + album + "/map-markers");
        assertThat(markers.toString())
                .isEqualTo(
                        """
                        [{"id":"%s","lat":41.9,"lon":12.5,"city":"Roma","state":null,"country":"Italy"}]"""
                                .formatted(photo));
    }
}
