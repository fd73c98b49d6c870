package app.keepsake.immich.album;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.id;
import static app.keepsake.support.Wire.list;

import app.keepsake.auth.Caller;
import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Albums of Ana and Bo. */
abstract class AlbumTest extends HouseholdTest {

    UUID album(Caller owner, UUID... assets) {
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

    void share(UUID album, Caller with, String role) {
        wire.put(
                ana,
                "/api/albums/" + album + "/users",
                """
                {"albumUsers": [{"userId": "%s", "role": "%s"}]}
                """
                        .formatted(with.userId(), role),
                200);
    }

    JsonNode get(Caller caller, UUID album) {
        return wire.get(caller, "/api/albums/" + album);
    }

    UUID photo(Caller owner) {
        return given.asset(owner, Map.of());
    }

    List<String> listed(Caller caller, String query) {
        return each(wire.get(caller, "/api/albums?" + query), "id");
    }
}
