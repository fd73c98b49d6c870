package app.keepsake.immich.stack;

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

import app.keepsake.stack.StacksChanged;
import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import tools.jackson.databind.JsonNode;

@RecordApplicationEvents
class StackControllerTests extends HouseholdTest {

    @Autowired ApplicationEvents events;
    UUID a;
    UUID b;
    UUID c;
    UUID d;

    @BeforeEach
    void fourPhotos() {
        a = given.asset(ana, Map.of());
        b = given.asset(ana, Map.of());
        c = given.asset(ana, Map.of());
        d = given.asset(ana, Map.of());
    }

    private JsonNode stack(UUID... assets) {
        return wire.post(ana, "/api/stacks", body(assets), 201);
    }

    private static String body(UUID... assets) {
        return "{\"assetIds\": " + list(List.of(assets)) + "}";
    }

    private static String primary(UUID asset) {
        return "{\"primaryAssetId\": \"" + asset + "\"}";
    }

    private static List<UUID> members(JsonNode stack) {
        return each(stack.get("assets"), "id").stream().map(UUID::fromString).toList();
    }

    private List<String> stacks() {
        return each(wire.get(ana, "/api/stacks"), "id");
    }

    @Test
    void theFirstAssetIsOnTop() {
        var stack = stack(b, a, c);
        assertThat(stack.get("primaryAssetId").asString()).isEqualTo(b.toString());
        assertThat(members(stack)).containsExactlyInAnyOrder(a, b, c).startsWith(b);
        assertThat(wire.get(ana, "/api/stacks/" + id(stack))).isEqualTo(stack);
        assertThat(each(wire.get(ana, "/api/stacks?primaryAssetId=" + b), "id"))
                .containsExactly(id(stack).toString());
        assertThat(wire.get(ana, "/api/stacks?primaryAssetId=" + a)).isEmpty();
    }

    @Test
    void anAssetTellsOfItsStack() {
        var archived = given.asset(ana, Map.of("visibility", "archive"));
        var stack = stack(b, a, archived, d);
        jdbc.sql("update asset set deleted_at = now(), status = 'trashed' where id = ?")
                .param(d)
                .update();
        assertThat(wire.get(ana, "/api/assets/" + a).get("stack").toString())
                .isEqualTo(
                        "{\"id\":\"%s\",\"primaryAssetId\":\"%s\",\"assetCount\":3}"
                                .formatted(id(stack), b));
        assertThat(wire.get(ana, "/api/assets/" + c).get("stack").isNull()).isTrue();
        users.partner(ana, bo);
        assertThat(wire.get(bo, "/api/assets/" + a).get("stack").get("assetCount").asInt())
                .isEqualTo(2);
        assertThat(members(wire.get(ana, "/api/stacks/" + id(stack))))
                .containsExactlyInAnyOrder(b, a, archived);
    }

    @Test
    void whatIsLockedLeadsAStackNoMoreWhileSomethingShows() {
        var stack = id(stack(a, b, c));
        var told = events.stream(StacksChanged.class).count();
        wire.put(ana, "/api/assets/" + a, "{\"visibility\": \"locked\"}", 200);
        var now = wire.get(ana, "/api/stacks/" + stack);
        assertThat(members(now)).containsExactlyInAnyOrder(b, c);
        assertThat(List.of(b, c)).contains(UUID.fromString(now.get("primaryAssetId").asString()));
        assertThat(events.stream(StacksChanged.class)).hasSize((int) told + 1);
    }

    /** As in Immich, where the whole stack is in the archive then. */
    @Test
    void whatIsArchivedLeadsItsStackOn() {
        var stack = stack(a, b);
        wire.put(ana, "/api/assets/" + a, "{\"visibility\": \"archive\"}", 200);
        assertThat(wire.get(ana, "/api/stacks/" + id(stack)).get("primaryAssetId").asString())
                .isEqualTo(a.toString());
        var month = "/api/timeline/bucket?timeBucket=2024-05-01&withStacked=true&visibility=";
        var archive = wire.get(ana, month + "archive");
        assertThat(archive.get("id").toString()).isEqualTo(list(List.of(a)));
        assertThat(archive.get("stack").toString())
                .isEqualTo("[[\"%s\",\"2\"]]".formatted(id(stack)));
        assertThat(wire.get(ana, month + "timeline").get("id").toString())
                .contains(c.toString())
                .doesNotContain(b.toString());
    }

    @Test
    void anAssetOfAStackBringsTheStackAlong() {
        stack(a, b);
        var merged = stack(c, b);
        assertThat(members(merged)).containsExactlyInAnyOrder(a, b, c).startsWith(c);
        assertThat(stacks()).containsExactly(id(merged).toString());
        var again = stack(c, d);
        assertThat(members(again)).containsExactlyInAnyOrder(a, b, c, d).startsWith(c);
        assertThat(stacks()).containsExactly(id(again).toString());
    }

    @Test
    void onlyTwoOrMoreOfOnesOwnMakeAStack() {
        wire.call(ana, POST, "/api/stacks", body(a), 400);
        assertThat(wire.refusal(ana, POST, "/api/stacks", body(a, a)))
                .isEqualTo("A stack needs at least two assets");
        assertThat(wire.refusal(ana, POST, "/api/stacks", body(a, given.asset(bo, Map.of()))))
                .isEqualTo("Not found or no asset.update access");
        assertThat(stacks()).isEmpty();
    }

    @Test
    void anotherMemberMayBePutOnTop() {
        var path = "/api/stacks/" + id(stack(a, b));
        assertThat(wire.put(ana, path, primary(b), 200).get("primaryAssetId").asString())
                .isEqualTo(b.toString());
        assertThat(members(wire.call(ana, PATCH, path, primary(a), 200))).startsWith(a);
        assertThat(wire.refusal(ana, PUT, path, primary(c)))
                .isEqualTo("Asset is not in this stack");
    }

    @Test
    void takingOutLeavesAStackOfTwoAndNoneOfOne() {
        var stack = id(stack(a, b, c));
        var path = "/api/stacks/" + stack;
        assertThat(wire.refusal(ana, DELETE, path + "/assets/" + a, null))
                .isEqualTo("Cannot remove primary asset from stack");
        assertThat(wire.refusal(ana, DELETE, path + "/assets/" + d, null))
                .isEqualTo("Asset is not in this stack");
        wire.delete(ana, path + "/assets/" + c, 204);
        assertThat(members(wire.get(ana, path))).containsExactly(a, b);
        wire.delete(ana, path + "/assets/" + b, 204);
        wire.call(ana, GET, path, null, 400);
        assertThat(stacks()).isEmpty();
    }

    @Test
    void dissolvingKeepsTheAssets() {
        wire.delete(ana, "/api/stacks/" + id(stack(a, b)), 204);
        var one = id(stack(a, b));
        var other = id(stack(c, d));
        wire.call(ana, DELETE, "/api/stacks", ids(one, other), 204);
        assertThat(stacks()).isEmpty();
        assertThat(users.assetsOf(ana)).containsExactlyInAnyOrder(a, b, c, d);
    }

    @Test
    void itsOwnerIsToldOfEachChange() {
        var stack = id(stack(a, b, c));
        wire.put(ana, "/api/stacks/" + stack, primary(b), 200);
        wire.delete(ana, "/api/stacks/" + stack + "/assets/" + c, 204);
        wire.delete(ana, "/api/stacks/" + stack, 204);
        wire.call(ana, POST, "/api/stacks", body(a, a), 400);
        assertThat(events.stream(StacksChanged.class))
                .hasSize(4)
                .containsOnly(new StacksChanged(ana.userId()));
    }

    @Test
    void nobodyElseTouchesAStack() {
        var stack = id(stack(a, b));
        var path = "/api/stacks/" + stack;
        assertThat(wire.refusal(bo, GET, path, null))
                .isEqualTo("Not found or no stack.read access");
        assertThat(wire.refusal(bo, PUT, path, primary(b)))
                .isEqualTo("Not found or no stack.update access");
        assertThat(wire.refusal(bo, DELETE, path + "/assets/" + b, null))
                .isEqualTo("Not found or no stack.update access");
        assertThat(wire.refusal(bo, DELETE, path, null))
                .isEqualTo("Not found or no stack.delete access");
        wire.call(bo, DELETE, "/api/stacks", ids(stack), 400);
        assertThat(stacks()).containsExactly(stack.toString());
    }
}
