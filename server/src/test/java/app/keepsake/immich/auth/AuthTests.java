package app.keepsake.immich.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
@RecordApplicationEvents
class AuthTests {

    private static final String WRONG = "{\"message\": \"Incorrect email or password\"}";

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;
    @Autowired JsonMapper json;
    @Autowired Waiting waiting;

    /** A user whose password is "correct horse", hashed as Immich does. */
    private Caller userWithPassword() {
        var ana = given.user();
        jdbc.sql("update \"user\" set password = ? where id = ?")
                .params(BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", 10)), ana.userId())
                .update();
        return ana;
    }

    private static String email(Caller caller) {
        return caller.userId() + "@example.org";
    }

    private MockMvcRequestBuilder login(String email, String password, String address) {
        return http.post()
                .uri("/api/auth/login")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password))
                .with(
                        request -> {
                            request.setRemoteAddr(address);
                            return request;
                        });
    }

    private String field(MvcTestResult result, String name) throws Exception {
        return json.readTree(result.getResponse().getContentAsString()).path(name).asString();
    }

    @Test
    @Timeout(60)
    void waitsForNobodyElsesOldFailures() {
        var old = "address:" + UUID.randomUUID();
        var fresh = "address:" + UUID.randomUUID();
        jdbc.sql(
                        """
                        insert into login_failure (subject, failures, last_at)
                        select * from (values (?, 1, now() - interval '2 days'),
                            (?, 1, now() - interval '2 days')) f
                        """)
                .params(old, fresh)
                .update();
        transaction.executeWithoutResult(
                _ -> {
                    jdbc.sql("select from login_failure where subject = ? for update")
                            .param(old)
                            .query()
                            .listOfRows();
                    var login =
                            CompletableFuture.supplyAsync(
                                    () ->
                                            login("nobody@example.org", "wrong", "10.9.0.1")
                                                    .exchange()
                                                    .getResponse()
                                                    .getStatus());
                    assertThat(login.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(401);
                });
        assertThat(
                        jdbc.sql("select subject from login_failure where subject in (?, ?)")
                                .params(old, fresh)
                                .query(String.class)
                                .list())
                .containsExactly(old);
    }

    @Test
    void opensASessionWithTokenAndCookies() throws Exception {
        var ana = userWithPassword();
        var result = login(email(ana).toUpperCase(), "correct horse", "10.1.0.1").exchange();
        assertThat(result).hasStatus(201);
        assertThat(field(result, "userId")).isEqualTo(ana.userId().toString());
        assertThat(field(result, "userEmail")).isEqualTo(email(ana));

        var token = field(result, "accessToken");
        var common = "; Path=/; Max-Age=34560000; ";
        assertThat(result.getResponse().getHeaders(HttpHeaders.SET_COOKIE))
                .map(cookie -> cookie.replaceAll("Expires=[^;]*; ", ""))
                .containsExactlyInAnyOrder(
                        "immich_access_token=" + token + common + "HttpOnly; SameSite=Lax",
                        "immich_auth_type=password" + common + "HttpOnly; SameSite=Lax",
                        "immich_is_authenticated=true" + common + "SameSite=Lax");
        assertThat(
                        http.post()
                                .uri("/api/auth/validateToken")
                                .header("Authorization", "Bearer " + token))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"authStatus\": true}");
    }

    @Test
    void makesCookiesSecureOnlyOverHttps() {
        var ana = userWithPassword();
        var result = login(email(ana), "correct horse", "10.1.0.1").secure(true).exchange();
        assertThat(result.getResponse().getHeaders(HttpHeaders.SET_COOKIE))
                .hasSize(3)
                .allMatch(cookie -> cookie.contains("; Secure;"));
    }

    @Test
    void storesNoTokenInTheClear() throws Exception {
        var ana = userWithPassword();
        var result = login(email(ana), "correct horse", "10.1.0.1").exchange();
        var stored =
                jdbc.sql("select token from session where user_id = ?")
                        .param(ana.userId())
                        .query(byte[].class)
                        .single();
        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain(field(result, "accessToken"));
        assertThat(stored).hasSize(32);
    }

    @Test
    void saysTheSameToAWrongPasswordAnUnknownUserAndAnAccountWithoutPassword() {
        var ana = userWithPassword();
        for (var email : List.of(email(ana), "nobody@example.org", email(given.user()))) {
            assertThat(login(email, "wrong", "10.1.0.2"))
                    .hasStatus(401)
                    .bodyJson()
                    .isStrictlyEqualTo(WRONG);
        }
        assertThat(login(email(given.user()), "", "10.1.0.2")).hasStatus(401);
    }

    @Test
    void replacesAHashThatIsWeakerThanThoseOfToday() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.1.0.3")).hasStatus(201);
        assertThat(passwordOf(ana)).startsWith("{bcrypt}$2b$12$");
        assertThat(login(email(ana), "correct horse", "10.1.0.3")).hasStatus(201);
    }

    @Test
    void takesAnImmichPasswordThatIsLongerThanWhatBcryptReads() {
        var ana = given.user();
        var read = "x".repeat(72);
        jdbc.sql("update \"user\" set password = ? where id = ?")
                .params(BCrypt.hashpw(read, BCrypt.gensalt("$2b", 10)), ana.userId())
                .update();
        for (var i = 0; i < 2; i++) {
            assertThat(login(email(ana), read + "and more", "10.1.0.3")).hasStatus(201);
        }
    }

    /** {@code scripts/admin} hashes by the system's own library. */
    @Test
    void takesAPasswordThatAScriptHashed() throws Exception {
        var ana = given.user();
        var script = new ProcessBuilder("../scripts/lib/bcrypt").start();
        try (var input = script.outputWriter(StandardCharsets.UTF_8)) {
            input.write("correct hörse");
        }
        var hash = new String(script.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(script.waitFor()).isZero();
        jdbc.sql("update \"user\" set password = ? where id = ?")
                .params(hash, ana.userId())
                .update();
        assertThat(login(email(ana), "correct horse", "10.1.0.6")).hasStatus(401);
        assertThat(login(email(ana), "correct hörse", "10.1.0.6")).hasStatus(201);
        assertThat(passwordOf(ana)).isEqualTo(hash);
    }

    private String passwordOf(Caller caller) {
        return jdbc.sql("select password from \"user\" where id = ?")
                .param(caller.userId())
                .query(String.class)
                .single();
    }

    @Test
    void refusesWhatIsNoLogin() {
        // The second is one by the standard, but none that an account here can have.
        for (var address : List.of("no-address", "ümlaut@example.org")) {
            assertThat(login(address, "x", "10.1.0.3"))
                    .hasStatus(400)
                    .bodyJson()
                    .hasPathSatisfying(
                            "$.errors[0].path[0]", path -> assertThat(path).isEqualTo("email"));
        }
        assertThat(
                        http.post()
                                .uri("/api/auth/login")
                                .contentType(MediaType.APPLICATION_JSON)
                                .content("{\"email\": "))
                .hasStatus(400);
    }

    @Test
    void makesGuessingAnAccountWaitWhereverItComesFromAndForgetsAtSuccess() {
        var ana = userWithPassword();
        for (var i = 0; i < 5; i++) {
            assertThat(login(email(ana), "wrong", "10.2.0." + i)).hasStatus(401);
        }
        failMore(subject(email(ana)), 4);
        var refused = login(email(ana), "correct horse", "10.2.1.1").exchange();
        assertThat(refused)
                .hasStatus(429)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Too many failed attempts, try again later\"}");
        assertThat(retryAfter(refused)).isBetween(1, 16);
        assertThat(login(email(given.user()), "wrong", "10.2.1.1")).hasStatus(401);

        letPass(email(ana));
        assertThat(login(email(ana), "correct horse", "10.2.1.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.2.1.1")).hasStatus(401);
    }

    @Test
    void neverMakesTheOwnerWaitLong() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "wrong", "10.2.2.1")).hasStatus(401);
        jdbc.sql("update login_failure set failures = 1000000 where subject = :subject")
                .param("subject", subject(email(ana)))
                .update();
        var result = login(email(ana), "correct horse", "10.2.2.1").exchange();
        assertThat(result).hasStatus(429);
        assertThat(Integer.valueOf(result.getResponse().getHeader("Retry-After"))).isBetween(1, 30);
    }

    @Test
    void letsTheOwnerInWhereTheyHaveBeenBeforeHoweverTheAccountIsAttacked() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.0.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.0.2")).hasStatus(401);
        failMore(subject(email(ana)), 1_000_000);
        assertThat(login(email(ana), "correct horse", "10.5.0.2")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.0.1")).hasStatus(201);
    }

    @Test
    void makesGuessingWaitAlsoWhereTheOwnerHasBeenBefore() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.1.1")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.1.1")).hasStatus(401);
        failMore(subject(email(ana)).replace("account:", "place:") + ":10.5.1.1", 9);
        assertThat(login(email(ana), "correct horse", "10.5.1.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.1.2")).hasStatus(201);
    }

    @Test
    void countsForAnAddressWhatAnAccountRefusesIt() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "wrong", "10.5.2.1")).hasStatus(401);
        failMore(subject(email(ana)), 1_000_000);
        assertThat(login(email(ana), "wrong", "10.5.2.2")).hasStatus(429);
        failMore("address:10.5.2.2", 28);
        assertThat(login(email(userWithPassword()), "correct horse", "10.5.2.2")).hasStatus(429);
    }

    @Test
    void forgivesNoGuessesForALoginOfTheGuessersOwn() {
        var mallory = userWithPassword();
        assertThat(login(email(mallory), "correct horse", "10.5.3.1")).hasStatus(201);
        for (var i = 0; i < 3; i++) {
            assertThat(login("guess%d@example.org".formatted(i), "wrong", "10.5.3.1"))
                    .hasStatus(401);
            assertThat(login(email(mallory), "correct horse", "10.5.3.1")).hasStatus(201);
        }
        assertThat(
                        jdbc.sql("select failures from login_failure where subject = ?")
                                .param("address:10.5.3.1")
                                .query(Integer.class)
                                .single())
                .isEqualTo(3);
    }

    /** Or whoever shares an address with the household would learn who has an account there. */
    @Test
    void answersAWrongPasswordWhereTheOwnerHasBeenBeforeAsAnywhereElse() {
        var ana = userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.5.4.1")).hasStatus(201);
        assertThat(login("guess@example.org", "wrong", "10.5.4.1")).hasStatus(401);
        failMore("address:10.5.4.1", 28);
        assertThat(login("another@example.org", "wrong", "10.5.4.1")).hasStatus(429);
        assertThat(login(email(ana), "wrong", "10.5.4.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.4.1")).hasStatus(201);

        assertThat(login(email(ana), "correct horse", "10.5.4.2")).hasStatus(201);
        assertThat(login(email(ana), "wrong", "10.5.4.3")).hasStatus(401);
        failMore(subject(email(ana)), 28);
        assertThat(login(email(ana), "wrong", "10.5.4.2")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.5.4.2")).hasStatus(201);
    }

    @Test
    void makesAnAddressWaitThatGuessesManyAccounts() {
        for (var i = 0; i < 3; i++) {
            var someone = "guess%d@example.org".formatted(i);
            assertThat(login(someone, "wrong", "10.3.0.1")).hasStatus(401);
        }
        failMore("address:10.3.0.1", 26);
        var ana = userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.3.0.1")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.3.0.2")).hasStatus(201);
    }

    @Test
    void gainsNothingByGuessingAtOnce() throws Exception {
        var ana = userWithPassword();
        List<Callable<Integer>> guesses = new ArrayList<>();
        for (var i = 0; i < 16; i++) {
            var address = "10.4.0." + i;
            guesses.add(
                    () -> login(email(ana), "wrong", address).exchange().getResponse().getStatus());
        }
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var answer : threads.invokeAll(guesses)) {
                statuses.add(answer.get());
            }
        }
        // Five are free; on a slow machine a second or two may pass meanwhile.
        assertThat(statuses).contains(429);
        assertThat(statuses.stream().filter(status -> status == 401).count()).isBetween(5L, 9L);
    }

    @Test
    void ownsToWhichDeviceASessionBelongs() {
        var ana = userWithPassword();
        assertThat(
                        login(email(ana), "correct horse", "10.1.0.4")
                                .header("User-Agent", "immich-android/3.2.2")
                                .header("deviceModel", "Pixel 9")
                                .header("deviceType", "Android"))
                .hasStatus(201);
        assertThat(device(ana)).containsExactly("Pixel 9", "Android", "3.2.2");

        var bob = userWithPassword();
        assertThat(
                        login(email(bob), "correct horse", "10.1.0.4")
                                .header(
                                        "User-Agent",
                                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
                                                + " (KHTML, like Gecko) Chrome/142.0 Safari/537.36"))
                .hasStatus(201);
        assertThat(device(bob)).containsExactly("Chrome", "Linux", null);
    }

    private List<Object> device(Caller caller) {
        return new ArrayList<>(
                jdbc.sql(
                                "select device_type, device_os, app_version from session where user_id = ?")
                        .param(caller.userId())
                        .query()
                        .singleRow()
                        .values());
    }

    @Test
    void logsOutThisSessionOnly() {
        var ana = given.user();
        var here = given.cookie(ana);
        var there = given.bearer(ana);
        var result = http.post().uri("/api/auth/logout").cookie(here).exchange();
        assertThat(result).hasStatusOk();
        assertThat(result.getResponse().getHeaders(HttpHeaders.SET_COOKIE))
                .hasSize(3)
                .allMatch(cookie -> cookie.contains("=; Path=/; Max-Age=0;"));
        assertThat(http.get().uri("/api/users/me").cookie(here)).hasStatus(401);
        assertThat(http.get().uri("/api/users/me").header("Authorization", there)).hasStatusOk();
    }

    @Test
    void refusesToChangeAnythingForAPageOfAnotherSite() {
        var ana = given.user();
        for (var origin : List.of("https://evil.example", "null", "http://localhost:8080")) {
            assertThat(logout(ana).header("Origin", origin)).hasStatus(403);
        }
        assertThat(logout(ana).header("Sec-Fetch-Site", "cross-site")).hasStatus(403);
        assertThat(logout(ana).header("Sec-Fetch-Site", "same-site")).hasStatus(403);
        assertThat(logout(ana).header("Origin", "http://localhost")).hasStatusOk();
        assertThat(logout(ana).header("Sec-Fetch-Site", "same-origin")).hasStatusOk();
        assertThat(
                        http.post()
                                .uri("/api/auth/logout")
                                .header("Authorization", given.bearer(ana))
                                .header("Origin", "https://evil.example"))
                .hasStatusOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"password = 'changed'", "deleted_at = now()"})
    @Timeout(60)
    void opensNoSessionByWhatHasEndedWhileItWasCompared(String change) {
        var ana = userWithPassword();
        jdbc.sql("update \"user\" set password = ? where id = ?")
                .params(BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", 12)), ana.userId())
                .update();
        var login =
                transaction.execute(
                        _ -> {
                            jdbc.sql("update \"user\" set " + change + " where id = ?")
                                    .param(ana.userId())
                                    .update();
                            var status =
                                    CompletableFuture.supplyAsync(
                                            () ->
                                                    login(email(ana), "correct horse", "10.6.0.7")
                                                            .exchange()
                                                            .getResponse()
                                                            .getStatus());
                            waiting.awaitOneOr(status::isDone);
                            return status;
                        });
        assertThat(login.join()).isEqualTo(401);
        assertThat(
                        jdbc.sql("select count(*) from session where user_id = ?")
                                .param(ana.userId())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    /** Two that come at once compare with the hash that the first of them replaces. */
    @Test
    @Timeout(60)
    void opensASessionByAPasswordWhoseHashIsReplacedMeanwhile() {
        var ana = userWithPassword();
        var login =
                transaction.execute(
                        _ -> {
                            jdbc.sql("update \"user\" set password = ? where id = ?")
                                    .params(
                                            BCrypt.hashpw(
                                                    "correct horse", BCrypt.gensalt("$2b", 12)),
                                            ana.userId())
                                    .update();
                            var status =
                                    CompletableFuture.supplyAsync(
                                            () ->
                                                    login(email(ana), "correct horse", "10.6.0.8")
                                                            .exchange()
                                                            .getResponse()
                                                            .getStatus());
                            waiting.awaitOneOr(status::isDone);
                            return status;
                        });
        assertThat(login.join()).isEqualTo(201);
    }

    private MockMvcRequestBuilder changePassword(String bearer, String from, String to) {
        return changePassword(bearer, from, to, "false");
    }

    private MockMvcRequestBuilder changePassword(
            String bearer, String from, String to, String invalidateSessions) {
        return http.post()
                .uri("/api/auth/change-password")
                .header("Authorization", bearer)
                .contentType(MediaType.APPLICATION_JSON)
                .content(
                        "{\"password\": \"%s\", \"newPassword\": \"%s\", \"invalidateSessions\": %s}"
                                .formatted(from, to, invalidateSessions));
    }

    private MockMvcRequestBuilder me(String bearer) {
        return http.get().uri("/api/users/me").header("Authorization", bearer);
    }

    @Test
    void changesThePasswordAndLeavesOtherDevicesIn() throws Exception {
        var ana = userWithPassword();
        jdbc.sql("update \"user\" set should_change_password = true where id = ?")
                .param(ana.userId())
                .update();
        var here = given.bearer(ana);
        var there = given.bearer(ana);
        var changed = changePassword(here, "correct horse", "battery staple").exchange();
        assertThat(changed).hasStatusOk();
        assertThat(field(changed, "id")).isEqualTo(ana.userId().toString());
        assertThat(field(changed, "shouldChangePassword")).isEqualTo("false");
        assertThat(me(there)).hasStatusOk();
        assertThat(login(email(ana), "correct horse", "10.6.0.1")).hasStatus(401);
        assertThat(login(email(ana), "battery staple", "10.6.0.1")).hasStatus(201);
    }

    @Test
    void closesAllOtherSessionsWithThePasswordIfAsked(ApplicationEvents events) {
        var ana = userWithPassword();
        var here = given.bearer(ana);
        var there = given.token(ana);
        var child = given.childToken(there);
        var bobs = given.bearer(given.user());
        assertThat(changePassword(here, "correct horse", "battery staple", "true")).hasStatusOk();
        assertThat(me(here)).hasStatusOk();
        assertThat(me("Bearer " + there)).hasStatus(401);
        assertThat(me("Bearer " + child)).hasStatus(401);
        assertThat(me(bobs)).hasStatusOk();
        assertThat(events.stream(SessionClosed.class)).hasSize(2);
    }

    @Test
    void closesEverySessionForAnApiKeyThatChangesThePassword() {
        var ana = userWithPassword();
        var session = given.bearer(ana);
        assertThat(
                        changePassword("", "correct horse", "battery staple", "true")
                                .header(
                                        "x-api-key",
                                        given.apiKey(ana, Permission.AUTH_CHANGE_PASSWORD)))
                .hasStatusOk();
        assertThat(me(session)).hasStatus(401);
    }

    @Test
    void changesNoPasswordWithoutTheOldOne(ApplicationEvents events) {
        var ana = userWithPassword();
        var here = given.bearer(ana);
        var there = given.bearer(ana);
        for (var caller : List.of(here, given.bearer(given.user()))) {
            assertThat(changePassword(caller, "wrong", "battery staple", "true"))
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo("{\"message\": \"Wrong password\"}");
        }
        assertThat(me(there)).hasStatusOk();
        assertThat(events.stream(SessionClosed.class)).isEmpty();
        assertThat(login(email(ana), "correct horse", "10.6.0.2")).hasStatus(201);
    }

    @Test
    void takesNoPasswordThatIsTooShortOrLongerThanWhatIsCompared() {
        var ana = userWithPassword();
        for (var next : List.of("", "7 signs", "x".repeat(73))) {
            assertThat(changePassword(given.bearer(ana), "correct horse", next)).hasStatus(400);
        }
        assertThat(login(email(ana), "correct horse", "10.6.0.3")).hasStatus(201);
    }

    @Test
    void makesGuessingTheOldPasswordWaitAsALogin() {
        var ana = userWithPassword();
        var here = given.bearer(ana);
        assertThat(changePassword(here, "wrong", "battery staple")).hasStatus(400);
        failMore(subject(email(ana)), 9);
        assertThat(changePassword(here, "correct horse", "battery staple")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.6.0.4")).hasStatus(429);
    }

    @Test
    void closesChildSessionsWithTheirParent(ApplicationEvents events) {
        var ana = given.user();
        var phone = given.token(ana);
        var television = given.childToken(phone);
        var tablet = given.bearer(ana);
        assertThat(http.post().uri("/api/auth/logout").header("Authorization", "Bearer " + phone))
                .hasStatusOk();
        assertThat(me("Bearer " + television)).hasStatus(401);
        assertThat(me(tablet)).hasStatusOk();
        assertThat(events.stream(SessionClosed.class)).hasSize(2);
    }

    @Test
    void leavesItsUsersSessionsAloneWhenAnApiKeyLogsOut() {
        var ana = given.user();
        var session = given.bearer(ana);
        assertThat(
                        http.post()
                                .uri("/api/auth/logout")
                                .header("x-api-key", given.apiKey(ana, Permission.ASSET_READ)))
                .hasStatusOk();
        assertThat(me(session)).hasStatusOk();
    }

    @Test
    void takesATokenUnderEveryNameOfTheServer() {
        var ana = given.user();
        var cookie = given.cookie(ana);
        for (var name : List.of("192.168.1.20", "photos.example.org", "pi.local")) {
            assertThat(http.get().uri("http://" + name + "/api/users/me").cookie(cookie))
                    .hasStatusOk();
        }
    }

    private MockMvcRequestBuilder logout(Caller caller) {
        return http.post().uri("/api/auth/logout").cookie(given.cookie(caller));
    }

    private static String subject(String email) {
        try {
            return "account:"
                    + java.util.HexFormat.of()
                            .formatHex(
                                    java.security.MessageDigest.getInstance("SHA-256")
                                            .digest(
                                                    email.getBytes(
                                                            java.nio.charset.StandardCharsets
                                                                    .UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if that many more attempts had failed just now. */
    private void failMore(String subject, int failures) {
        assertThat(
                        jdbc.sql(
                                        """
                                        update login_failure
                                        set failures = failures + ?, last_at = now()
                                        where subject = ?
                                        """)
                                .params(failures, subject)
                                .update())
                .isEqualTo(1);
    }

    private static int retryAfter(MvcTestResult result) {
        return Integer.parseInt(String.valueOf(result.getResponse().getHeader("Retry-After")));
    }

    /** Time goes by for this account. */
    private void letPass(String email) {
        jdbc.sql("update login_failure set last_at = last_at - interval '1 hour' where subject = ?")
                .param(subject(email))
                .update();
    }
}
