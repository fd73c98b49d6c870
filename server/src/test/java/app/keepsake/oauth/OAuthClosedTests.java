package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.SecondServer;
import app.keepsake.support.ServerTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A server that makes no accounts for those whom its provider knows. */
@ServerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OAuthClosedTests {

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;

    private ConfigurableApplicationContext server;

    @BeforeAll
    void start(@Autowired Library library) {
        server = Visitor.serverOn(library, "--KEEPSAKE_OAUTH_AUTO_REGISTER=false");
        given.admin(); // the first account is nobody's of the provider
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String address() {
        return UUID.randomUUID() + "@example.org";
    }

    private static String addressOf(Caller caller) {
        return caller.userId() + "@example.org";
    }

    private Visitor visitor(String email, @Nullable Boolean isVerified) {
        var claims = new HashMap<String, Object>(Map.of("email", email, "name", "Ana"));
        if (isVerified != null) {
            claims.put("email_verified", isVerified);
        }
        return new Visitor(SecondServer.portOf(server), claims);
    }

    private void set(Caller caller, String assignment) {
        jdbc.sql("update \"user\" set " + assignment + " where id = ?")
                .param(caller.userId())
                .update();
    }

    @Test
    void refusesWhoHasNoAccountAndMakesThemNone() throws Exception {
        var email = address();
        var visitor = visitor(email, true);
        var refused = visitor.logIn();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .isEqualTo("{\"message\":\"There is no account for this login\"}");
        assertThat(refused.headers().allValues("Set-Cookie")).isEmpty();
        assertThat(visitor.get("users/me").statusCode()).isEqualTo(401);
        assertThat(
                        jdbc.sql("select count(*) from \"user\" where email = ? or oauth_id = ?")
                                .params(email, visitor.subject())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void logsInWhoHasOne() throws Exception {
        var ana = given.user();
        var visitor = visitor(addressOf(ana), true);
        assertThat(visitor.logIn().statusCode()).isEqualTo(201);
        visitor.has(Map.of("email", address(), "name", "Ana"));
        var again = visitor.logIn();
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(Visitor.json(again).path("userId").asString())
                .isEqualTo(ana.userId().toString());
    }

    /** At some providers anyone may say that any address is theirs. */
    @ParameterizedTest
    @NullSource
    @ValueSource(booleans = false)
    void tellsNobodyWhoseAddressesHaveAnAccount(@Nullable Boolean isVerified) throws Exception {
        var linked = given.user();
        set(linked, "oauth_id = id::text");
        var deleted = given.user();
        set(deleted, "deleted_at = now(), status = 'deleted'");
        var chosen = given.user();
        set(chosen, "is_email_own_choice = true");
        var told = new ArrayList<String>();
        for (var email :
                new String[] {
                    address(),
                    addressOf(given.user()),
                    addressOf(linked),
                    addressOf(deleted),
                    addressOf(chosen)
                }) {
            var refused = visitor(email, isVerified).logIn();
            assertThat(refused.statusCode()).isEqualTo(400);
            told.add(refused.body());
        }
        assertThat(told).hasSize(5).containsOnly(told.getFirst());
    }
}
