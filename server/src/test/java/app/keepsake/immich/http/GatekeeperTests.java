package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

@ServerTest
class GatekeeperTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping;

    /** A way to show a token. */
    interface Form extends BiFunction<MockMvcRequestBuilder, String, MockMvcRequestBuilder> {}

    static Stream<Arguments> sessionForms() {
        return Stream.of(
                form("user token", (r, token) -> r.header("x-immich-user-token", token)),
                form("session token", (r, token) -> r.header("x-immich-session-token", token)),
                form("query", (r, token) -> r.uri("/api/users/me?sessionKey=" + token)),
                form("bearer", (r, token) -> r.header("Authorization", "Bearer " + token)),
                form(
                        "cookie",
                        (r, token) ->
                                r.cookie(
                                        new jakarta.servlet.http.Cookie(
                                                "immich_access_token", token))));
    }

    static Stream<Arguments> apiKeyForms() {
        return Stream.of(
                form("header", (r, secret) -> r.header("x-api-key", secret)),
                form("query", (r, secret) -> r.uri("/api/users/me?apiKey=" + secret)));
    }

    private static Arguments form(String name, Form form) {
        return argumentSet(name, form);
    }

    private MockMvcRequestBuilder me() {
        return http.get().uri("/api/users/me");
    }

    @ParameterizedTest
    @MethodSource("sessionForms")
    void knowsASessionInEveryForm(Form form) {
        var ana = given.user();
        assertThat(form.apply(me(), given.token(ana)))
                .hasStatusOk()
                .bodyJson()
                .hasPathSatisfying("$.id", id -> assertThat(id).isEqualTo(ana.userId().toString()));
        assertThat(form.apply(me(), "nobodys"))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Invalid user token\"}");
    }

    @ParameterizedTest
    @MethodSource("apiKeyForms")
    void knowsAnApiKeyInEveryForm(Form form) {
        var ana = given.user();
        assertThat(form.apply(me(), given.apiKey(ana, Permission.USER_READ))).hasStatusOk();
        assertThat(form.apply(me(), "nobodys"))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Invalid API key\"}");
    }

    @Test
    void asksForAuthenticationWhenThereIsNone() {
        assertThat(me())
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Authentication required\"}");
    }

    @Test
    void letsTheFirstFormCountEvenWhenItIsWrong() {
        var ana = given.user();
        assertThat(me().header("x-immich-user-token", "nobodys").cookie(given.cookie(ana)))
                .hasStatus(401);
        assertThat(me().header("x-api-key", "nobodys").cookie(given.cookie(ana))).hasStatusOk();
        assertThat(me().header("x-immich-share-key", "nobodys").cookie(given.cookie(ana)))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Invalid share key\"}");
    }

    @Test
    void wantsThePermissionOfAnApiKey() {
        var ana = given.user();
        assertThat(me().header("x-api-key", given.apiKey(ana, Permission.ALL))).hasStatusOk();
        assertThat(me().header("x-api-key", given.apiKey(ana, Permission.ASSET_READ)))
                .hasStatus(403)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Missing required permission: user.read\"}");
    }

    @Test
    void endsASessionThatWasIdleForNinetyDays() {
        var ana = given.user();
        var token = given.bearer(ana);
        idle(ana, "89 days");
        assertThat(me().header("Authorization", token)).hasStatusOk();
        idle(ana, "91 days");
        assertThat(me().header("Authorization", token)).hasStatus(401);
    }

    @Test
    void notesTheUseOfASessionAtMostHourly() {
        var ana = given.user();
        var token = given.bearer(ana);
        idle(ana, "59 minutes");
        assertThat(me().header("Authorization", token)).hasStatusOk();
        assertThat(wasUsedWithin(ana, "1 minute")).isFalse();
        idle(ana, "61 minutes");
        assertThat(me().header("Authorization", token)).hasStatusOk();
        assertThat(wasUsedWithin(ana, "1 minute")).isTrue();
    }

    private void idle(Caller caller, String interval) {
        jdbc.sql("update session set updated_at = now() - ?::interval where user_id = ?")
                .params(interval, caller.userId())
                .update();
    }

    private boolean wasUsedWithin(Caller caller, String interval) {
        return jdbc.sql("select updated_at > now() - ?::interval from session where user_id = ?")
                .params(interval, caller.userId())
                .query(Boolean.class)
                .single();
    }

    @Test
    void knowsNobodyWhoseAccountIsDeleted() {
        var ana = given.user();
        var token = given.bearer(ana);
        var key = given.apiKey(ana, Permission.ALL);
        jdbc.sql("update \"user\" set deleted_at = now() where id = ?")
                .param(ana.userId())
                .update();
        assertThat(me().header("Authorization", token)).hasStatus(401);
        assertThat(me().header("x-api-key", key)).hasStatus(401);
    }

    @Test
    void everyEndpointSaysWhoMayCallIt() {
        var undecided = new ArrayList<String>();
        requestMappingHandlerMapping
                .getHandlerMethods()
                .forEach(
                        (mapping, method) -> {
                            var isPublic = method.hasMethodAnnotation(Public.class);
                            var isGuarded =
                                    method.hasMethodAnnotation(Requires.class)
                                            || Arrays.asList(method.getMethod().getParameterTypes())
                                                    .contains(Caller.class);
                            if (isPublic == isGuarded) {
                                undecided.add(mapping + " " + method);
                            }
                        });
        assertThat(undecided).isEmpty();
        assertThat(requestMappingHandlerMapping.getHandlerMethods()).isNotEmpty();
    }

    @Test
    void answersJsonToWhatIsNotThere() {
        for (var request :
                List.of(
                        http.get().uri("/api/no-such-thing"),
                        http.get().uri("/api/assets/nowhere/at/all"))) {
            assertThat(request)
                    .hasStatus(404)
                    .bodyJson()
                    .isStrictlyEqualTo("{\"message\": \"Not Found\"}");
        }
    }
}
