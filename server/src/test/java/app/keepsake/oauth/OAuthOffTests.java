package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import jakarta.servlet.http.Cookie;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

/** A server that was told of no provider. */
@ServerTest
class OAuthOffTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;

    @Test
    void refusesWhateverNeedsAProvider() {
        var ana = given.user();
        jdbc.sql("update \"user\" set oauth_id = id::text where id = ?")
                .param(ana.userId())
                .update();
        var session = given.bearer(ana);
        var back =
                """
                {"url": "http://localhost/auth/login?state=state&code=code", "state": "state",
                 "codeVerifier": "%s"}
                """
                        .formatted("v".repeat(43));
        for (var call :
                List.of(
                        post("authorize", "{\"redirectUri\": \"http://localhost/auth/login\"}"),
                        post("callback", back),
                        post("link", back).header("Authorization", session),
                        post("unlink", "").header("Authorization", session),
                        http.post()
                                .uri("/api/oauth/backchannel-logout")
                                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                                .param("logout_token", "token"))) {
            assertThat(call)
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo("{\"message\": \"OAuth is not enabled\"}");
        }
        assertThat(
                        jdbc.sql("select oauth_id from \"user\" where id = ?")
                                .param(ana.userId())
                                .query(String.class)
                                .single())
                .isEqualTo(ana.userId().toString());
    }

    private MockMvcRequestBuilder post(String path, String body) {
        return http.post()
                .uri("/api/oauth/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    @Test
    void tellsClientsToAskForAPassword() {
        var features = assertThat(http.get().uri("/api/server/features")).bodyJson();
        features.extractingPath("$.oauth").isEqualTo(false);
        features.extractingPath("$.oauthAutoLaunch").isEqualTo(false);
        features.extractingPath("$.passwordLogin").isEqualTo(true);
        assertThat(http.get().uri("/api/public/config"))
                .bodyJson()
                .extractingPath("$.oauth.enabled")
                .isEqualTo(false);
    }

    /** Of the time before the provider was taken out of the settings. */
    @Test
    void endsASessionThatAProviderOpened() {
        var session = given.cookie(given.user());
        var logout =
                http.post()
                        .uri("/api/auth/logout")
                        .cookie(session, new Cookie("immich_auth_type", "oauth"));
        assertThat(logout)
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.redirectUri")
                .isEqualTo("/auth/login?autoLaunch=0");
        assertThat(http.get().uri("/api/users/me").cookie(session)).hasStatus(401);
    }
}
