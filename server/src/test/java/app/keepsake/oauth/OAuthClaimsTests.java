package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.SecondServer;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** What a provider says of a new account, by claims that have names of their own here. */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OAuthClaimsTests {

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;

    private ConfigurableApplicationContext server;

    private String email;

    @BeforeAll
    void start(@Autowired Library library) {
        server =
                Visitor.serverOn(
                        library,
                        "--KEEPSAKE_OAUTH_ROLE_CLAIM=photo_role",
                        "--KEEPSAKE_OAUTH_QUOTA_CLAIM=photo_gib");
        given.admin(); // the first account is nobody's of the provider
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void somebodyNew() {
        email = UUID.randomUUID() + "@example.org";
    }

    private Visitor visitor(String email, Map<String, ?> claims) {
        var all = new HashMap<String, Object>(claims);
        all.putAll(Map.of("email", email, "email_verified", true, "name", "Ana"));
        return new Visitor(SecondServer.portOf(server), all);
    }

    private Visitor visitor(Map<String, ?> claims) {
        return visitor(email, claims);
    }

    private void assertIs(String email, boolean isAdmin, @Nullable Long quota) {
        assertThat(
                        jdbc.sql(
                                        """
                                        select is_admin, quota_size_in_bytes from "user"
                                        where email = ?
                                        """)
                                .param(email)
                                .query()
                                .singleRow())
                .containsEntry("is_admin", isAdmin)
                .containsEntry("quota_size_in_bytes", quota);
    }

    @Test
    void theRoleMakesAnAdministratorWithoutALimit() throws Exception {
        var visitor = visitor(Map.of("photo_role", "admin"));
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        assertIs(email, true, null);
        assertThat(visitor.get("admin/users").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"user\"", "\"Admin\"", "\"\"", "true", "[\"admin\"]", "{\"admin\": true}"})
    void anyOtherRoleMakesAUser(String role) throws Exception {
        var claim = JsonMapper.shared().readValue(role, Object.class);
        var visitor = visitor(Map.of("photo_role", claim));
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        assertIs(email, false, null);
        assertThat(visitor.get("admin/users").statusCode()).isEqualTo(403);
    }

    @Test
    void theQuotaLimitsAUser() throws Exception {
        var visitor = visitor(Map.of("photo_gib", 1.0 / (1 << 20)));
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        assertIs(email, false, 1024L);
        assertThat(visitor.upload(Form.photo("a.jpg", new byte[600])).statusCode()).isEqualTo(201);
        var tooMuch = visitor.upload(Form.photo("b.jpg", new byte[425]));
        assertThat(UploadClient.message(tooMuch)).isEqualTo("Quota has been exceeded!");
    }

    @Test
    void claimsOfTheUsualNamesMeanNothing() throws Exception {
        var visitor = visitor(Map.of("immich_role", "admin", "immich_quota", 1));
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        assertIs(email, false, null);
    }

    /** What an administrator gave them stays, also when they come by the provider. */
    @Test
    void anAccountThatIsThereStaysAsItIs() throws Exception {
        var claims = Map.of("photo_role", "admin", "photo_gib", 1);
        var ana = given.user().userId() + "@example.org";
        assertThat(visitor(ana, claims).logIn().statusCode()).isEqualTo(201);
        assertIs(ana, false, null);

        var visitor = visitor(Map.of("photo_gib", 2));
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        visitor.has(claims);
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        assertIs(email, false, 2L << 30);
    }
}
