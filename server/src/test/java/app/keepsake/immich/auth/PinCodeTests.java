package app.keepsake.immich.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Waiting;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.bcrypt.BCrypt;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

@ServerTest
class PinCodeTests {

    private static final String WRONG = "{\"message\": \"Wrong PIN code\"}";

    @Autowired Fixtures given;
    @Autowired AssetFixtures givenAssets;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Waiting waiting;

    private Caller ana;
    private String token;

    /** A user with the password "correct horse", without a PIN. */
    @BeforeEach
    void ana() {
        ana = given.userWithPassword();
        token = given.token(ana);
    }

    private MockMvcRequestBuilder call(MockMvcRequestBuilder request, String body) {
        return request.header("Authorization", "Bearer " + token)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    private MockMvcRequestBuilder setUp(String pin) {
        return call(http.post().uri("/api/auth/pin-code"), "{\"pinCode\": \"%s\"}".formatted(pin));
    }

    private MockMvcRequestBuilder change(String body) {
        return call(http.put().uri("/api/auth/pin-code"), body);
    }

    private MockMvcRequestBuilder reset(String body) {
        return call(http.delete().uri("/api/auth/pin-code"), body);
    }

    private MockMvcRequestBuilder unlock(String pin) {
        return call(
                http.post().uri("/api/auth/session/unlock"),
                "{\"pinCode\": \"%s\"}".formatted(pin));
    }

    private MockMvcRequestBuilder lock() {
        return call(http.post().uri("/api/auth/session/lock"), "");
    }

    private MockMvcRequestBuilder status() {
        return call(http.get().uri("/api/auth/status"), "");
    }

    /** Whether this session may see what is locked, as the locked folder would find out. */
    private boolean seesLocked() {
        var photo = givenAssets.asset(ana, Map.of("visibility", "locked"));
        var answer =
                http.get()
                        .uri("/api/assets/" + photo + "/thumbnail")
                        .header("Authorization", "Bearer " + token)
                        .exchange()
                        .getResponse();
        // No thumbnail was ever made: 404 is as far as one comes.
        assertThat(answer.getStatus()).isIn(401, 404);
        return answer.getStatus() == 404;
    }

    private void endsIn(String interval) {
        jdbc.sql("update session set pin_expires_at = now() + ?::interval where id = ?")
                .params(interval, given.sessionId(token))
                .update();
    }

    private long secondsLeft() {
        return jdbc.sql(
                        "select extract(epoch from pin_expires_at - now()) from session where id = ?")
                .param(given.sessionId(token))
                .query(Long.class)
                .single();
    }

    @Test
    void opensTheLockedFolderForAQuarterOfAnHour() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(seesLocked()).isFalse();
        assertThat(unlock("123456")).hasStatus(204);
        assertThat(seesLocked()).isTrue();
        assertThat(secondsLeft()).isBetween(14 * 60L, 15 * 60L);
        endsIn("-1 second");
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void opensItForThisSessionOnly() {
        var other = given.token(ana);
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(unlock("123456")).hasStatus(204);
        token = other;
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void keepsItOpenForFiveMinutesAfterTheLastLook() {
        assertThat(setUp("123456")).hasStatus(204);
        endsIn("3 minutes");
        assertThat(seesLocked()).isTrue();
        assertThat(secondsLeft()).isBetween(4 * 60L, 5 * 60L);
        endsIn("10 minutes");
        assertThat(seesLocked()).isTrue();
        assertThat(secondsLeft()).isGreaterThan(9 * 60L);
    }

    @Test
    void locksAgainWhenTold() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(unlock("123456")).hasStatus(204);
        assertThat(lock()).hasStatus(204);
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void locksAnotherSessionOfTheSameUserOnly() {
        endsIn("10 minutes");
        var mine = given.sessionId(token);
        var bobs = given.bearer(given.user());
        var uri = "/api/sessions/" + mine + "/lock";
        assertThat(http.post().uri(uri).header("Authorization", bobs))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"Not found or no session.lock access\"}");
        assertThat(seesLocked()).isTrue();
        assertThat(http.post().uri(uri).header("Authorization", given.bearer(ana))).hasStatus(204);
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void saysHowThingsStand() {
        assertThat(status())
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo(
                        "{\"pinCode\": false, \"password\": true, \"isElevated\": false}");
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(unlock("123456")).hasStatus(204);
        jdbc.sql("update session set expires_at = '2100-01-01T00:00:00Z' where id = ?")
                .param(given.sessionId(token))
                .update();
        assertThat(status())
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"pinCode": true, "password": true, "isElevated": true,
                         "expiresAt": "2100-01-01T00:00:00.000Z"}
                        """)
                .hasPath("$.pinExpiresAt");
        ana = given.user();
        token = given.token(ana);
        assertThat(status()).bodyJson().extractingPath("$.password").isEqualTo(false);
    }

    @Test
    void keepsNoPinInTheClear() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(
                        jdbc.sql("select pin_code from \"user\" where id = ?")
                                .param(ana.userId())
                                .query(String.class)
                                .single())
                .startsWith("{bcrypt}$2b$");
    }

    @Test
    void takesAPinAsImmichHashedIt() {
        jdbc.sql("update \"user\" set pin_code = ? where id = ?")
                .params(BCrypt.hashpw("123456", BCrypt.gensalt("$2b", 4)), ana.userId())
                .update();
        assertThat(unlock("123456")).hasStatus(204);
    }

    @Test
    void setsAPinUpOnce() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(setUp("654321"))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"User already has a PIN code\"}");
        assertThat(unlock("123456")).hasStatus(204);
    }

    @Test
    void wantsSixDigits() {
        for (var pin : List.of("", "12345", "1234567", "12345a", "１２３４５６")) {
            assertThat(setUp(pin)).hasStatus(400);
            assertThat(change("{\"newPinCode\": \"%s\"}".formatted(pin))).hasStatus(400);
        }
        assertThat(call(http.post().uri("/api/auth/pin-code"), "{}")).hasStatus(400);
        assertThat(status()).bodyJson().extractingPath("$.pinCode").isEqualTo(false);
    }

    @Test
    void changesThePinByTheOldOneOrByThePassword() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(change("{\"pinCode\": \"123456\", \"newPinCode\": \"222222\"}")).hasStatus(204);
        assertThat(unlock("123456")).hasStatus(400).bodyJson().isStrictlyEqualTo(WRONG);
        assertThat(change("{\"password\": \"correct horse\", \"newPinCode\": \"333333\"}"))
                .hasStatus(204);
        assertThat(unlock("333333")).hasStatus(204);
    }

    @Test
    void changesNoPinWithoutProof() {
        assertThat(change("{\"pinCode\": \"123456\", \"newPinCode\": \"222222\"}"))
                .hasStatus(400)
                .bodyJson()
                .isStrictlyEqualTo("{\"message\": \"User does not have a PIN code\"}");
        assertThat(setUp("123456")).hasStatus(204);
        var proofs =
                Map.of(
                        "", "Either password or pinCode is required",
                        "\"pinCode\": \"000000\",", "Wrong PIN code",
                        "\"password\": \"wrong\",", "Wrong password",
                        // The password is looked at first, also when the PIN would be right.
                        "\"password\": \"wrong\", \"pinCode\": \"123456\",", "Wrong password");
        proofs.forEach(
                (proof, reason) -> {
                    var message = "{\"message\": \"%s\"}".formatted(reason);
                    assertThat(change("{%s \"newPinCode\": \"222222\"}".formatted(proof)))
                            .hasStatus(400)
                            .bodyJson()
                            .isStrictlyEqualTo(message);
                    assertThat(reset("{%s}".formatted(proof.replaceAll(",$", ""))))
                            .hasStatus(400)
                            .bodyJson()
                            .isStrictlyEqualTo(message);
                });
        assertThat(unlock("123456")).hasStatus(204);
    }

    @Test
    void takesThePinAwayAndLocksAllSessionsWithIt() {
        for (var proof : List.of("\"pinCode\": \"123456\"", "\"password\": \"correct horse\"")) {
            assertThat(setUp("123456")).hasStatus(204);
            assertThat(unlock("123456")).hasStatus(204);
            var here = token;
            token = given.token(ana);
            assertThat(reset("{%s}".formatted(proof))).hasStatus(204);
            assertThat(status()).bodyJson().extractingPath("$.pinCode").isEqualTo(false);
            token = here;
            assertThat(seesLocked()).isFalse();
        }
    }

    @Test
    @Timeout(60)
    void opensNothingByAPinThatIsTakenAwayWhileItIsCompared() {
        assertThat(setUp("123456")).hasStatus(204);
        var status =
                waiting.answerDuring(
                        () ->
                                jdbc.sql("update \"user\" set pin_code = null where id = ?")
                                        .param(ana.userId())
                                        .update(),
                        () -> unlock("123456").exchange().getResponse().getStatus());
        assertThat(status).isEqualTo(400);
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void unlocksNothingForAnApiKey() {
        assertThat(setUp("123456")).hasStatus(204);
        for (var action : List.of("unlock", "lock")) {
            assertThat(
                            http.post()
                                    .uri("/api/auth/session/" + action)
                                    .header("x-api-key", given.apiKey(ana, Permission.ALL))
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .content("{\"pinCode\": \"123456\"}"))
                    .hasStatus(400)
                    .bodyJson()
                    .isStrictlyEqualTo(
                            "{\"message\": \"This endpoint can only be used with a session token\"}");
        }
    }

    /** Not with the password, as in Immich: the folder is locked against who has the phone. */
    @Test
    void unlocksByThePinAlone() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(
                        call(
                                http.post().uri("/api/auth/session/unlock"),
                                "{\"password\": \"correct horse\"}"))
                .hasStatus(400);
        assertThat(seesLocked()).isFalse();
    }

    @Test
    void makesGuessingWaitAndForgetsAtSuccess() {
        assertThat(setUp("123456")).hasStatus(204);
        for (var i = 0; i < 5; i++) {
            assertThat(unlock("00000" + i)).hasStatus(400).bodyJson().isStrictlyEqualTo(WRONG);
        }
        failed(9);
        var refused = unlock("123456").exchange();
        assertThat(refused).hasStatus(429);
        // The owner waits half a minute at the most.
        assertThat(Integer.parseInt(String.valueOf(refused.getResponse().getHeader("Retry-After"))))
                .isBetween(1, 30);
        assertThat(change("{\"pinCode\": \"123456\", \"newPinCode\": \"222222\"}")).hasStatus(429);
        assertThat(seesLocked()).isFalse();

        failed(0);
        assertThat(unlock("123456")).hasStatus(204);
        assertThat(unlock("000000")).hasStatus(400);
        assertThat(unlock("123456")).hasStatus(204);
    }

    @Test
    void countsPinsApartFromPasswords() {
        assertThat(setUp("123456")).hasStatus(204);
        assertThat(unlock("000000")).hasStatus(400);
        failed(1_000);
        assertThat(reset("{\"password\": \"correct horse\"}")).hasStatus(204);
    }

    /** As if so many PINs had been wrong just now. */
    private void failed(int failures) {
        assertThat(
                        jdbc.sql(
                                        """
                                        update login_failure set failures = ?, last_at = now()
                                        where subject = 'pin-account:' || encode(sha256(?), 'hex')
                                        """)
                                .params(
                                        failures,
                                        Fixtures.email(ana).getBytes(StandardCharsets.UTF_8))
                                .update())
                .isEqualTo(1);
    }
}
