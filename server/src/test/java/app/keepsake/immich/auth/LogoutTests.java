package app.keepsake.immich.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

/** Which sessions a logout ends, and who may ask for it. */
@RecordApplicationEvents
class LogoutTests extends AuthTest {

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

    private MockMvcRequestBuilder logout(Caller caller) {
        return http.post().uri("/api/auth/logout").cookie(given.cookie(caller));
    }
}
