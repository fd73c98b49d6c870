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

    /** A way to say who one is, in the order in which they count. */
    private enum Credential {
        SHARE_KEY_HEADER(
                "Invalid share key", (r, secret) -> r.header("x-immich-share-key", secret)),
        SHARE_KEY("Invalid share key", (r, secret) -> r.queryParam("key", secret)),
        SHARE_SLUG_HEADER(
                "Invalid share slug", (r, secret) -> r.header("x-immich-share-slug", secret)),
        SHARE_SLUG("Invalid share slug", (r, secret) -> r.queryParam("slug", secret)),
        USER_TOKEN("Invalid user token", (r, secret) -> r.header("x-immich-user-token", secret)),
        SESSION_TOKEN(
                "Invalid user token", (r, secret) -> r.header("x-immich-session-token", secret)),
        SESSION_KEY("Invalid user token", (r, secret) -> r.queryParam("sessionKey", secret)),
        BEARER("Invalid user token", (r, secret) -> r.header("Authorization", "Bearer " + secret)),
        COOKIE(
                "Invalid user token",
                (r, secret) ->
                        r.cookie(new jakarta.servlet.http.Cookie("immich_access_token", secret))),
        API_KEY_HEADER("Invalid API key", (r, secret) -> r.header("x-api-key", secret)),
        API_KEY("Invalid API key", (r, secret) -> r.queryParam("apiKey", secret));

        private final String refusal;
        private final Form form;

        Credential(String refusal, Form form) {
            this.refusal = refusal;
            this.form = form;
        }

        boolean isShare() {
            return ordinal() <= SHARE_SLUG.ordinal();
        }

        boolean isApiKey() {
            return ordinal() >= API_KEY_HEADER.ordinal();
        }
    }

    static Stream<Arguments> pairsOfCredentials() {
        return Arrays.stream(Credential.values())
                .flatMap(
                        first ->
                                Arrays.stream(Credential.values())
                                        .filter(second -> first.compareTo(second) < 0)
                                        .map(second -> Arguments.of(first, second)));
    }

    /** The later one would have been right; then the later one is wrong, and nobody looks at it. */
    @ParameterizedTest
    @MethodSource("pairsOfCredentials")
    void letsTheFirstFormCountWhicheverElseIsSent(Credential first, Credential second) {
        var ana = given.user();
        var wrong = first.form.apply(me(), "nobodys");
        assertThat(second.isShare() ? wrong : second.form.apply(wrong, rightOf(second, ana)))
                .hasStatus(401)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"%s\"}".formatted(first.refusal));
        if (!first.isShare()) {
            assertThat(second.form.apply(first.form.apply(me(), rightOf(first, ana)), "nobodys"))
                    .hasStatusOk()
                    .bodyJson()
                    .hasPathSatisfying(
                            "$.id", id -> assertThat(id).isEqualTo(ana.userId().toString()));
        }
    }

    private String rightOf(Credential credential, Caller caller) {
        return credential.isApiKey()
                ? given.apiKey(caller, Permission.USER_READ)
                : given.token(caller);
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
