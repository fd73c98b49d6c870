package app.keepsake.immich.auth;

import static app.keepsake.support.Fixtures.email;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

/** A password is changed by who knows the old one. */
@RecordApplicationEvents
class PasswordChangeTests extends AuthTest {

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

    @Test
    void changesThePasswordAndLeavesOtherDevicesIn() throws Exception {
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
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
        var ana = given.userWithPassword();
        for (var next : List.of("", "7 signs", "x".repeat(73))) {
            assertThat(changePassword(given.bearer(ana), "correct horse", next)).hasStatus(400);
        }
        assertThat(login(email(ana), "correct horse", "10.6.0.3")).hasStatus(201);
    }

    @Test
    void makesGuessingTheOldPasswordWaitAsALogin() {
        var ana = given.userWithPassword();
        var here = given.bearer(ana);
        assertThat(changePassword(here, "wrong", "battery staple")).hasStatus(400);
        failMore(subject(email(ana)), 9);
        assertThat(changePassword(here, "correct horse", "battery staple")).hasStatus(429);
        assertThat(login(email(ana), "correct horse", "10.6.0.4")).hasStatus(429);
    }
}
