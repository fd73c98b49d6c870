package app.keepsake.immich.tag;

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

import app.keepsake.asset.AssetsUpdated;
import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import tools.jackson.databind.JsonNode;

@RecordApplicationEvents
class TagControllerTests extends HouseholdTest {

    @Autowired ApplicationEvents events;

    private JsonNode upsert(String... values) {
        return wire.put(
                ana,
                "/api/tags",
                "{\"tags\": [\"%s\"]}".formatted(String.join("\", \"", values)),
                200);
    }

    private List<String> values() {
        return each(wire.get(ana, "/api/tags"), "value");
    }

    @Test
    void aPathMakesWhatIsAboveIt() {
        var answer = upsert("Holidays/Rome", " Holidays / Rome ", "Family");
        assertThat(each(answer, "value")).containsExactly("Family", "Holidays/Rome");
        assertThat(each(answer, "name")).containsExactly("Family", "Rome");
        assertThat(values()).containsExactly("Family", "Holidays", "Holidays/Rome");
        var holidays = wire.get(ana, "/api/tags").get(1);
        assertThat(answer.get(1).get("parentId").asString()).isEqualTo(id(holidays).toString());
        assertThat(holidays.has("parentId")).isFalse();
        assertThat(upsert("Holidays/Rome").get(0)).isEqualTo(answer.get(1));
    }

    @Test
    void aTagIsMadeOnceBelowItsParent() {
        var holidays =
                wire.post(ana, "/api/tags", "{\"name\": \"Holidays\", \"color\": \"f80\"}", 201);
        assertThat(holidays.get("color").asString()).isEqualTo("#f80");
        var body =
                "{\"name\": \"Rome\", \"color\": null, \"parentId\": \"%s\"}"
                        .formatted(id(holidays));
        var rome = wire.post(ana, "/api/tags", body, 201);
        assertThat(rome.get("value").asString()).isEqualTo("Holidays/Rome");
        assertThat(rome.has("color")).isFalse();
        assertThat(wire.get(ana, "/api/tags/" + id(rome))).isEqualTo(rome);
        assertThat(wire.refusal(ana, POST, "/api/tags", body))
                .isEqualTo("A tag with that name already exists");
    }

    @Test
    void whatIsNoTagIsRefused() {
        for (var name : List.of("", "  ", "a/b", "x".repeat(501))) {
            wire.call(
                    ana,
                    POST,
                    "/api/tags",
                    "{\"name\": \"%s\", \"color\": null}".formatted(name),
                    400);
        }
        wire.call(ana, POST, "/api/tags", "{\"name\": \"a\", \"color\": \"red\"}", 400);
        wire.call(ana, PUT, "/api/tags", "{\"tags\": [\"fine\", \" / \"]}", 400);
        wire.call(ana, PUT, "/api/tags", "{\"tags\": [\"%s\"]}".formatted("é".repeat(501)), 400);
        assertThat(values()).isEmpty();
        // The longest that there may be, of characters that take most room.
        upsert("😀".repeat(250));
        assertThat(values()).hasSize(1);
    }

    @Test
    void aNewNameMovesWhatIsBelow() {
        upsert("Holidays/Rome/Forum", "Holidays%/Other", "Trips");
        var holidays = id(upsert("Holidays").get(0));
        var path = "/api/tags/" + holidays;
        assertThat(wire.refusal(ana, PUT, path, "{\"name\": \"Trips\"}"))
                .isEqualTo("A tag with that name already exists");
        wire.call(ana, PATCH, path, "{\"name\": \"Travel\"}", 200);
        assertThat(values())
                .containsExactly(
                        "Holidays%",
                        "Holidays%/Other", "Travel", "Travel/Rome", "Travel/Rome/Forum", "Trips");
        var rome = id(upsert("Travel/Rome").get(0));
        assertThat(
                        wire.put(ana, "/api/tags/" + rome, "{\"name\": \"Roma\"}", 200)
                                .get("value")
                                .asString())
                .isEqualTo("Travel/Roma");
        wire.put(ana, "/api/tags/" + rome, "{\"name\": \"a/b\"}", 400);
        wire.put(ana, "/api/tags/" + rome, "{\"name\": \"%s\"}".formatted("x".repeat(201)), 400);
    }

    @Test
    void aNewNameLeavesRoomForWhatIsBelow() {
        upsert("a/" + "x".repeat(400));
        var path = "/api/tags/" + id(upsert("a").get(0));
        assertThat(wire.refusal(ana, PUT, path, "{\"name\": \"%s\"}".formatted("y".repeat(100))))
                .isEqualTo("A tag below it would get too long");
        wire.put(ana, path, "{\"name\": \"%s\"}".formatted("y".repeat(99)), 200);
        assertThat(values())
                .containsExactly("y".repeat(99), "y".repeat(99) + "/" + "x".repeat(400));
    }

    @Test
    void aColourIsKeptUntilItIsTakenAway() {
        var path = "/api/tags/" + id(upsert("Family").get(0));
        wire.put(ana, path, "{\"color\": \"#00ff00\"}", 200);
        assertThat(wire.put(ana, path, "{\"name\": \"Kin\"}", 200).get("color").asString())
                .isEqualTo("#00ff00");
        assertThat(wire.put(ana, path, "{\"color\": null}", 200).has("color")).isFalse();
        wire.put(ana, path, "{\"color\": \"green\"}", 400);
    }

    @Test
    void deletingTakesWhatIsBelowAndKeepsTheAssets() {
        var photo = given.asset(ana, Map.of());
        var rome = id(upsert("Holidays/Rome").get(0));
        wire.put(ana, "/api/tags/" + rome + "/assets", ids(photo), 200);
        wire.delete(ana, "/api/tags/" + id(upsert("Holidays").get(0)), 204);
        assertThat(values()).isEmpty();
        assertThat(wire.get(ana, "/api/assets/" + photo).get("tags")).isEmpty();
    }

    @Test
    void eachAssetIsAnsweredForItself() {
        var photo = given.asset(ana, Map.of());
        var other = given.asset(ana, Map.of());
        var path = "/api/tags/" + id(upsert("Holidays/Rome").get(0)) + "/assets";
        var body = ids(photo, photo, given.asset(bo, Map.of()));
        assertThat(each(wire.put(ana, path, body, 200), "error"))
                .containsExactly("", "duplicate", "no_permission");
        assertThat(each(wire.put(ana, path, body, 200), "error"))
                .containsExactly("duplicate", "duplicate", "no_permission");
        var tags = wire.get(ana, "/api/assets/" + photo).get("tags");
        assertThat(each(tags, "value")).containsExactly("Holidays/Rome");
        assertThat(each(wire.call(ana, DELETE, path, ids(photo, other), 200), "error"))
                .containsExactly("", "not_found");
        assertThat(wire.get(ana, "/api/assets/" + photo).get("tags")).isEmpty();
    }

    @Test
    void severalTagsGoOnSeveralAssets() {
        var photos = List.of(given.asset(ana, Map.of()), given.asset(ana, Map.of()));
        var tags = upsert("a", "b");
        var body =
                "{\"tagIds\": %s, \"assetIds\": %s}"
                        .formatted(list(List.of(id(tags.get(0)), id(tags.get(1)))), list(photos));
        assertThat(wire.put(ana, "/api/tags/assets", body, 200).get("count").asInt()).isEqualTo(4);
        assertThat(wire.put(ana, "/api/tags/assets", body, 200).get("count").asInt()).isZero();
    }

    @Test
    void itsOwnerIsToldOnceOfTheAssetsWhoseTagsChange() {
        var photo = given.asset(ana, Map.of());
        var other = given.asset(ana, Map.of());
        var path = "/api/tags/" + id(upsert("Family").get(0)) + "/assets";
        wire.put(ana, path, ids(photo), 200);
        wire.put(ana, path, ids(photo), 200);
        var told = new AssetsUpdated(ana.userId(), List.of(photo));
        assertThat(events.stream(AssetsUpdated.class)).containsExactly(told);
        wire.put(ana, path, ids(photo, other), 200);
        wire.call(ana, DELETE, path, ids(photo, other), 200);
        assertThat(events.stream(AssetsUpdated.class).skip(1))
                .satisfiesExactly(
                        added -> assertThat(added.assetIds()).containsExactly(other),
                        removed ->
                                assertThat(removed.assetIds())
                                        .containsExactlyInAnyOrder(photo, other));
    }

    @Test
    void lockedAssetsAreTaggedWithThePinAlone() {
        var photo = given.asset(ana, Map.of("visibility", "locked"));
        var path = "/api/tags/" + id(upsert("Secret").get(0)) + "/assets";
        assertThat(each(wire.put(ana, path, ids(photo), 200), "error"))
                .containsExactly("no_permission");
        jdbc.sql("update session set pin_expires_at = now() + interval '1 hour' where user_id = ?")
                .param(ana.userId())
                .update();
        assertThat(each(wire.put(ana, path, ids(photo), 200), "success")).containsExactly("true");
        assertThat(each(wire.call(ana, DELETE, path, ids(photo), 200), "success"))
                .containsExactly("true");
        // That no PIN is good for: what is locked is in no album.
        var album = wire.post(ana, "/api/albums", "{\"albumName\": \"Rome\"}", 201);
        assertThat(
                        each(
                                wire.put(
                                        ana,
                                        "/api/albums/" + id(album) + "/assets",
                                        ids(photo),
                                        200),
                                "error"))
                .containsExactly("no_permission");
    }

    @Test
    void aTagMadeBelowOneThatIsRenamedMovesAlong() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 30; round++) {
                var parent = id(upsert("Parent " + round).get(0));
                var name = "Renamed " + round;
                var child =
                        "{\"name\": \"Rome\", \"color\": null, \"parentId\": \"%s\"}"
                                .formatted(parent);
                for (var done :
                        threads.invokeAll(
                                List.of(
                                        () ->
                                                wire.put(
                                                        ana,
                                                        "/api/tags/" + parent,
                                                        "{\"name\": \"%s\"}".formatted(name),
                                                        200),
                                        () -> wire.post(ana, "/api/tags", child, 201)))) {
                    done.get();
                }
                assertThat(values()).contains(name, name + "/Rome");
            }
        }
    }

    @Test
    void nobodyElseSeesOrUsesATag() {
        var photo = given.asset(bo, Map.of());
        var tag = id(upsert("Family").get(0));
        var path = "/api/tags/" + tag;
        assertThat(wire.get(bo, "/api/tags")).isEmpty();
        assertThat(wire.refusal(bo, GET, path, null)).isEqualTo("Not found or no tag.read access");
        wire.put(bo, path, "{\"name\": \"x\"}", 400);
        wire.delete(bo, path, 400);
        wire.put(bo, path + "/assets", ids(photo), 400);
        wire.put(
                bo,
                "/api/tags/assets",
                "{\"tagIds\": [\"%s\"], \"assetIds\": [\"%s\"]}".formatted(tag, photo),
                400);
        wire.post(
                bo,
                "/api/tags",
                "{\"name\": \"x\", \"color\": null, \"parentId\": \"%s\"}".formatted(tag),
                400);
        assertThat(values()).containsExactly("Family");
    }

    @Test
    void othersDoNotSeeTheTagsOnAnAssetThatIsShared() {
        var photo = given.asset(ana, Map.of());
        wire.put(ana, "/api/tags/" + id(upsert("Secret").get(0)) + "/assets", ids(photo), 200);
        users.partner(ana, bo);
        assertThat(wire.get(bo, "/api/assets/" + photo).get("tags")).isEmpty();
        assertThat(each(wire.get(ana, "/api/assets/" + photo).get("tags"), "name"))
                .containsExactly("Secret");
    }
}
