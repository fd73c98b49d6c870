package app.keepsake.immich.session;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
@RecordApplicationEvents
class SessionTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired JsonMapper json;

    private static MockMvcRequestBuilder as(String token, MockMvcRequestBuilder request) {
        return request.header("Authorization", "Bearer " + token);
    }

    private static MockMvcRequestBuilder body(MockMvcRequestBuilder request, String body) {
        return request.contentType(MediaType.APPLICATION_JSON).content(body);
    }

    private MockMvcRequestBuilder me(String token) {
        return http.get().uri("/api/users/me?sessionKey=" + token);
    }

    private JsonNode create(String token, String body) throws Exception {
        var created = as(token, body(http.post().uri("/api/sessions"), body)).exchange();
        assertThat(created).hasStatus(201);
        return json.readTree(created.getResponse().getContentAsString());
    }

    @Test
    void listsTheLivingSessionsOfTheUserTheLatestUsedFirst() {
        var ana = given.user();
        var here = given.token(ana);
        var there = given.token(ana);
        jdbc.sql(
                        """
                        update session set device_type = 'Pixel 9', device_os = 'Android',
                            app_version = '3.2.2', updated_at = '2026-01-02T03:04:05Z',
                            created_at = '2026-01-01T00:00:00Z', expires_at = '2100-01-01T00:00:00Z'
                        where id = ?
                        """)
                .param(given.sessionId(there))
                .update();
        jdbc.sql("update session set updated_at = now() - interval '1 minute' where id = ?")
                .param(given.sessionId(there))
                .update();
        dead(given.token(ana), "updated_at = now() - interval '91 days'");
        dead(given.token(ana), "expires_at = now() - interval '1 second'");
        given.token(given.user());

        var list = as(here, http.get().uri("/api/sessions")).exchange();
        assertThat(list).hasStatusOk();
        assertThat(list)
                .bodyJson()
                .extractingPath("$[*].id")
                .asArray()
                .containsExactly(
                        given.sessionId(here).toString(), given.sessionId(there).toString());
        assertThat(list)
                .bodyJson()
                .extractingPath("$[*].current")
                .asArray()
                .containsExactly(true, false);
        assertThat(list)
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        [{"deviceType": "", "deviceOS": "", "appVersion": null},
                         {"deviceType": "Pixel 9", "deviceOS": "Android", "appVersion": "3.2.2",
                          "createdAt": "2026-01-01T00:00:00.000Z",
                          "expiresAt": "2100-01-01T00:00:00.000Z", "isPendingSyncReset": false}]
                        """)
                .doesNotHavePath("$[0].expiresAt");
    }

    private void dead(String token, String how) {
        jdbc.sql("update session set " + how + " where id = ?")
                .param(given.sessionId(token))
                .update();
    }

    @Test
    void marksNoSessionAsTheCurrentOneOfAnApiKey() {
        var ana = given.user();
        given.token(ana);
        assertThat(
                        http.get()
                                .uri("/api/sessions")
                                .header("x-api-key", given.apiKey(ana, Permission.SESSION_READ)))
                .bodyJson()
                .extractingPath("$[*].current")
                .asArray()
                .containsExactly(false);
    }

    @Test
    void makesAChildSessionForATelevision() throws Exception {
        var ana = given.user();
        var phone = given.token(ana);
        var before = Instant.now();
        var child =
                create(
                        phone,
                        """
                        {"deviceType": "Chromecast", "deviceOS": "Cast", "duration": 3600}
                        """);
        assertThat(child.path("deviceType").asString()).isEqualTo("Chromecast");
        assertThat(child.path("deviceOS").asString()).isEqualTo("Cast");
        assertThat(child.path("current").asBoolean()).isFalse();
        assertThat(Instant.parse(child.path("expiresAt").asString()))
                .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3601));
        var token = child.path("token").asString();
        assertThat(me(token))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.id")
                .isEqualTo(ana.userId().toString());
        assertThat(as(phone, http.post().uri("/api/auth/logout"))).hasStatusOk();
        assertThat(me(token)).hasStatus(401);
    }

    @Test
    void endsAChildSessionInTime() throws Exception {
        var phone = given.token(given.user());
        var token = create(phone, "{\"duration\": 1}").path("token").asString();
        dead(token, "expires_at = now()");
        assertThat(me(token))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Invalid user token\"}");
        assertThat(me(phone)).hasStatusOk();
    }

    @Test
    void letsNoChildOutliveItsParent() throws Exception {
        var phone = given.token(given.user());
        var child = create(phone, "{\"duration\": 60}");
        for (var body : List.of("{}", "{\"duration\": 3600}", "{\"duration\": 9007199254740991}")) {
            assertThat(
                            Duration.between(
                                    Instant.parse(child.path("expiresAt").asString()),
                                    Instant.parse(
                                            create(child.path("token").asString(), body)
                                                    .path("expiresAt")
                                                    .asString())))
                    .isLessThan(Duration.ofSeconds(1));
        }
        assertThat(create(phone, "{\"duration\": 9007199254740991}").has("expiresAt")).isFalse();
        assertThat(create(phone, "{}").has("expiresAt")).isFalse();
    }

    @Test
    void refusesADurationThatIsNone() {
        var phone = given.token(given.user());
        for (var duration : List.of("0", "-1", "\"long\"", "9007199254740992")) {
            assertThat(
                            as(
                                    phone,
                                    body(
                                            http.post().uri("/api/sessions"),
                                            "{\"duration\": %s}".formatted(duration))))
                    .hasStatus(400);
        }
    }

    @Test
    void makesNoSessionForAnApiKey() {
        var ana = given.user();
        assertThat(
                        body(http.post().uri("/api/sessions"), "{}")
                                .header("x-api-key", given.apiKey(ana, Permission.ALL)))
                .hasStatus(400);
        assertThat(given.sessionsOf(ana)).isZero();
    }

    @Test
    void endsOneSessionAndItsChildren(ApplicationEvents events) {
        var ana = given.user();
        var here = given.token(ana);
        var lost = given.token(ana);
        var child = given.childToken(lost);
        var ids = List.of(given.sessionId(lost), given.sessionId(child));
        assertThat(as(here, http.delete().uri("/api/sessions/" + ids.getFirst()))).hasStatus(204);
        assertThat(me(lost)).hasStatus(401);
        assertThat(me(child)).hasStatus(401);
        assertThat(me(here)).hasStatusOk();
        assertThat(events.stream(SessionClosed.class))
                .extracting(SessionClosed::sessionId)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(as(here, http.delete().uri("/api/sessions/" + ids.getFirst()))).hasStatus(400);
    }

    @Test
    void endsAllSessionsButTheCallers(ApplicationEvents events) {
        var ana = given.user();
        var here = given.token(ana);
        var lost = given.token(ana);
        var child = given.childToken(lost);
        var bobs = given.token(given.user());
        assertThat(as(here, http.delete().uri("/api/sessions"))).hasStatus(204);
        assertThat(me(here)).hasStatusOk();
        assertThat(me(bobs)).hasStatusOk();
        assertThat(me(lost)).hasStatus(401);
        assertThat(me(child)).hasStatus(401);
        assertThat(events.stream(SessionClosed.class)).hasSize(2);
    }

    @Test
    void touchesNoSessionOfAnotherUser(ApplicationEvents events) {
        var anas = given.token(given.user());
        var uri = "/api/sessions/" + given.sessionId(anas);
        var bob = given.token(given.user());
        assertThat(as(bob, http.delete().uri(uri)))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Not found or no session.delete access\"}");
        assertThat(as(bob, body(http.put().uri(uri), "{\"isPendingSyncReset\": true}")))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Not found or no session.update access\"}");
        assertThat(me(anas)).hasStatusOk();
        assertThat(isPendingSyncReset(given.sessionId(anas))).isFalse();
        assertThat(events.stream(SessionClosed.class)).isEmpty();
    }

    @Test
    void marksASessionForAFreshSyncByPutAndByPatch() {
        var ana = given.user();
        var here = given.token(ana);
        var there = given.sessionId(given.token(ana));
        var uri = "/api/sessions/" + there;
        assertThat(as(here, body(http.put().uri(uri), "{\"isPendingSyncReset\": true}")))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"id\": \"%s\", \"isPendingSyncReset\": true}".formatted(there));
        assertThat(isPendingSyncReset(there)).isTrue();
        assertThat(as(here, body(http.patch().uri(uri), "{\"isPendingSyncReset\": false}")))
                .hasStatusOk();
        assertThat(isPendingSyncReset(there)).isFalse();
        assertThat(as(here, body(http.put().uri(uri), "{}"))).hasStatus(400);
    }

    private boolean isPendingSyncReset(UUID id) {
        return jdbc.sql("select is_pending_sync_reset from session where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }
}
