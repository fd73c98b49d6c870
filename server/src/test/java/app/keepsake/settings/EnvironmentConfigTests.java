package app.keepsake.settings;

import static app.keepsake.support.ConfigFixtures.PATH;
import static app.keepsake.support.ConfigFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.SecondServer;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A second server on the same database, for which somebody has decided some things for good. */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvironmentConfigTests {

    @Autowired Fixtures given;
    @Autowired ConfigFixtures config;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;

    private final HttpClient client = HttpClient.newHttpClient();
    private ConfigurableApplicationContext second;
    private String bearer;

    @BeforeAll
    void startTheSecond() {
        second =
                SecondServer.start(
                        library,
                        "--KEEPSAKE_PASSWORD_LOGIN=false",
                        "--KEEPSAKE_OAUTH_BUTTON_TEXT=",
                        "--KEEPSAKE_OAUTH_SCOPE=openid",
                        "--KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB=7");
        bearer = given.bearer(given.admin());
    }

    @AfterAll
    void stopIt() {
        second.close();
    }

    @AfterEach
    void usualSettings() {
        config.reset();
    }

    private HttpResponse<String> call(String method, String body)
            throws IOException, InterruptedException {
        var address = "http://127.0.0.1:" + SecondServer.portOf(second) + PATH;
        return client.send(
                HttpRequest.newBuilder(URI.create(address))
                        .header("Authorization", bearer)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode current() throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(call("GET", "").body());
    }

    @Test
    void itWinsOverWhatAdministratorsSet() throws Exception {
        config.set("/oauth/scope", "\"openid email\"");
        assertThat(current().at("/passwordLogin/enabled").asBoolean()).isFalse();
        assertThat(current().at("/oauth/scope").asString()).isEqualTo("openid");
        assertThat(current().at("/oauth/defaultStorageQuota").asInt()).isEqualTo(7);
        // An empty variable decides nothing.
        assertThat(current().at("/oauth/buttonText").asString()).isEqualTo("Login with OAuth");
    }

    @Test
    void administratorsCannotChangeItAndHearWhy() throws Exception {
        var refused = call("PUT", with(current(), "/passwordLogin/enabled", "true"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("passwordLogin.enabled")
                .contains("KEEPSAKE_PASSWORD_LOGIN");
    }

    @Test
    void itIsNotKeptWhenAdministratorsChangeSomethingElse() throws Exception {
        assertThat(call("PUT", with(current(), "/trash/days", "9")).statusCode()).isEqualTo(200);
        assertThat(
                        jdbc.sql(
                                        "select value::text from system_metadata where key = 'system-config'")
                                .query(String.class)
                                .single())
                .isEqualTo("{\"trash\": {\"days\": 9}}");
    }

    @Test
    void aChangeOnOneServerCountsOnTheOtherAtOnce() throws Exception {
        config.set("/server/loginPageMessage", "\"Welcome\"");
        assertThat(current().at("/server/loginPageMessage").asString()).isEqualTo("Welcome");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--KEEPSAKE_OAUTH_ISSUER=https://login.example.org",
                "--KEEPSAKE_OAUTH_SIGNING_ALGORITHM=HS256",
                "--KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB=-1",
                "--KEEPSAKE_OAUTH_DEFAULT_QUOTA_GIB=many",
                "--KEEPSAKE_PASSWORD_LOGIN=perhaps"
            })
    void aServerThatCannotWorkByItDoesNotStart(String setting) {
        assertThatThrownBy(() -> SecondServer.start(library, setting).close());
    }
}
