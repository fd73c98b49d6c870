package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.ServerTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** A server whose provider an administrator has set, while it ran. */
@ServerTest
class OAuthConfigTests {

    @Autowired ConfigFixtures config;
    @Autowired MockMvcTester http;
    @LocalServerPort int port;

    @AfterEach
    void usualSettings() {
        config.reset();
    }

    private void set(String name, String json) {
        config.set("/oauth/" + name, json);
    }

    @Test
    void onesMayLogInAsSoonAsItIsSetAndNoLonger() throws Exception {
        var visitor = new Visitor(port, Map.of("email", UUID.randomUUID() + "@example.org"));
        set("issuerUrl", "\"" + Visitor.issuer() + "\"");
        set("clientId", "\"keepsake\"");
        set("clientSecret", "\"a secret between the two\"");
        set("autoLaunch", "true");
        assertThat(begin(visitor)).isEqualTo(400);
        set("enabled", "true");
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        var features = assertThat(http.get().uri("/api/server/features")).bodyJson();
        features.extractingPath("$.oauth").isEqualTo(true);
        features.extractingPath("$.oauthAutoLaunch").isEqualTo(true);

        set("autoRegister", "false");
        var late = new Visitor(port, Map.of("email", UUID.randomUUID() + "@example.org"));
        assertThat(late.logIn().statusCode()).isEqualTo(400);
        set("enabled", "false");
        assertThat(begin(visitor)).isEqualTo(400);
    }

    private static int begin(Visitor visitor) throws Exception {
        return visitor.post("oauth/authorize", Map.of("redirectUri", "http://localhost/auth/login"))
                .statusCode();
    }

    @Test
    void asksForWhatItIsToldTo() throws Exception {
        set("issuerUrl", "\"" + Visitor.issuer() + "\"");
        set("clientId", "\"keepsake\"");
        set("scope", "\"openid email\"");
        set("prompt", "\"select_account\"");
        set("enabled", "true");
        var begun =
                new Visitor(port, Map.of())
                        .post(
                                "oauth/authorize",
                                Map.of("redirectUri", "http://localhost/auth/login"));
        assertThat(Visitor.json(begun).path("url").asString())
                .contains("prompt=select_account", "scope=openid", "email")
                .doesNotContain("profile");
    }
}
