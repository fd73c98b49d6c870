package app.keepsake.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Waiting;
import jakarta.servlet.http.Cookie;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logins by a real provider, of which some are not what they seem. */
@ServerTest
@ExtendWith(OutputCaptureExtension.class)
class OAuthTests {

    private static final OpenIdProvider PROVIDER = OpenIdProvider.start();
    private static final String WEB = "http://localhost/auth/login";
    private static final String APP = "app.immich:///oauth-callback";

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry registry) {
        registry.add("keepsake.oauth.issuer", PROVIDER::issuer);
        registry.add("keepsake.oauth.client-id", () -> "keepsake");
        registry.add("keepsake.oauth.client-secret", () -> "a secret between the two");
        registry.add(
                "keepsake.oauth.mobile-redirect-uri",
                () -> "https://photos.example.org/api/oauth/mobile-redirect");
        registry.add("keepsake.oauth.default-storage-quota", () -> "7");
        registry.add("keepsake.oauth.button-text", () -> "Log in at home");
        registry.add("keepsake.password-login", () -> "false");
    }

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;
    @Autowired Waiting waiting;

    /** A device between the two calls: what the server gave it, and its address at the end. */
    private record Attempt(String back, Cookie... cookies) {}

    private static String address() {
        return UUID.randomUUID() + "@example.org";
    }

    /** A person at the provider. */
    private static String person(Map<String, Object> claims) {
        var subject = UUID.randomUUID().toString();
        PROVIDER.account(subject, claims);
        return subject;
    }

    private static Map<String, Object> verified(String email) {
        return Map.of("email", email, "email_verified", true, "name", "Ana");
    }

    private MvcTestResult post(String path, Object body, Cookie... cookies) {
        var request =
                http.post()
                        .uri("/api/oauth/" + path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(JsonMapper.shared().writeValueAsString(body));
        return (cookies.length == 0 ? request : request.cookie(cookies)).exchange();
    }

    private static JsonNode json(MvcTestResult answer) {
        try {
            return JsonMapper.shared().readTree(answer.getResponse().getContentAsString());
        } catch (java.io.UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Cookie cookie(MvcTestResult answer, String name) {
        var cookie = answer.getResponse().getCookie(name);
        assertThat(cookie).as(name).isNotNull();
        return cookie;
    }

    /** A browser's way to the provider and back. */
    private Attempt attempt(String subject) {
        var begun = post("authorize", Map.of("redirectUri", WEB));
        assertThat(begun).hasStatus(201);
        return new Attempt(
                PROVIDER.logIn(json(begun).path("url").asString(), subject),
                begun.getResponse().getCookies());
    }

    private MvcTestResult finish(Attempt attempt) {
        return post("callback", Map.of("url", attempt.back()), attempt.cookies());
    }

    private MvcTestResult logIn(String subject) {
        return finish(attempt(subject));
    }

    private Map<String, @Nullable Object> row(String email) {
        return jdbc.sql("select * from \"user\" where email = ?").param(email).query().singleRow();
    }

    private long count(String email) {
        return jdbc.sql("select count(*) from \"user\" where email = ?")
                .param(email)
                .query(Long.class)
                .single();
    }

    private String addressOf(Caller caller) {
        return caller.userId() + "@example.org";
    }

    /** Somebody can sign up by OAuth only after the first administrator has by other means. */
    private void givenAnAdministrator() {
        given.admin();
    }

    @Test
    void registersWhomTheProviderKnowsAndKnowsThemAgain() {
        givenAnAdministrator();
        var email = address();
        var label = "label" + UUID.randomUUID();
        var subject =
                person(
                        Map.of(
                                "email",
                                email,
                                "email_verified",
                                true,
                                "name",
                                "Ana",
                                "preferred_username",
                                "../" + label,
                                "immich_quota",
                                3,
                                "immich_role",
                                "admin"));
        var first = logIn(subject);
        assertThat(first).hasStatus(201);
        assertThat(first).bodyJson().extractingPath("$.userEmail").isEqualTo(email);
        assertThat(first).bodyJson().extractingPath("$.shouldChangePassword").isEqualTo(false);
        assertThat(row(email))
                .containsEntry("oauth_id", subject)
                .containsEntry("name", "Ana")
                .containsEntry("storage_label", label)
                .containsEntry("quota_size_in_bytes", 3L << 30)
                .containsEntry("is_admin", true)
                .containsEntry("password", "");

        PROVIDER.account(subject, verified(address())); // the same person, another address
        assertThat(logIn(subject)).hasStatus(201);
        assertThat(count(email)).isEqualTo(1);
    }

    @Test
    void logsInByCookiesAsThePhoneAppAndBrowsersNeedThem() {
        givenAnAdministrator();
        var login = logIn(person(verified(address())));
        var type = cookie(login, "immich_auth_type");
        assertThat(type.getValue()).isEqualTo("oauth");
        assertThat(type.isHttpOnly()).isTrue();
        assertThat(cookie(login, "immich_oauth_state").getMaxAge()).isZero();
        assertThat(cookie(login, "immich_is_authenticated").isHttpOnly()).isFalse();
        var token = cookie(login, "immich_access_token");
        assertThat(http.get().uri("/api/users/me").cookie(token)).hasStatusOk();
        var logout = http.post().uri("/api/auth/logout").cookie(token).cookie(type).exchange();
        assertThat(logout)
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.redirectUri")
                .isEqualTo(PROVIDER.issuer() + "/session/end");
    }

    @Test
    void takesStateAndVerifierOfTheAppAndSendsItByAnAddressThatTheProviderTakes() throws Exception {
        givenAnAdministrator();
        var verifier = "v".repeat(50);
        var challenge =
                java.util.Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                java.security.MessageDigest.getInstance("SHA-256")
                                        .digest(verifier.getBytes("US-ASCII")));
        var begun =
                post(
                        "authorize",
                        Map.of(
                                "redirectUri",
                                APP,
                                "state",
                                "app-state",
                                "codeChallenge",
                                challenge));
        var back = PROVIDER.logIn(json(begun).path("url").asString(), person(verified(address())));
        assertThat(back).startsWith("https://photos.example.org/api/oauth/mobile-redirect?");

        var query = URI.create(back).getRawQuery();
        var redirect = http.get().uri(URI.create("/api/oauth/mobile-redirect?" + query)).exchange();
        assertThat(redirect).hasStatus(307);
        var inApp = redirect.getResponse().getHeader("Location");
        assertThat(inApp).isEqualTo(APP + "?" + query);
        var callback = Map.of("url", inApp, "state", "app-state", "codeVerifier", verifier);
        assertThat(post("callback", callback)).hasStatus(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redirect_uri=https://evil.example",
                "url=//evil.example/",
                "x=@evil.example/../..",
                "#//evil.example"
            })
    void redirectsToTheAppAndNowhereElse(String query) {
        var answer = http.get().uri(URI.create("/api/oauth/mobile-redirect?" + query)).exchange();
        assertThat(answer).hasStatus(307);
        assertThat(answer.getResponse().getHeader("Location")).startsWith(APP + "?");
    }

    @Test
    void finishesOnlyWhatThisDeviceBegan() {
        givenAnAdministrator();
        var email = address();
        var mine = attempt(person(verified(address())));
        var theirs = attempt(person(verified(email)));
        // Somebody else's answer, as if a link in a mail had led to it.
        assertThat(post("callback", Map.of("url", theirs.back()), mine.cookies()))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"OAuth state does not match\"}");
        assertThat(post("callback", Map.of("url", theirs.back()))).hasStatus(400);
        // With the other's state, but not the verifier.
        var state = URI.create(theirs.back()).getRawQuery().replaceFirst(".*state=([^&]*).*", "$1");
        assertThat(post("callback", Map.of("url", theirs.back(), "state", state), mine.cookies()))
                .hasStatus(400);
        assertThat(count(email)).isZero();
    }

    @Test
    void takesACodeOnce() {
        givenAnAdministrator();
        var attempt = attempt(person(verified(address())));
        assertThat(finish(attempt)).hasStatus(201);
        assertThat(finish(attempt)).hasStatus(400);
    }

    @Test
    void takesNoCodeThatIsTooOld() {
        givenAnAdministrator();
        var email = address();
        var attempt = attempt(person(verified(email)));
        PROVIDER.expire(
                URI.create(attempt.back()).getRawQuery().replaceFirst("code=([^&]*).*", "$1"));
        assertThat(finish(attempt)).hasStatus(400);
        assertThat(count(email)).isZero();
    }

    /** Which a browser that logs in at two providers may mistake for this one's. */
    @Test
    void takesNoAnswerOfAnotherProvider() {
        givenAnAdministrator();
        var attempt = attempt(person(verified(address())));
        var others = attempt.back().replaceFirst("iss=[^&]*", "iss=https://evil.example");
        assertThat(finish(new Attempt(others, attempt.cookies()))).hasStatus(400);
        assertThat(finish(attempt)).hasStatus(201); // the code was shown to nobody
    }

    @Test
    void takesNoAnswerToAnotherQuestion() {
        givenAnAdministrator();
        var email = address();
        var begun = post("authorize", Map.of("redirectUri", WEB));
        var url = json(begun).path("url").asString().replaceFirst("nonce=[^&]*", "nonce=another");
        var back = PROVIDER.logIn(url, person(verified(email)));
        assertThat(finish(new Attempt(back, begun.getResponse().getCookies()))).hasStatus(400);
        assertThat(count(email)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"aud\": \"another-client\"}",
                "{\"aud\": [\"keepsake\", \"another-client\"], \"azp\": \"another-client\"}",
                "{\"iss\": \"https://evil.example\"}",
                "{\"exp\": 1700000000}",
                "{\"nonce\": \"another\"}",
                "{\"sub\": \"somebody-else\"}"
            })
    void takesNoTokenThatIsNotOfThisLogin(String forgery) {
        givenAnAdministrator();
        var email = address();
        var attempt = attempt(person(verified(email)));
        PROVIDER.forgeNextToken(forgery);
        assertThat(finish(attempt)).hasStatus(400);
        assertThat(count(email)).isZero();
    }

    @Test
    void takesNoTokenThatTheProviderHasNotSigned() {
        givenAnAdministrator();
        var email = address();
        var attempt = attempt(person(verified(email)));
        PROVIDER.haveNextTokenSignedByAStranger();
        assertThat(finish(attempt)).hasStatus(400);
        assertThat(count(email)).isZero();
    }

    @Test
    void linksAnAccountByAnAddressThatTheProviderHasVerified() {
        var ana = given.user();
        var subject = person(verified(addressOf(ana).toUpperCase(java.util.Locale.ROOT)));
        assertThat(logIn(subject))
                .hasStatus(201)
                .bodyJson()
                .extractingPath("$.userId")
                .isEqualTo(ana.userId().toString());
        assertThat(row(addressOf(ana))).containsEntry("oauth_id", subject);
    }

    @Test
    void givesNobodysAccountAwayForAnAddressThatAnyoneCouldClaim() {
        givenAnAdministrator();
        var ana = given.user();
        var claims = Map.<String, Object>of("email", addressOf(ana), "name", "Eve");
        assertThat(logIn(person(claims))).hasStatus(400);
        var unverified =
                Map.<String, Object>of(
                        "email", addressOf(ana), "name", "Eve", "email_verified", false);
        assertThat(logIn(person(unverified))).hasStatus(400);
        assertThat(row(addressOf(ana))).containsEntry("oauth_id", "");

        var email = address();
        assertThat(logIn(person(Map.of("email", email, "name", "Eve", "email_verified", false))))
                .hasStatus(400);
        assertThat(count(email)).isZero();
    }

    /** Eve takes the address of somebody who has not been here yet. */
    @Test
    void linksNoAccountByAnAddressThatItsUserHasChosen() {
        var admin = given.admin();
        var eve = given.user();
        var email = address();
        var body = JsonMapper.shared().writeValueAsString(Map.of("email", email));
        assertThat(put("/api/users/me", eve, body)).hasStatusOk();
        var ben = person(verified(email));
        assertThat(logIn(ben)).hasStatus(400);
        assertThat(row(email)).containsEntry("oauth_id", "");

        var hers = "/api/admin/users/" + eve.userId();
        assertThat(put(hers, admin, body)).hasStatusOk(); // with a quota, say
        assertThat(logIn(ben)).hasStatus(400);

        var another = JsonMapper.shared().writeValueAsString(Map.of("email", address()));
        assertThat(put(hers, admin, another)).hasStatusOk();
        assertThat(put(hers, admin, body)).hasStatusOk();
        assertThat(logIn(ben)).hasStatus(201);
        assertThat(row(email)).containsEntry("oauth_id", ben);
    }

    @Test
    void linksAnAccountByAnAddressThatItsUserHasOnlySentAlong() {
        var ana = given.user();
        var body =
                JsonMapper.shared()
                        .writeValueAsString(Map.of("email", addressOf(ana), "name", "Ana Maria"));
        assertThat(put("/api/users/me", ana, body)).hasStatusOk();
        assertThat(logIn(person(verified(addressOf(ana))))).hasStatus(201);
    }

    private MvcTestResult put(String path, Caller caller, String body) {
        return http.put()
                .uri(path)
                .header("Authorization", given.bearer(caller))
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    @Test
    void givesNobodysAccountToAnotherPersonOfTheProvider() {
        var ana = given.user();
        var subject = person(verified(addressOf(ana)));
        assertThat(logIn(subject)).hasStatus(201);
        assertThat(logIn(person(verified(addressOf(ana))))).hasStatus(400);
        assertThat(row(addressOf(ana))).containsEntry("oauth_id", subject);
    }

    @Test
    void letsNobodyIntoADeletedAccount() {
        var ana = given.user();
        var subject = person(verified(addressOf(ana)));
        var notLinked = given.user();
        assertThat(logIn(subject)).hasStatus(201);
        jdbc.sql(
                        """
                        update "user" set deleted_at = now(), status = 'deleted' where id in (?, ?)
                        """)
                .params(ana.userId(), notLinked.userId())
                .update();
        assertThat(logIn(subject)).hasStatus(400);
        assertThat(logIn(person(verified(addressOf(notLinked))))).hasStatus(400);
        assertThat(count(addressOf(ana))).isEqualTo(1);
    }

    @Test
    void linksAndUnlinksTheCallersAccount() {
        var ana = given.user();
        var ben = given.user();
        var subject = person(verified(address()));
        assertThat(link(ana, attempt(subject)))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.oauthId")
                .isEqualTo(subject);
        assertThat(link(ben, attempt(subject))).hasStatus(400);
        assertThat(logIn(subject))
                .bodyJson()
                .extractingPath("$.userId")
                .isEqualTo(ana.userId().toString());
        assertThat(http.post().uri("/api/oauth/unlink").header("Authorization", given.bearer(ana)))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.oauthId")
                .isEqualTo("");
        assertThat(link(ben, attempt(subject))).hasStatusOk();
        assertThat(post("link", Map.of("url", WEB))).hasStatus(401);
    }

    private MvcTestResult link(Caller caller, Attempt attempt) {
        return http.post()
                .uri("/api/oauth/link")
                .header("Authorization", given.bearer(caller))
                .contentType(MediaType.APPLICATION_JSON)
                .content(JsonMapper.shared().writeValueAsString(Map.of("url", attempt.back())))
                .cookie(attempt.cookies())
                .exchange();
    }

    @Test
    void givesWhatTheProviderDoesNotTellAPlaceToFallBackTo() {
        givenAnAdministrator();
        var label = "label" + UUID.randomUUID();
        for (var email : new String[] {address(), address()}) {
            var claims =
                    Map.<String, Object>of(
                            "email", email, "email_verified", true, "preferred_username", label);
            assertThat(logIn(person(claims))).hasStatus(201);
            assertThat(row(email))
                    .containsEntry("name", label)
                    .containsEntry("quota_size_in_bytes", 7L << 30)
                    .containsEntry("is_admin", false);
        }
        assertThat(logIn(person(Map.of("name", "Nobody")))).hasStatus(400);
    }

    static Stream<Arguments> quotas() {
        return Stream.of(
                Arguments.of("5", 5L << 30),
                Arguments.of(0.5, 1L << 29),
                Arguments.of("0.25", 1L << 28),
                Arguments.of(0, 0L),
                Arguments.of("much", 7L << 30),
                Arguments.of(-1, 7L << 30),
                Arguments.of(1e300, 7L << 30));
    }

    @ParameterizedTest
    @MethodSource("quotas")
    void readsAQuotaHoweverTheProviderWritesIt(Object claim, long bytes) {
        givenAnAdministrator();
        var email = address();
        var claims = new HashMap<>(verified(email));
        claims.put("immich_quota", claim);
        assertThat(logIn(person(claims))).hasStatus(201);
        assertThat(row(email)).containsEntry("quota_size_in_bytes", bytes);
    }

    /** The page to which the provider sends a browser is anybody's to call. */
    @Test
    void writesNothingIntoTheLogThatNoProviderSays(CapturedOutput log) {
        var attempt = attempt(person(verified(address())));
        var state = attempt.back().replaceFirst(".*state=([^&]*).*", "$1");
        for (var error : List.of("access_denied", "forged%0Aline", "long" + "x".repeat(60))) {
            var back = WEB + "?state=" + state + "&error=" + error;
            assertThat(post("callback", Map.of("url", back), attempt.cookies())).hasStatus(400);
        }
        assertThat(log)
                .contains("refused by the provider: access_denied")
                .doesNotContain("forged", "longx");
    }

    /** As one is that the administrator deletes, or the user takes from the provider. */
    @ParameterizedTest
    @ValueSource(strings = {"oauth_id = ''", "deleted_at = now()"})
    @Timeout(60)
    void opensNoSessionOfAnAccountThatIsLostMeanwhile(String change) {
        var ana = given.user();
        var subject = person(verified(addressOf(ana)));
        assertThat(logIn(subject)).hasStatus(201);
        PROVIDER.account(subject, verified(address()));
        jdbc.sql("delete from session where user_id = ?").param(ana.userId()).update();
        var attempt = attempt(subject);
        var login =
                transaction.execute(
                        _ -> {
                            jdbc.sql("update \"user\" set " + change + " where id = ?")
                                    .param(ana.userId())
                                    .update();
                            var answer = CompletableFuture.supplyAsync(() -> finish(attempt));
                            waiting.awaitOneOr(answer::isDone);
                            return answer;
                        });
        login.join();
        assertThat(
                        jdbc.sql("select count(*) from session where user_id = ?")
                                .param(ana.userId())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void endsTheSessionsThatTheProviderEnds() {
        givenAnAdministrator();
        var ana = given.user();
        var byPassword = given.cookie(ana);
        var subject = person(verified(addressOf(ana)));
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
        var encoder = java.util.Base64.getUrlEncoder().withoutPadding();
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
        var all = new java.util.HashMap<String, Object>();
        all.put("iss", PROVIDER.issuer());
        all.put("aud", "keepsake");
        all.put("iat", java.time.Instant.now().getEpochSecond());
        all.put("exp", java.time.Instant.now().getEpochSecond() + 120);
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

    @Test
    void tellsClientsHowToLogIn() {
        var features = assertThat(http.get().uri("/api/server/features")).bodyJson();
        features.extractingPath("$.oauth").isEqualTo(true);
        features.extractingPath("$.oauthAutoLaunch").isEqualTo(false);
        features.extractingPath("$.passwordLogin").isEqualTo(false);
        assertThat(http.get().uri("/api/server/config"))
                .bodyJson()
                .extractingPath("$.oauthButtonText")
                .isEqualTo("Log in at home");
        assertThat(http.get().uri("/api/public/config"))
                .bodyJson()
                .extractingPath("$.oauth.enabled")
                .isEqualTo(true);
    }

    @Test
    void takesNoPasswordsWhereThatIsTurnedOff() {
        var ana = given.user();
        assertThat(
                        http.put()
                                .uri("/api/users/me")
                                .header("Authorization", given.bearer(ana))
                                .contentType(MediaType.APPLICATION_JSON)
                                .content("{\"password\": \"correct horse\"}"))
                .hasStatusOk();
        assertThat(
                        http.post()
                                .uri("/api/auth/login")
                                .contentType(MediaType.APPLICATION_JSON)
                                .content(
                                        JsonMapper.shared()
                                                .writeValueAsString(
                                                        Map.of(
                                                                "email",
                                                                addressOf(ana),
                                                                "password",
                                                                "correct horse"))))
                .hasStatus(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"redirectUri\": \"\"}",
                "{\"redirectUri\": \"not a uri\"}",
                "{\"redirectUri\": \"https://x/#y\"}",
                "{\"redirectUri\": \"https://x/?code=1\"}",
                "{\"redirectUri\": \"javascript:x\"}",
                "{\"redirectUri\": \"data://x\"}",
                "{\"redirectUri\": \"http://localhost/auth/login\", \"codeChallenge\": \"short\"}",
                "{\"redirectUri\": \"http://localhost/auth/login\", \"state\": \"two words\"}"
            })
    void refusesWhatBeginsNoLogin(String body) {
        assertThat(
                        http.post()
                                .uri("/api/oauth/authorize")
                                .contentType(MediaType.APPLICATION_JSON)
                                .content(body))
                .hasStatus(400);
    }
}
