package app.keepsake.immich.http;

import static app.keepsake.support.Wire.id;
import static app.keepsake.support.Wire.ids;
import static app.keepsake.support.Wire.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.PUT;

import app.keepsake.auth.Caller;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Calls that write the same rows at once wait for each other, and never for ever. */
class RaceTests extends HouseholdTest {

    private static final int ROUNDS = 15;

    @Autowired DataSource database;

    private UUID album(List<UUID> assets) {
        return id(
                wire.post(
                        ana,
                        "/api/albums",
                        """
                        {"albumName": "Rome", "assetIds": %s,
                         "albumUsers": [{"userId": "%s", "role": "owner"}]}
                        """
                                .formatted(list(assets), bo.userId()),
                        201));
    }

    /** Sorted as the database sorts them. */
    private List<UUID> photos(Caller owner, int count) {
        return Stream.generate(() -> given.asset(owner, Map.of()))
                .limit(count)
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    private void put(UUID album, UUID asset) {
        jdbc.sql("insert into album_asset (album_id, asset_id) values (?, ?)")
                .params(album, asset)
                .update();
    }

    private Callable<Object> change(Caller caller, List<UUID> assets, String change) {
        return () ->
                wire.put(
                        caller,
                        "/api/assets",
                        "{\"ids\": %s, %s}".formatted(list(assets), change),
                        204);
    }

    @SafeVarargs
    private static void atOnce(Callable<Object>... calls) throws Exception {
        try (var threads = Executors.newFixedThreadPool(calls.length)) {
            for (var done : threads.invokeAll(List.of(calls))) {
                done.get();
            }
        }
    }

    @RepeatedTest(ROUNDS)
    void oneLocksWhatAnotherTakesOutOfAnAlbum() throws Exception {
        var photos = photos(ana, 60);
        var album = album(photos);
        wire.get(bo, "/api/albums/" + album);
        atOnce(
                change(ana, photos, "\"visibility\": \"locked\""),
                () ->
                        wire.call(
                                bo,
                                DELETE,
                                "/api/albums/" + album + "/assets",
                                ids(photos.reversed().toArray(UUID[]::new)),
                                200));
    }

    @RepeatedTest(ROUNDS)
    void twoLockWhatLiesInTheSameAlbums() throws Exception {
        var one = album(List.of());
        var other = album(List.of());
        var anas = photos(ana, 40);
        var bos = photos(bo, 40);
        for (var i = 0; i < anas.size(); i++) {
            var isFirst = i < anas.size() / 2;
            put(isFirst ? one : other, anas.get(i));
            put(isFirst ? other : one, bos.get(i));
        }
        wire.get(bo, "/api/albums/" + one);
        atOnce(
                change(ana, anas, "\"visibility\": \"locked\""),
                change(bo, bos, "\"visibility\": \"locked\""));
    }

    /** With many photos each, so that few rounds do. */
    @RepeatedTest(5)
    void oneStacksWhatIsChanged() throws Exception {
        var photos = photos(ana, 200);
        var stacked = "{\"assetIds\": %s}".formatted(list(photos.reversed()));
        wire.post(ana, "/api/stacks", stacked, 201);
        atOnce(
                change(ana, photos, "\"isFavorite\": true"),
                () -> wire.post(ana, "/api/stacks", stacked, 201),
                change(ana, photos, "\"isFavorite\": false"));
    }

    @RepeatedTest(ROUNDS)
    void aFilmThatBecomesAMovingHalfIsChosenAsCover() throws Exception {
        var film = given.asset(ana, Map.of("type", "VIDEO"));
        var still = given.asset(ana, Map.of());
        var album = album(List.of(film));
        wire.get(bo, "/api/albums/" + album);
        atOnce(
                () ->
                        wire.put(
                                ana,
                                "/api/assets/" + still,
                                "{\"livePhotoVideoId\": \"%s\"}".formatted(film),
                                200),
                () ->
                        assertThat(
                                        call(
                                                bo,
                                                "/api/albums/" + album,
                                                "{\"albumThumbnailAssetId\": \"%s\"}"
                                                        .formatted(film)))
                                .satisfies(
                                        answer ->
                                                assertThat(answer.getResponse().getStatus())
                                                        .isIn(200, 400)));
    }

    private MvcTestResult call(Caller caller, String path, String body) {
        return http.patch()
                .uri(path)
                .header("Authorization", users.bearer(caller))
                .contentType("application/json")
                .content(body)
                .exchange();
    }

    /** Another program's, say, that keeps no order. */
    @Test
    void whoMustGiveWayIsToldToTryAgain() throws Exception {
        var photo = given.asset(ana, Map.of());
        var album = album(List.of(photo));
        try (var another = new HeldTransaction(database);
                var other = Executors.newSingleThreadExecutor()) {
            lock(another, "album", album);
            var refused =
                    other.submit(
                            () ->
                                    http.method(PUT)
                                            .uri("/api/assets")
                                            .header("Authorization", users.bearer(ana))
                                            .contentType("application/json")
                                            .content(
                                                    """
                                                    {"ids": ["%s"],
                                                     "visibility": "locked"}
                                                    """
                                                            .formatted(photo))
                                            .exchange());
            // It waits for the longest, so it is the one to look for a deadlock.
            another.awaitWaiter();
            lock(another, "asset", photo);
            another.commit();
            assertThat(refused.get())
                    .hasStatus(503)
                    .containsHeader("Retry-After")
                    .bodyJson()
                    .extractingPath("message")
                    .isEqualTo("Somebody has just changed the same, try again");
        }
        change(ana, List.of(photo), "\"visibility\": \"locked\"").call();
    }

    private static void lock(HeldTransaction transaction, String table, UUID id) {
        transaction
                .jdbc()
                .sql("select id from %s where id = ? for update".formatted(table))
                .param(id)
                .query(UUID.class)
                .single();
    }
}
