package app.keepsake.immich.asset;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;

import app.keepsake.auth.Caller;
import app.keepsake.support.HouseholdTest;
import app.keepsake.support.Wire;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The moving half of a live photo is seen by those who see its still, and by nobody else. */
@SuppressWarnings("NullAway.Init") // set before each test
class LivePhotoAccessTests extends HouseholdTest {

    Caller viewer;
    UUID film;
    UUID still;

    @BeforeEach
    void aLivePhotoThatIsShared() {
        viewer = users.user();
        film = given.asset(ana, Map.of("type", "VIDEO", "visibility", "hidden"));
        still = given.asset(ana, Map.of("live_photo_video_id", film.toString()));
        users.partner(ana, bo);
        users.album(ana, viewer, still);
    }

    private void show(UUID asset, String visibility) {
        wire.put(ana, path(asset), "{\"visibility\": \"%s\"}".formatted(visibility), 200);
    }

    private static String path(UUID asset) {
        return "/api/assets/" + asset;
    }

    private void assertSeen(Caller caller, UUID asset, boolean isSeen) {
        if (isSeen) {
            wire.get(caller, path(asset));
        } else {
            assertThat(wire.refusal(caller, GET, path(asset), null))
                    .isEqualTo("Not found or no asset.read access");
        }
    }

    @Test
    void aLockedOneIsKeptWholeUntilThePinIsGiven() {
        show(still, "locked");
        for (var path : List.of("", "/original", "/thumbnail", "/video/playback")) {
            wire.call(ana, GET, path(film) + path, null, 401);
        }
        wire.put(ana, path(film), "{\"isFavorite\": true}", 401);
        var found = wire.post(ana, "/api/search/metadata", "{}", 200);
        assertThat(found.path("assets").path("items")).isEmpty();
        assertSeen(bo, film, false);
        assertSeen(viewer, film, false);

        jdbc.sql("update session set pin_expires_at = now() + interval '1 hour' where user_id = ?")
                .param(ana.userId())
                .update();
        assertSeen(ana, film, true);
        show(still, "timeline");
        assertSeen(bo, film, true);
    }

    /** Or it would be seen through another still. */
    @Test
    void theFilmOfALockedOneIsGivenToNoOther() {
        show(still, "locked");
        var other = given.asset(ana, Map.of());
        wire.put(ana, path(other), "{\"livePhotoVideoId\": \"%s\"}".formatted(film), 401);
        assertSeen(bo, film, false);
    }

    @Test
    void anArchivedOneStaysInItsAlbumAndIsNotThePartners() {
        assertSeen(bo, film, true);
        show(still, "archive");
        for (var half : List.of(still, film)) {
            assertSeen(ana, half, true);
            assertSeen(viewer, half, true);
            assertSeen(bo, half, false);
        }
    }

    @Test
    void aTrashedOneIsItsOwnersAlone() {
        wire.call(ana, DELETE, "/api/assets", ids(still), 204);
        for (var half : List.of(still, film)) {
            assertSeen(ana, half, true);
            assertSeen(viewer, half, false);
            assertSeen(bo, half, false);
        }
        wire.post(ana, "/api/trash/restore/assets", ids(still), 200);
        for (var caller : List.of(viewer, bo)) {
            assertSeen(caller, film, true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive", "locked"})
    void aFilmIsSeenWhileOneOfItsStillsIs(String visibility) {
        var other = given.asset(ana, Map.of("live_photo_video_id", film.toString()));
        show(still, visibility);
        assertSeen(bo, film, true);
        wire.call(
                ana,
                DELETE,
                "/api/assets",
                "{\"ids\": [\"%s\"], \"force\": true}".formatted(other),
                204);
        assertSeen(bo, film, false);
    }

    @Test
    void aFilmWhoseStillIsLockedGoesIntoNoAlbum() {
        show(still, "locked");
        var album = wire.post(ana, "/api/albums", "{\"albumName\": \"Rome\"}", 201);
        assertThat(
                        each(
                                wire.put(
                                        ana,
                                        "/api/albums/" + Wire.id(album) + "/assets",
                                        ids(film),
                                        200),
                                "error"))
                .containsExactly("no_permission");
    }
}
