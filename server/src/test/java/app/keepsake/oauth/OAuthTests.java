package app.keepsake.oauth;

import static app.keepsake.support.Fixtures.email;
import static app.keepsake.support.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Waiting;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Logins by a real provider, of which some are not what they seem. */
@ExtendWith(OutputCaptureExtension.class)
class OAuthTests extends OAuthTest {

    @Autowired Waiting waiting;

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
        var subject = person(verified(email(ana)));
        assertThat(logIn(subject)).hasStatus(201);
        PROVIDER.account(subject, verified(address()));
        jdbc.sql("delete from session where user_id = ?").param(ana.userId()).update();
        var attempt = attempt(subject);
        waiting.answerDuring(
                () ->
                        jdbc.sql("update \"user\" set " + change + " where id = ?")
                                .param(ana.userId())
                                .update(),
                () -> finish(attempt));
        assertThat(given.sessionsOf(ana)).isZero();
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
                                                                email(ana),
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
