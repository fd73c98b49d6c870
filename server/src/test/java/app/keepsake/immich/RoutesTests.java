package app.keepsake.immich;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Operation;
import app.keepsake.support.Possessions;
import app.keepsake.support.ServerTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * All routes that there are, with no credentials, with those of the wrong user, with too little and
 * with enough. What each one wants is what the API document says, so a route that is added is tried
 * here without a word of its own.
 */
@ServerTest
class RoutesTests {

    /** Immich has them, but its document does not. */
    private static final Set<String> UNDOCUMENTED =
            Set.of("/error", "/.well-known/immich", "/custom.css");

    private static final Set<String> SOCKET = Set.of("/api/socket.io", "/api/socket.io/");

    /** Of a session and of no user: what a key may do changes nothing there. */
    private static final Predicate<Route> WANTS_SESSION =
            route -> route.operation().subject().equals("sync");

    /** Where Immich is content with any key, which could make itself its user's session there. */
    private static final Set<String> WANTS_ALL = Set.of("/api/oauth/link", "/api/oauth/unlink");

    /** What cannot be called without more than one of everything: tested where it belongs. */
    private static final Set<String> WANT_MORE =
            Set.of(
                    // another user
                    "/api/albums",
                    "/api/albums/{id}/user/{userId}",
                    "/api/albums/{id}/users",
                    "/api/partners",
                    "/api/partners/{id}",
                    "/api/users/{id}",
                    "/api/users/{id}/profile-image",
                    // two assets, or one that is in the trash
                    "/api/assets/copy",
                    "/api/stacks",
                    "/api/stacks/{id}/assets/{assetId}",
                    "/api/trash/restore/assets",
                    // a request of another user, or to one
                    "/api/cluster-groups/requests/{id}",
                    "/api/cluster-groups/requests/{id}/accept",
                    "/api/cluster-groups/{id}/requests",
                    // two people, or a face and somebody
                    "/api/people/{id}/merge",
                    "/api/faces",
                    "/api/faces/{id}",
                    // a film of one's own
                    "/api/assets/{id}",
                    // a file
                    "/api/assets",
                    "/api/users/profile-image",
                    // a password, a PIN, an OpenID provider
                    "/api/auth/change-password",
                    "/api/auth/pin-code",
                    "/api/auth/session/unlock",
                    "/api/oauth/link",
                    "/api/oauth/unlink",
                    // what only the words of the document tell
                    "/api/assets/{id}/edits",
                    "/api/sync/ack",
                    // ids in a filter, which the document does not call ids; a type that it lacks
                    "/api/search/metadata",
                    "/api/search/random",
                    "/api/search/smart",
                    "/api/search/statistics",
                    "/api/search/suggestions");

    private static final Predicate<Route> WANTS_KEY =
            route -> route.path().equals("/api/api-keys/me");

    @Autowired Fixtures given;
    @Autowired AssetFixtures givenAssets;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping;

    private record Route(String method, String path, Operation operation) {

        boolean isWrite() {
            return !Set.of("GET", "HEAD", "OPTIONS").contains(method);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Those that the API document knows. */
    private List<Route> routes() {
        var routes = new ArrayList<Route>();
        mappings(
                (method, path, _) ->
                        Operation.find(method, path)
                                .ifPresent(
                                        operation ->
                                                routes.add(new Route(method, path, operation))));
        assertThat(routes).hasSizeGreaterThan(30);
        routes.sort(Comparator.comparing(Route::path).thenComparing(Route::method));
        return routes;
    }

    private interface Mapping {
        void accept(String method, String path, boolean isPublic);
    }

    private void mappings(Mapping mapping) {
        requestMappingHandlerMapping
                .getHandlerMethods()
                .forEach(
                        (info, handler) -> {
                            var methods = info.getMethodsCondition().getMethods();
                            for (var path : info.getPatternValues()) {
                                for (var method :
                                        methods.isEmpty() ? Set.of(RequestMethod.GET) : methods) {
                                    mapping.accept(
                                            method.name(),
                                            path,
                                            handler.hasMethodAnnotation(Public.class));
                                }
                            }
                        });
    }

    private List<Route> guarded() {
        return routes().stream().filter(route -> !route.operation().isPublic()).toList();
    }

    private static UUID nobodys(String word) {
        return UUID.randomUUID();
    }

    /** As small a call as gets through the doors. */
    private MockMvcRequestBuilder call(Route route) {
        return call(route, RoutesTests::nobodys, Map.of(), "{}");
    }

    private MockMvcRequestBuilder call(
            Route route, Function<String, UUID> ids, Map<String, String> query, String body) {
        var request =
                http.method(HttpMethod.valueOf(route.method())).uri(route.operation().uri(ids));
        query.forEach(request::queryParam);
        if (route.operation().takesForm()) {
            return request.contentType("multipart/form-data; boundary=x").content("--x--\r\n");
        }
        return route.operation().takesJson()
                ? request.contentType(MediaType.APPLICATION_JSON).content(body)
                : request;
    }

    private Caller callerFor(Route route) {
        return route.operation().isForAdmins() ? given.admin() : given.user();
    }

    /** Tries all of them, and says in one list what was wrong. */
    private static void each(List<Route> routes, Function<Route, @Nullable String> trial) {
        var wrong = new ArrayList<String>();
        for (var route : routes) {
            var found = trial.apply(route);
            if (found != null) {
                wrong.add(route + ": " + found);
            }
        }
        assertThat(routes).isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    /** What is wrong with an answer, or null. */
    private static @Nullable String unless(
            MockHttpServletResponse answer, int status, @Nullable String message) {
        var isRight =
                answer.getStatus() == status && (message == null || text(answer).contains(message));
        return isRight ? null : "answered " + describe(answer);
    }

    private static String describe(MockHttpServletResponse answer) {
        var text = text(answer);
        return answer.getStatus() + " " + text.substring(0, Math.min(text.length(), 200));
    }

    private static String text(MockHttpServletResponse answer) {
        try {
            return answer.getContentAsString();
        } catch (java.io.UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MockHttpServletResponse answer(MockMvcRequestBuilder request) {
        return request.exchange().getResponse();
    }

    @Test
    void areAllKnownToImmichOrNamedAsOurs() {
        var strange = new ArrayList<String>();
        mappings(
                (method, path, _) -> {
                    if (Operation.find(method, path).isEmpty()
                            && !path.startsWith("/api/keepsake/")
                            && !UNDOCUMENTED.contains(path)
                            && !SOCKET.contains(path)) {
                        strange.add(method + " " + path);
                    }
                });
        assertThat(strange).isEmpty();
    }

    @Test
    void letNobodyInWithoutCredentials() {
        each(guarded(), route -> unless(answer(call(route)), 401, "\"Authentication required\""));
    }

    @Test
    void letNobodyIntoWhatIsOurs() {
        var open = new ArrayList<String>();
        mappings(
                (method, path, isPublic) -> {
                    if (path.startsWith("/api/keepsake/") && !isPublic) {
                        var answer =
                                answer(
                                        http.method(HttpMethod.valueOf(method))
                                                .uri(path.replaceAll("\\{[^}]*}", "x")));
                        if (answer.getStatus() != 401) {
                            open.add(method + " " + path + ": " + describe(answer));
                        }
                    }
                });
        assertThat(open).isEmpty();
    }

    @Test
    void letAnybodyInWhereImmichDoes() {
        each(
                routes().stream().filter(route -> route.operation().isPublic()).toList(),
                route -> {
                    var answer = answer(call(route));
                    return text(answer).contains("Authentication required")
                                    || answer.getStatus() >= 500
                            ? "answered " + describe(answer)
                            : null;
                });
    }

    @Test
    void refuseAKeyThatMayDoEverythingElse() {
        each(
                guarded().stream().filter(route -> route.operation().permission() != null).toList(),
                route -> {
                    var wanted = String.valueOf(route.operation().permission());
                    var others =
                            Arrays.stream(Permission.values())
                                    .filter(permission -> permission != Permission.ALL)
                                    .filter(permission -> !permission.wireName().equals(wanted))
                                    .toArray(Permission[]::new);
                    var key = given.apiKey(callerFor(route), others);
                    return unless(
                            answer(call(route).header("x-api-key", key)),
                            403,
                            "\"Missing required permission: %s\"".formatted(wanted));
                });
    }

    @Test
    void refuseAKeyThatCouldMakeItselfMoreThanItIs() {
        each(
                guarded().stream().filter(route -> WANTS_ALL.contains(route.path())).toList(),
                route -> {
                    var others =
                            Arrays.stream(Permission.values())
                                    .filter(permission -> permission != Permission.ALL)
                                    .toArray(Permission[]::new);
                    var key = given.apiKey(callerFor(route), others);
                    return unless(
                            answer(call(route).header("x-api-key", key)),
                            403,
                            "\"Missing required permission: all\"");
                });
    }

    @Test
    void letAKeyInThatMayDoJustThis() {
        each(
                guarded().stream().filter(WANTS_SESSION.negate()).toList(),
                route -> {
                    if (WANTS_ALL.contains(route.path())) {
                        return unlessLetIn(
                                answer(
                                        call(route)
                                                .header(
                                                        "x-api-key",
                                                        given.apiKey(
                                                                callerFor(route),
                                                                Permission.ALL))));
                    }
                    var permission = route.operation().permission();
                    // Where Immich wants none, any key will do.
                    var key =
                            given.apiKey(
                                    callerFor(route),
                                    permission == null
                                            ? Permission.ARCHIVE_READ
                                            : Arrays.stream(Permission.values())
                                                    .filter(p -> p.wireName().equals(permission))
                                                    .findFirst()
                                                    .orElseThrow());
                    return unlessLetIn(answer(call(route).header("x-api-key", key)));
                });
    }

    @Test
    void letASessionIn() {
        each(
                guarded().stream().filter(WANTS_KEY.negate()).toList(),
                route ->
                        unlessLetIn(
                                answer(
                                        call(route)
                                                .header(
                                                        "Authorization",
                                                        given.bearer(callerFor(route))))));
    }

    private static @Nullable String unlessLetIn(MockHttpServletResponse answer) {
        var status = answer.getStatus();
        return status == 401 || status == 403 || status >= 500
                ? "answered " + describe(answer)
                : null;
    }

    @Test
    void letOnlyAdministratorsAdministrate() {
        each(
                guarded().stream().filter(route -> route.operation().isForAdmins()).toList(),
                route -> {
                    var bob = given.user();
                    var bySession = call(route).header("Authorization", given.bearer(bob));
                    var wrong = unless(answer(bySession), 403, "\"Forbidden\"");
                    var byKey = call(route).header("x-api-key", given.apiKey(bob, Permission.ALL));
                    return wrong != null ? wrong : unless(answer(byKey), 403, "\"Forbidden\"");
                });
    }

    /** Uploads too, whose body no form of a browser could not send. */
    @Test
    void refuseAWriteThatAPageOfAnotherSiteMakesWithTheCookie() {
        each(
                guarded().stream().filter(Route::isWrite).toList(),
                route -> {
                    var caller = callerFor(route);
                    var before = new Possessions(jdbc, given, givenAssets, caller);
                    var cookie = given.cookie(caller);
                    var rows = before.everything();
                    for (var header :
                            Map.of("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
                                    .entrySet()) {
                        var answer =
                                answer(
                                        call(
                                                        route,
                                                        before::id,
                                                        Map.of(),
                                                        route.operation().takesJson()
                                                                ? route.operation().body(before::id)
                                                                : "")
                                                .cookie(cookie)
                                                .header(header.getKey(), header.getValue()));
                        var wrong = unless(answer, 403, "\"Cross-site request refused\"");
                        if (wrong != null) {
                            return wrong;
                        }
                    }
                    return rows.equals(before.everything()) ? null : "changed something";
                });
    }

    @Test
    void showAndChangeNothingOfAnotherUsers() {
        var hers = new Possessions(jdbc, given, givenAssets, given.user());
        var rows = new AtomicReference<>(hers.everything());
        each(
                guarded().stream().filter(route -> !route.operation().isForAdmins()).toList(),
                route -> {
                    var body =
                            route.operation().takesJson() ? route.operation().body(hers::id) : "";
                    for (var query : route.operation().queries(hers::id)) {
                        var answer =
                                answer(
                                        call(route, hers::id, query, body)
                                                .header(
                                                        "Authorization",
                                                        given.bearer(given.user())));
                        var wrong = shownOrFailed(route, hers, query, answer);
                        var now = hers.everything();
                        var before = rows.getAndSet(now);
                        if (wrong == null && !before.equals(now)) {
                            wrong = "changed " + difference(before, now);
                        }
                        if (wrong != null) {
                            return query + " " + wrong;
                        }
                    }
                    return null;
                });
    }

    private static @Nullable String shownOrFailed(
            Route route,
            Possessions hers,
            Map<String, String> query,
            MockHttpServletResponse answer) {
        if (answer.getStatus() >= 500) {
            return "answered " + describe(answer);
        }
        if (answer.getStatus() >= 400) {
            return null;
        }
        if (route.operation().isAboutOne() && hers.has(route.operation().subject())) {
            return "answered " + describe(answer);
        }
        // What was asked for with many ids is answered for each: {"id", "success": false}.
        var text = text(answer).replaceAll("\\{[^{}]*\"success\":false[^{}]*}", "");
        return hers.ids().stream().anyMatch(id -> text.contains(id.toString()))
                ? "showed " + describe(answer)
                : null;
    }

    private static String difference(String before, String after) {
        var now = List.of(after.split("\n"));
        return Arrays.stream(before.split("\n"))
                .filter(line -> !now.contains(line))
                .toList()
                .toString();
    }

    /** Otherwise the test above would be content with calls that nobody may make. */
    @Test
    void takeFromTheirOwnersWhatIsRefusedToOthers() {
        each(
                guarded().stream()
                        .filter(route -> !route.operation().isForAdmins())
                        .filter(WANTS_KEY.negate())
                        .filter(route -> !WANT_MORE.contains(route.path()))
                        .toList(),
                route -> {
                    var ana = given.user();
                    var hers = new Possessions(jdbc, given, givenAssets, ana);
                    var body =
                            route.operation().takesJson() ? route.operation().body(hers::id) : "";
                    var answer =
                            answer(
                                    call(
                                                    route,
                                                    hers::id,
                                                    route.operation().queries(hers::id).getFirst(),
                                                    body)
                                            .header("Authorization", given.bearer(ana)));
                    return answer.getStatus() != 400
                            ? null
                            : "answered " + describe(answer) + " to " + body;
                });
    }

    /** Otherwise the test above would be content with ids of nothing. */
    @Test
    void showTheirOwnersWhatIsRefusedToOthers() {
        var ana = given.user();
        var hers = new Possessions(jdbc, given, givenAssets, ana);
        each(
                guarded().stream()
                        .filter(route -> route.method().equals("GET"))
                        .filter(route -> route.operation().isAboutOne())
                        .filter(route -> hers.has(route.operation().subject()))
                        .toList(),
                route -> {
                    var answer =
                            answer(
                                    call(
                                                    route,
                                                    hers::id,
                                                    route.operation().queries(hers::id).getFirst(),
                                                    "")
                                            .header("Authorization", given.bearer(ana)));
                    // A file that was never made is not there, even for its owner.
                    return answer.getStatus() < 400 || answer.getStatus() == 404
                            ? null
                            : "answered " + describe(answer);
                });
    }

    /** What else Spring or a person would take for one may mean the contrary to a client. */
    @Test
    void takeForAFlagOnlyTrueAndFalse() {
        each(
                guarded().stream().filter(route -> !route.operation().flags().isEmpty()).toList(),
                route -> {
                    var caller = callerFor(route);
                    var hers = new Possessions(jdbc, given, givenAssets, caller);
                    for (var flag : route.operation().flags()) {
                        for (var word : List.of("yes", "on", "1", "0", "TRUE")) {
                            var query =
                                    new HashMap<>(route.operation().queries(hers::id).getFirst());
                            query.put(flag, word);
                            var answer =
                                    answer(
                                            call(route, hers::id, query, "")
                                                    .header("Authorization", given.bearer(caller)));
                            var wrong = unless(answer, 400, flag);
                            if (wrong != null) {
                                return "?" + flag + "=" + word + " " + wrong;
                            }
                        }
                    }
                    return null;
                });
    }
}
