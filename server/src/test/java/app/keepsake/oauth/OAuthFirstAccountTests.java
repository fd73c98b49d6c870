package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.KeepsakeServer;
import app.keepsake.support.ContractCheck;
import app.keepsake.support.ContractFilter;
import app.keepsake.support.SecondServer;
import app.keepsake.support.TestServices;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A server on an empty database, to which somebody comes by the provider first. */
@ExtendWith(ContractCheck.class)
class OAuthFirstAccountTests {

    @Test
    void theFirstAccountIsForWhoSignsUp(@TempDir Path library) throws Exception {
        try (var server = start(library)) {
            var eve =
                    new Visitor(
                            SecondServer.portOf(server),
                            Map.of(
                                    "email",
                                    "eve@example.org",
                                    "email_verified",
                                    true,
                                    "immich_role",
                                    "admin"));
            var refused = eve.logIn();
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body())
                    .isEqualTo(
                            "{\"message\":\"The first registered account must be the"
                                    + " administrator.\"}");
            assertThat(eve.get("users/me").statusCode()).isEqualTo(401);
            assertThat(isInitialized(eve)).isFalse();
            assertThat(emails(server)).isEmpty();

            var signedUp =
                    eve.post(
                            "auth/admin-sign-up",
                            Map.of(
                                    "name",
                                    "Ana",
                                    "email",
                                    "ana@example.org",
                                    "password",
                                    "correct horse"));
            assertThat(signedUp.statusCode()).isEqualTo(201);
            assertThat(isInitialized(eve)).isTrue();
            assertThat(eve.logIn().statusCode()).isEqualTo(201);
            assertThat(emails(server))
                    .containsExactlyInAnyOrder("ana@example.org", "eve@example.org");
        }
    }

    private static boolean isInitialized(Visitor visitor) throws Exception {
        return Visitor.json(visitor.get("server/config")).path("isInitialized").asBoolean();
    }

    private static Iterable<String> emails(ConfigurableApplicationContext server) {
        return server.getBean(JdbcClient.class)
                .sql("select email from \"user\"")
                .query(String.class)
                .list();
    }

    private static ConfigurableApplicationContext start(Path library) throws Exception {
        var url = TestServices.get("KEEPSAKE_DB_URL");
        var user = TestServices.get("KEEPSAKE_DB_USER");
        var password = TestServices.get("KEEPSAKE_DB_PASSWORD");
        try (var connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            statement.execute("create database oauth_first");
        }
        var application = new SpringApplication(KeepsakeServer.class);
        ContractFilter.addTo(application);
        return application.run(
                Stream.concat(
                                Stream.of(
                                        "--server.address=127.0.0.1",
                                        "--server.port=0",
                                        "--spring.datasource.url="
                                                + url.replaceFirst("/keepsake$", "/oauth_first"),
                                        "--spring.datasource.username=" + user,
                                        "--spring.datasource.password=" + password,
                                        "--keepsake.redis-url="
                                                + TestServices.get("KEEPSAKE_REDIS_URL"),
                                        "--keepsake.library=" + library),
                                Visitor.settings().stream())
                        .toArray(String[]::new));
    }
}
