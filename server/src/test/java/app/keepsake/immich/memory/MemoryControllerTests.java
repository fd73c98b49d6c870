package app.keepsake.immich.memory;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.id;
import static app.keepsake.support.Wire.ids;
import static app.keepsake.support.Wire.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.PUT;

import app.keepsake.support.HouseholdTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MemoryControllerTests extends HouseholdTest {

    UUID photo;

    @BeforeEach
    void photo() {
        photo = given.asset(ana, Map.of());
    }

    private JsonNode make(String more, UUID... assets) {
        return wire.post(
                ana,
                "/api/memories",
                """
                {"type": "on_this_day", "data": {"year": 2020},
                 "memoryAt": "2020-05-06T00:00:00.000Z"%s, "assetIds": %s}
                """
                        .formatted(more, list(List.of(assets))),
                201);
    }

    private List<String> listed(String query) {
        return each(wire.get(ana, "/api/memories?" + query), "id");
    }

    @Test
    void aMemoryHoldsOnlyWhatOnesOwnTimelineShows() {
        users.partner(bo, ana);
        var memory =
                make(
                        "",
                        photo,
                        given.asset(ana, Map.of("visibility", "archive")),
                        given.asset(
                                ana,
                                Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed")),
                        given.asset(bo, Map.of()));
        assertThat(each(memory.get("assets"), "id")).containsExactly(photo.toString());
        assertThat(memory.get("data").get("year").asInt()).isEqualTo(2020);
        assertThat(memory.get("isSaved").asBoolean()).isFalse();
        assertThat(wire.get(ana, "/api/memories/" + id(memory))).isEqualTo(memory);
    }

    @Test
    void oneThatShowsNothingIsNotListed() {
        var memory = id(make("", photo)).toString();
        assertThat(listed("")).containsExactly(memory);
        assertThat(total("")).isEqualTo(1);
        jdbc.sql("update asset set visibility = 'archive' where id = ?").param(photo).update();
        assertThat(listed("")).isEmpty();
        assertThat(total("")).isZero();
    }

    private int total(String query) {
        return wire.get(ana, "/api/memories/statistics?" + query).get("total").asInt();
    }

    @Test
    void aDayShowsItsOwnMemories() {
        var may6 =
                id(make(
                                ", \"showAt\": \"2024-05-06T00:00:00Z\", \"hideAt\": \"2024-05-06T23:59:59.999Z\"",
                                photo))
                        .toString();
        var future = id(make(", \"showAt\": \"9999-01-01T00:00:00Z\"", photo)).toString();
        var always = id(make(", \"isSaved\": true", photo)).toString();
        assertThat(listed("for=2024-05-06T12:00:00.000Z")).containsExactlyInAnyOrder(may6, always);
        assertThat(listed("for=2024-05-07T00:00:00.000Z")).containsExactly(always);
        assertThat(listed("for=2024-05-06")).containsExactlyInAnyOrder(may6, always);
        assertThat(listed("for=2024-05-07")).containsExactly(always);
        assertThat(listed("isSaved=true&type=on_this_day")).containsExactly(always);
        assertThat(listed("isUpcoming=true")).containsExactly(future);
        assertThat(listed("isUpcoming=false")).containsExactlyInAnyOrder(may6, always);
        assertThat(listed("id=" + future)).containsExactly(future);
        assertThat(listed("isTrashed=true")).isEmpty();
        assertThat(total("for=2024-05-06T12:00:00.000Z")).isEqualTo(2);
    }

    @Test
    void pagesGoByWhenThePhotosWereTaken() {
        var newer = id(make("", photo)).toString();
        var older = id(make("", photo)).toString();
        wire.put(ana, "/api/memories/" + older, "{\"memoryAt\": \"2010-05-06T00:00:00Z\"}", 200);
        assertThat(listed("")).containsExactly(newer, older);
        assertThat(listed("order=asc")).containsExactly(older, newer);
        assertThat(listed("order=random")).containsExactlyInAnyOrder(older, newer);
        assertThat(listed("size=1&page=2")).containsExactly(older);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for=today",
                "for=2024-02-30",
                "type=trip",
                "order=up",
                "size=0",
                "page=x",
                "isSaved=1",
                "page=99999999999"
            })
    void whatCannotBeAnsweredIsRefused(String query) {
        wire.call(ana, GET, "/api/memories?" + query, null, 400);
    }

    @Test
    void aMemoryIsSavedSeenAndDeleted() {
        var path = "/api/memories/" + id(make("", photo));
        var saved = wire.put(ana, path, "{\"isSaved\": true}", 200);
        assertThat(saved.get("isSaved").asBoolean()).isTrue();
        var seen = wire.call(ana, PATCH, path, "{\"seenAt\": \"2024-05-06T07:08:09.123Z\"}", 200);
        assertThat(seen.get("seenAt").asString()).isEqualTo("2024-05-06T07:08:09.123Z");
        assertThat(seen.get("isSaved").asBoolean()).isTrue();
        wire.delete(ana, path, 204);
        wire.call(ana, GET, path, null, 400);
        assertThat(users.assetsOf(ana)).containsExactly(photo);
    }

    @Test
    void eachAssetIsAnsweredForItself() {
        var other = given.asset(ana, Map.of());
        var archived = given.asset(ana, Map.of("visibility", "archive"));
        var path = "/api/memories/" + id(make("", photo)) + "/assets";
        var foreign = given.asset(users.user(), Map.of());
        assertThat(each(wire.put(ana, path, ids(photo, other, archived, foreign), 200), "error"))
                .containsExactly("duplicate", "", "no_permission", "no_permission");
        assertThat(each(wire.call(ana, DELETE, path, ids(other, archived), 200), "error"))
                .containsExactly("", "not_found");
    }

    @Test
    void nobodyElseTouchesAMemory() {
        var path = "/api/memories/" + id(make("", photo));
        assertThat(wire.refusal(bo, GET, path, null))
                .isEqualTo("Not found or no memory.read access");
        assertThat(wire.refusal(bo, PUT, path, "{\"isSaved\": true}"))
                .isEqualTo("Not found or no memory.update access");
        assertThat(wire.refusal(bo, DELETE, path, null))
                .isEqualTo("Not found or no memory.delete access");
        wire.put(bo, path + "/assets", ids(given.asset(bo, Map.of())), 400);
        wire.call(bo, DELETE, path + "/assets", ids(photo), 400);
        assertThat(wire.get(bo, "/api/memories")).isEmpty();
        assertThat(each(wire.get(ana, path).get("assets"), "id")).containsExactly(photo.toString());
    }
}
