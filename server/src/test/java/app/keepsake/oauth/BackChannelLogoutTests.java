package app.keepsake.oauth;

import static app.keepsake.support.Fixtures.email;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.json.JsonMapper;

/** Sessions that end because the provider says so. */
class BackChannelLogoutTests extends OAuthTest {

    @Test
    void endsTheSessionsThatTheProviderEnds() {
        givenAnAdministrator();
        var ana = given.user();
        var byPassword = given.cookie(ana);
        var subject = person(verified(email(ana)));
        var bens = cookie(logIn(person(verified(address()))), "immich_access_token");
        var other = cookie(logIn(subject), "immich_access_token");
        var login = logIn(subject);
        var token = cookie(login, "immich_access_token");
        var sid =
                jdbc.sql("select oauth_sid from session where token = sha256(?::bytea)")
                        .param(token.getValue())
                        .query(String.class)
                        .single();
        var otherEvent = Map.of("https://example.org/another-event", Map.of());
        assertThat(logoutBy(Map.of("sid", sid, "events", otherEvent))).hasStatus(400);
        assertThat(logoutBy(Map.of("sid", sid, "nonce", "of an ID token"))).hasStatus(400);
        assertThat(logoutBy(Map.of("sid", sid, "aud", "another-client"))).hasStatus(400);
        assertThat(http.get().uri("/api/users/me").cookie(token)).hasStatusOk();
        assertThat(logoutBy(Map.of("sid", sid))).hasStatusOk();
        assertThat(http.get().uri("/api/users/me").cookie(token)).hasStatus(401);
        assertThat(http.get().uri("/api/users/me").cookie(other)).hasStatusOk();
        assertThat(logoutBy(Map.of("sub", subject))).hasStatusOk();
        assertThat(http.get().uri("/api/users/me").cookie(other)).hasStatus(401);
        assertThat(http.get().uri("/api/users/me").cookie(byPassword)).hasStatusOk();
        assertThat(http.get().uri("/api/users/me").cookie(bens)).hasStatusOk();
    }

    @Test
    void endsNothingForWhoKnowsOnlyHowAProviderWouldAsk() {
        givenAnAdministrator();
        var subject = person(verified(address()));
        var token = cookie(logIn(subject), "immich_access_token");
        var logout = logoutClaims(Map.of("sub", subject));
        assertThat(logout(PROVIDER.sign(logout, "logout+jwt", "stranger"))).hasStatus(400);
        assertThat(logout(unsigned(logout))).hasStatus(400);
        assertThat(http.get().uri("/api/users/me").cookie(token)).hasStatusOk();
    }

    private static String unsigned(Map<String, Object> claims) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var head = Map.of("alg", "none", "typ", "logout+jwt");
        return encoder.encodeToString(JsonMapper.shared().writeValueAsBytes(head))
                + "."
                + encoder.encodeToString(JsonMapper.shared().writeValueAsBytes(claims))
                + ".";
    }

    private MvcTestResult logoutBy(Map<String, Object> claims) {
        return logout(PROVIDER.sign(logoutClaims(claims), "logout+jwt", "provider"));
    }

    private static Map<String, Object> logoutClaims(Map<String, Object> claims) {
        var all = new HashMap<String, Object>();
        all.put("iss", PROVIDER.issuer());
        all.put("aud", "keepsake");
        all.put("iat", Instant.now().getEpochSecond());
        all.put("exp", Instant.now().getEpochSecond() + 120);
        all.put("jti", UUID.randomUUID().toString());
        all.put("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
        all.putAll(claims);
        return all;
    }

    private MvcTestResult logout(String token) {
        return http.post()
                .uri("/api/oauth/backchannel-logout")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .param("logout_token", token)
                .exchange();
    }
}
