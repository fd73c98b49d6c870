package app.keepsake.immich.face;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;

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

    @Test
    void aFaceThatIsDrawnIsKeptWithWhoseItIs() {
        var asset = given.asset(ana, Map.of());
        var person = person(ana);
        wire.post(ana, "/api/faces", drawn(asset, person, 30, 40), 201);
        var faces = wire.get(ana, "/api/faces?id=" + asset);
        assertThat(faces).hasSize(1);
        assertThat(faces.path(0).path("sourceType").asString()).isEqualTo("manual");
        assertThat(faces.path(0).path("boundingBoxX1").asInt()).isEqualTo(30);
        assertThat(faces.path(0).path("boundingBoxY2").asInt()).isEqualTo(140);
        assertThat(faces.path(0).path("person").path("id").asString()).isEqualTo(person.toString());
        // Who had no portrait gets this one.
        assertThat(
                        jdbc.sql("select face_asset_id is not null from person where id = ?")
                                .param(person)
                                .query(Boolean.class)
                                .single())
                .isTrue();
        wire.refusal(ana, HttpMethod.POST, "/api/faces", drawn(asset, person(bo), 30, 40));
        wire.refusal(bo, HttpMethod.POST, "/api/faces", drawn(asset, person(bo), 30, 40));
        wire.refusal(ana, HttpMethod.POST, "/api/faces", drawn(asset, person, 1440, 40));
        wire.refusal(ana, HttpMethod.POST, "/api/faces", drawn(asset, person, 30, -100));
        assertThat(wire.get(ana, "/api/faces?id=" + asset)).hasSize(1);
    }

    @Test
    void aFaceGoesOutOfSightOrForGoodAndToSomebodyElse() {
        var asset = given.asset(ana, Map.of());
        var marie = person(ana);
        face(asset, marie, 10, null);
        face(asset, marie, 300, null);
        var faces = wire.get(ana, "/api/faces?id=" + asset);
        var first = faces.path(0).path("id").asString();
        var second = faces.path(1).path("id").asString();
        var irene = person(ana);
        var answer =
                wire.put(ana, "/api/faces/" + irene, "{\"id\": \"%s\"}".formatted(second), 200);
        assertThat(answer.path("id").asString()).isEqualTo(irene.toString());
        wire.refusal(
                ana,
                HttpMethod.PUT,
                "/api/faces/" + person(bo),
                "{\"id\": \"%s\"}".formatted(second));
        wire.refusal(bo, HttpMethod.DELETE, "/api/faces/" + first, "{\"force\": true}");
        wire.call(ana, HttpMethod.DELETE, "/api/faces/" + first, "{\"force\": false}", 204);
        var left = wire.get(ana, "/api/faces?id=" + asset);
        assertThat(left).hasSize(1);
        assertThat(left.path(0).path("person").path("id").asString()).isEqualTo(irene.toString());
        wire.call(ana, HttpMethod.DELETE, "/api/faces/" + second, "{\"force\": true}", 204);
        assertThat(
                        jdbc.sql("select deleted_at is not null from asset_face where asset_id = ?")
                                .param(asset)
                                .query(Boolean.class)
                                .list())
                .containsExactly(true);
    }

    /** The face at 10..110, 20..120 of a preview of 1440 x 960, half of the original. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"action\": \"rotate\", \"parameters\": {\"angle\": 90}};"
                        + " 1680; 20; 1880; 220; 1920; 2880",
                "{\"action\": \"rotate\", \"parameters\": {\"angle\": 180}};"
                        + " 2660; 1680; 2860; 1880; 2880; 1920",
                "{\"action\": \"rotate\", \"parameters\": {\"angle\": 270}};"
                        + " 40; 2660; 240; 2860; 1920; 2880",
                "{\"action\": \"mirror\", \"parameters\": {\"axis\": \"horizontal\"}};"
                        + " 2660; 40; 2860; 240; 2880; 1920",
                "{\"action\": \"mirror\", \"parameters\": {\"axis\": \"vertical\"}};"
                        + " 20; 1680; 220; 1880; 2880; 1920",
                "{\"action\": \"crop\", \"parameters\":"
                        + " {\"x\": 10, \"y\": 20, \"width\": 400, \"height\": 300}};"
                        + " 10; 20; 210; 220; 400; 300",
                "{\"action\": \"crop\", \"parameters\":"
                        + " {\"x\": 10, \"y\": 20, \"width\": 400, \"height\": 300}},"
                        + "{\"action\": \"rotate\", \"parameters\": {\"angle\": 90}},"
                        + "{\"action\": \"mirror\", \"parameters\": {\"axis\": \"horizontal\"}};"
                        + " 20; 10; 220; 210; 300; 400"
            })
    void facesAreWhereEditsLeaveThemAndDrawnOnesReturnThere(
            String edits, int x1, int y1, int x2, int y2, int width, int height) {
        var asset = edited(edits);
        var shown = wire.get(ana, "/api/faces?id=" + asset).path(0);
        assertThat(box(shown)).containsExactly(x1, y1, x2, y2, width, height);
        var person = person(ana);
        wire.post(
                ana,
                "/api/faces",
                """
                {"assetId": "%s", "personId": "%s", "imageWidth": %d, "imageHeight": %d,
                 "x": %d, "y": %d, "width": %d, "height": %d}
                """
                        .formatted(asset, person, width, height, x1, y1, x2 - x1, y2 - y1),
                201);
        assertThat(wire.get(ana, "/api/faces?id=" + asset).findValuesAsString("boundingBoxX1"))
                .containsExactly(String.valueOf(x1), String.valueOf(x1));
        wire.call(ana, HttpMethod.DELETE, "/api/assets/%s/edits".formatted(asset), null, 204);
        for (var face : wire.get(ana, "/api/faces?id=" + asset)) {
            double scale = face.path("imageWidth").asInt() / 1440.0;
            assertThat(face.path("boundingBoxX1").asInt()).isEqualTo((int) (10 * scale));
            assertThat(face.path("boundingBoxY2").asInt()).isEqualTo((int) (120 * scale));
        }
    }

    @Test
    void aFaceThatIsCutAwayIsNotShownUntilItIsBack() {
        var asset =
                edited(
                        "{\"action\": \"crop\", \"parameters\":"
                                + " {\"x\": 1000, \"y\": 0, \"width\": 400, \"height\": 300}}");
        assertThat(wire.get(ana, "/api/faces?id=" + asset)).isEmpty();
        wire.call(ana, HttpMethod.DELETE, "/api/assets/%s/edits".formatted(asset), null, 204);
        assertThat(wire.get(ana, "/api/faces?id=" + asset)).hasSize(1);
    }

    private UUID edited(String edits) {
        var asset = given.asset(ana, Map.of("width", "2880", "height", "1920"));
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, exif_image_width, exif_image_height)
                        values (?, 2880, 1920)
                        """)
                .param(asset)
                .update();
        face(asset, null, 10, null);
        wire.put(
                ana,
                "/api/assets/%s/edits".formatted(asset),
                "{\"edits\": [%s]}".formatted(edits),
                200);
        return asset;
    }

    private static List<Integer> box(JsonNode face) {
        return Stream.of(
                        "boundingBoxX1",
                        "boundingBoxY1",
                        "boundingBoxX2",
                        "boundingBoxY2",
                        "imageWidth",
                        "imageHeight")
                .map(name -> face.path(name).asInt())
                .toList();
    }

    private static String drawn(UUID asset, UUID person, int x, int y) {
        return """
        {"assetId": "%s", "personId": "%s", "imageWidth": 1440, "imageHeight": 960,
         "x": %d, "y": %d, "width": 100, "height": 100}
        """
                .formatted(asset, person, x, y);
    }

    private UUID person(Caller owner) {
        return jdbc.sql("insert into person (owner_id, name) values (?, 'Marie') returning id")
                .param(owner.userId())
                .query(UUID.class)
                .single();
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
