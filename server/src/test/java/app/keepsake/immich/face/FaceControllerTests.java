package app.keepsake.immich.face;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FaceControllerTests extends HouseholdTest {

    @Test
    void facesAreSeenWithWhoTheyAreByTheOwnerAlone() {
        var asset = given.asset(ana, Map.of());
        var person = UUID.randomUUID();
        jdbc.sql(
                        "insert into person (id, owner_id, name, birth_date) values (?, ?, 'Marie', '1867-11-07')")
                .params(person, ana.userId())
                .update();
        face(asset, person, 10, null);
        face(asset, null, 300, null);
        face(asset, null, 500, "2024-01-01T00:00:00Z");

        var answer =
                http.get()
                        .uri("/api/faces?id=" + asset)
                        .header("Authorization", users.bearer(ana))
                        .exchange();
        assertThat(answer).hasStatusOk();
        assertThat(answer).bodyJson().extractingPath("$.length()").isEqualTo(2);
        assertThat(answer)
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        [{"imageWidth": 1440, "imageHeight": 960, "boundingBoxX1": 10,
                          "boundingBoxY1": 20, "boundingBoxX2": 110, "boundingBoxY2": 120,
                          "sourceType": "machine-learning",
                          "person": {"id": "%s", "name": "Marie", "birthDate": "1867-11-07",
                            "thumbnailPath": "", "isHidden": false, "isFavorite": false}},
                         {"boundingBoxX1": 300, "person": null}]
                        """
                                .formatted(person));

        var foreign =
                http.get()
                        .uri("/api/faces?id=" + asset)
                        .header("Authorization", users.bearer(bo))
                        .exchange();
        assertThat(foreign).hasStatus(400);
        assertThat(foreign)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Not found or no asset.read access");
    }

    /** Who may look at a photo is not told who is on it. */
    @Test
    void partnersAndMembersOfAnAlbumSeeThePhotoWithoutFaces() {
        var viewer = users.user();
        var asset = given.asset(ana, Map.of());
        var person = UUID.randomUUID();
        jdbc.sql("insert into person (id, owner_id, name) values (?, ?, 'Marie')")
                .params(person, ana.userId())
                .update();
        face(asset, person, 10, null);
        users.partner(ana, bo);
        users.album(ana, viewer, asset);
        for (var other : List.of(bo, viewer)) {
            wire.get(other, "/api/assets/" + asset);
            assertThat(wire.get(other, "/api/faces?id=" + asset)).isEmpty();
        }
        assertThat(wire.get(ana, "/api/faces?id=" + asset)).hasSize(1);
    }

    @Test
    void theFacesOfALockedAssetAreKept() {
        var asset = given.asset(ana, Map.of("visibility", "locked"));
        face(asset, null, 10, null);
        assertThat(
                        http.get()
                                .uri("/api/faces?id=" + asset)
                                .header("Authorization", users.bearer(ana)))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Elevated permission is required\"}");
    }

    private void face(
            UUID asset,
            @org.jspecify.annotations.Nullable UUID person,
            int left,
            @org.jspecify.annotations.Nullable String deletedAt) {
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2,
                            deleted_at)
                        values (:asset, :person::uuid, 1440, 960, :left, 20, :left + 100, 120,
                            :deletedAt::timestamptz)
                        """)
                .param("asset", asset)
                .param("person", person)
                .param("left", left)
                .param("deletedAt", deletedAt)
                .update();
    }
}
