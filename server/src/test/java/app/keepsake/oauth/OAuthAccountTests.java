package app.keepsake.oauth;

import static app.keepsake.support.Fixtures.email;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.json.JsonMapper;

/** Whose account a person at the provider gets: a new one, their own, and nobody else's. */
class OAuthAccountTests extends OAuthTest {

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
    void linksAnAccountByAnAddressThatTheProviderHasVerified() {
        var ana = given.user();
        var subject = person(verified(email(ana).toUpperCase(java.util.Locale.ROOT)));
        assertThat(logIn(subject))
                .hasStatus(201)
                .bodyJson()
                .extractingPath("$.userId")
                .isEqualTo(ana.userId().toString());
        assertThat(row(email(ana))).containsEntry("oauth_id", subject);
    }

    @Test
    void givesNobodysAccountAwayForAnAddressThatAnyoneCouldClaim() {
        givenAnAdministrator();
        var ana = given.user();
        var claims = Map.<String, Object>of("email", email(ana), "name", "Eve");
        assertThat(logIn(person(claims))).hasStatus(400);
        var unverified =
                Map.<String, Object>of("email", email(ana), "name", "Eve", "email_verified", false);
        assertThat(logIn(person(unverified))).hasStatus(400);
        assertThat(row(email(ana))).containsEntry("oauth_id", "");

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
                        .writeValueAsString(Map.of("email", email(ana), "name", "Ana Maria"));
        assertThat(put("/api/users/me", ana, body)).hasStatusOk();
        assertThat(logIn(person(verified(email(ana))))).hasStatus(201);
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
        var subject = person(verified(email(ana)));
        assertThat(logIn(subject)).hasStatus(201);
        assertThat(logIn(person(verified(email(ana))))).hasStatus(400);
        assertThat(row(email(ana))).containsEntry("oauth_id", subject);
    }

    @Test
    void letsNobodyIntoADeletedAccount() {
        var ana = given.user();
        var subject = person(verified(email(ana)));
        var notLinked = given.user();
        assertThat(logIn(subject)).hasStatus(201);
        jdbc.sql(
                        """
                        update "user" set deleted_at = now(), status = 'deleted' where id in (?, ?)
                        """)
                .params(ana.userId(), notLinked.userId())
                .update();
        assertThat(logIn(subject)).hasStatus(400);
        assertThat(logIn(person(verified(email(notLinked))))).hasStatus(400);
        assertThat(count(email(ana))).isEqualTo(1);
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
}
