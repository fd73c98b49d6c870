package app.keepsake.immich.partner;

import static app.keepsake.support.Wire.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import app.keepsake.auth.Caller;
import app.keepsake.support.HouseholdTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PartnerControllerTests extends HouseholdTest {

    private static String with(UUID userId) {
        return "{\"sharedWithId\": \"%s\"}".formatted(userId);
    }

    private JsonNode partners(Caller caller, String direction) {
        return wire.get(caller, "/api/partners?direction=" + direction);
    }

    @Test
    void eachSideSeesTheOtherOne() {
        var made = wire.post(ana, "/api/partners", with(bo.userId()), 201);
        assertThat(made.get("id").asString()).isEqualTo(bo.userId().toString());
        assertThat(each(partners(ana, "shared-by"), "id")).containsExactly(bo.userId().toString());
        assertThat(each(partners(bo, "shared-with"), "id"))
                .containsExactly(ana.userId().toString());
        assertThat(partners(ana, "shared-with")).isEmpty();
        assertThat(partners(bo, "shared-by")).isEmpty();
    }

    @Test
    void onlyWhoIsSharedWithPutsItIntoTheTimeline() {
        wire.post(ana, "/api/partners/" + bo.userId(), "", 201);
        var inTimeline = "{\"inTimeline\": true}";
        assertThat(wire.refusal(ana, PUT, "/api/partners/" + bo.userId(), inTimeline))
                .isEqualTo("Not found or no partner.update access");
        var answer = wire.put(bo, "/api/partners/" + ana.userId(), inTimeline, 200);
        assertThat(answer.get("inTimeline").asBoolean()).isTrue();
        assertThat(each(partners(bo, "shared-with"), "inTimeline")).containsExactly("true");
    }

    @Test
    void onlyWhoSharesEndsIt() {
        var photo = given.asset(ana, Map.of());
        wire.post(ana, "/api/partners", with(bo.userId()), 201);
        wire.get(bo, "/api/assets/" + photo);
        assertThat(wire.refusal(bo, DELETE, "/api/partners/" + ana.userId(), null))
                .isEqualTo("Partner not found");
        wire.delete(ana, "/api/partners/" + bo.userId(), 204);
        assertThat(partners(bo, "shared-with")).isEmpty();
        wire.call(bo, GET, "/api/assets/" + photo, null, 400);
    }

    @Test
    void whatMakesNoPairIsRefused() {
        wire.post(ana, "/api/partners", with(bo.userId()), 201);
        assertThat(wire.refusal(ana, POST, "/api/partners", with(bo.userId())))
                .isEqualTo("Partner already exists");
        assertThat(wire.refusal(ana, POST, "/api/partners", with(ana.userId())))
                .isEqualTo("Cannot be one's own partner");
        assertThat(wire.refusal(ana, POST, "/api/partners", with(UUID.randomUUID())))
                .isEqualTo("User not found");
        wire.call(ana, GET, "/api/partners?direction=both", null, 400);
        wire.call(ana, GET, "/api/partners", null, 400);
    }

    @Test
    void whoseAccountIsDeletedIsNobodysPartner() {
        wire.post(ana, "/api/partners", with(bo.userId()), 201);
        jdbc.sql("update \"user\" set deleted_at = now() where id = ?").param(bo.userId()).update();
        assertThat(partners(ana, "shared-by")).isEmpty();
    }
}
