package app.keepsake.immich.auth;

import static app.keepsake.support.Fixtures.email;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** Who gets in by a password, and what they get. */
class LoginTests extends AuthTest {

    private static final String WRONG = "{\"message\": \"Incorrect email or password\"}";

    @Autowired Waiting waiting;

    @Test
    void opensASessionWithTokenAndCookies() throws Exception {
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
        var result = login(email(ana), "correct horse", "10.1.0.1").secure(true).exchange();
        assertThat(result.getResponse().getHeaders(HttpHeaders.SET_COOKIE))
                .hasSize(3)
                .allMatch(cookie -> cookie.contains("; Secure;"));
    }

    @Test
    void storesNoTokenInTheClear() throws Exception {
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
        assertThat(login(email(ana), "correct horse", "10.1.0.3")).hasStatus(201);
        assertThat(passwordOf(ana)).startsWith("{bcrypt}$2b$12$");
        assertThat(login(email(ana), "correct horse", "10.1.0.3")).hasStatus(201);
    }

    @Test
    void takesAnImmichPasswordThatIsLongerThanWhatBcryptReads() {
        var ana = given.user();
        var read = "x".repeat(72);
        given.setPassword(ana, BCrypt.hashpw(read, BCrypt.gensalt("$2b", 10)));
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
        given.setPassword(ana, hash);
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
    void ownsToWhichDeviceASessionBelongs() {
        var ana = given.userWithPassword();
        assertThat(
                        login(email(ana), "correct horse", "10.1.0.4")
                                .header("User-Agent", "immich-android/3.2.2")
                                .header("deviceModel", "Pixel 9")
                                .header("deviceType", "Android"))
                .hasStatus(201);
        assertThat(device(ana)).containsExactly("Pixel 9", "Android", "3.2.2");

        var bob = given.userWithPassword();
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

    @ParameterizedTest
    @ValueSource(strings = {"password = 'changed'", "deleted_at = now()"})
    @Timeout(60)
    void opensNoSessionByWhatHasEndedWhileItWasCompared(String change) {
        var ana = given.userWithPassword();
        given.setPassword(ana, BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", 12)));
        var status =
                waiting.answerDuring(
                        () ->
                                jdbc.sql("update \"user\" set " + change + " where id = ?")
                                        .param(ana.userId())
                                        .update(),
                        () -> loginStatus(email(ana), "10.6.0.7"));
        assertThat(status).isEqualTo(401);
        assertThat(given.sessionsOf(ana)).isZero();
    }

    /** Two that come at once compare with the hash that the first of them replaces. */
    @Test
    @Timeout(60)
    void opensASessionByAPasswordWhoseHashIsReplacedMeanwhile() {
        var ana = given.userWithPassword();
        var hash = BCrypt.hashpw("correct horse", BCrypt.gensalt("$2b", 12));
        var status =
                waiting.answerDuring(
                        () -> given.setPassword(ana, hash),
                        () -> loginStatus(email(ana), "10.6.0.8"));
        assertThat(status).isEqualTo(201);
    }

    private int loginStatus(String email, String address) {
        return login(email, "correct horse", address).exchange().getResponse().getStatus();
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
}
