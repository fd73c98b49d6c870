package app.keepsake.immich.user;

import static app.keepsake.support.Fixtures.email;
import static app.keepsake.support.Wire.login;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class UserTests {

    @Autowired Fixtures given;
    @Autowired AssetFixtures assets;
    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired TransactionTemplate transaction;

    private MvcTestResult call(Caller caller, String method, String path, String body) {
        return new Wire(http, given)
                .send(caller, HttpMethod.valueOf(method), "/api/users" + path, body);
    }

    private MvcTestResult get(Caller caller, String path) {
        return new Wire(http, given).send(caller, HttpMethod.GET, "/api/users" + path, null);
    }

    private static String address() {
        return UUID.randomUUID() + "@example.org";
    }

    @Test
    void listsThoseWithWhomOneMayShare() {
        var ana = given.user();
        var ben = given.user();
        var gone = given.user();
        jdbc.sql("update \"user\" set deleted_at = now(), status = 'deleted' where id = ?")
                .param(gone.userId())
                .update();
        var ids = assertThat(get(ana, "")).hasStatusOk().bodyJson().extractingPath("$[*].id");
        ids.asArray()
                .contains(ana.userId().toString(), ben.userId().toString())
                .doesNotContain(gone.userId().toString());
        assertThat(get(ana, "/" + ben.userId()))
                .bodyJson()
                .extractingPath("$.email")
                .isEqualTo(email(ben));
        assertThat(get(ana, "/" + UUID.randomUUID())).hasStatus(400);
        assertThat(get(ana, "/1-1-1-1")).hasStatus(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void changesOnlyWhatIsSentOfOnesOwnAccount(String method) {
        var ana = given.user();
        assertThat(call(ana, method, "/me", "{\"avatarColor\": \"green\"}")).hasStatusOk();
        assertThat(call(ana, method, "/me", "{\"name\": \"Ana Maria\"}"))
                .hasStatusOk()
                .bodyJson()
                .convertTo(Map.class)
                .satisfies(
                        me -> {
                            assertThat(me.get("name")).isEqualTo("Ana Maria");
                            assertThat(me.get("avatarColor")).isEqualTo("green");
                            assertThat(me.get("email")).isEqualTo(email(ana));
                        });
        assertThat(get(ana, "/me")).bodyJson().extractingPath("$.name").isEqualTo("Ana Maria");
    }

    @Test
    @Timeout(60)
    void waitsForNothingThatIsBeingAdded() {
        var ana = given.user();
        transaction.executeWithoutResult(
                _ -> {
                    assets.asset(ana, Map.of());
                    var renamed =
                            CompletableFuture.supplyAsync(
                                    () -> call(ana, "PUT", "/me", "{\"name\": \"Ana Maria\"}"));
                    assertThat(renamed.orTimeout(30, TimeUnit.SECONDS).join()).hasStatusOk();
                });
    }

    @Test
    void givesAnAddressToOneAccountOnlyHoweverItIsWritten() {
        var ana = given.user();
        var ben = given.user();
        var address = "Ana-" + address();
        assertThat(call(ana, "PUT", "/me", "{\"email\": \"%s\"}".formatted(address)))
                .bodyJson()
                .extractingPath("$.email")
                .isEqualTo(address.toLowerCase(java.util.Locale.ROOT));
        var taken =
                "{\"email\": \"%s\", \"name\": \"Benny\"}"
                        .formatted(address.toUpperCase(java.util.Locale.ROOT));
        assertThat(call(ben, "PUT", "/me", taken))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("$.message")
                .isEqualTo("Email already in use by another account");
        assertThat(get(ben, "/me")).bodyJson().extractingPath("$.name").isEqualTo("Ana");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"email\": \"nowhere\"}",
                "{\"email\": \"ümlaut@example.org\"}",
                "{\"name\": \" \"}",
                "{\"password\": \"\"}",
                "{\"avatarColor\": \"beige\"}"
            })
    void refusesWhatIsNoAccount(String body) {
        assertThat(call(given.user(), "PUT", "/me", body)).hasStatus(400);
    }

    @Test
    void setsThePasswordThatTheAppAsksANewUserFor() {
        var ana = given.user();
        var address = email(ana);
        jdbc.sql("update \"user\" set should_change_password = true where id = ?")
                .param(ana.userId())
                .update();
        assertThat(call(ana, "PUT", "/me", "{\"password\": \"correct horse\"}"))
                .bodyJson()
                .extractingPath("$.shouldChangePassword")
                .isEqualTo(false);
        assertThat(login(http, address, "correct horse")).hasStatus(201);
    }

    @Test
    void letsNoKeyThatMayDoLessChangeWhatOneLogsInWith() {
        var ana = given.user();
        var key = given.apiKey(ana, Permission.USER_UPDATE, Permission.USER_READ);
        var before = row(ana);
        for (var body :
                List.of(
                        "{\"password\": \"correct horse\"}",
                        "{\"email\": \"%s\"}".formatted(address()),
                        "{\"name\": \"Eve\", \"password\": \"correct horse\"}")) {
            assertThat(byKey(key, body))
                    .hasStatus(403)
                    .bodyJson()
                    .isStrictlyEqualTo("{\"message\": \"Missing required permission: all\"}");
        }
        assertThat(row(ana)).isEqualTo(before);
        assertThat(byKey(key, "{\"name\": \"Ana Maria\", \"avatarColor\": \"green\"}"))
                .hasStatusOk();
        assertThat(byKey(given.apiKey(ana, Permission.ALL), "{\"password\": \"correct horse\"}"))
                .hasStatusOk();
    }

    private MvcTestResult byKey(String key, String body) {
        return http.put()
                .uri("/api/users/me")
                .header("x-api-key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private Map<String, @Nullable Object> row(Caller caller) {
        return jdbc.sql("select * from \"user\" where id = ?")
                .param(caller.userId())
                .query()
                .singleRow();
    }

    @Test
    void grantsNobodyMoreThanTheyHave() {
        var ana = given.user();
        jdbc.sql("update \"user\" set quota_size_in_bytes = 5 where id = ?")
                .param(ana.userId())
                .update();
        for (var quota : new String[] {"null", "6"}) {
            var body = "{\"isAdmin\": true, \"quotaSizeInBytes\": %s, \"name\": \"x\"}";
            var me = assertThat(call(ana, "PUT", "/me", body.formatted(quota))).bodyJson();
            me.extractingPath("$.name").isEqualTo("x");
            me.extractingPath("$.isAdmin").isEqualTo(false);
            me.extractingPath("$.quotaSizeInBytes").isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void keepsOfPreferencesOnlyWhatDiffersFromTheDefaults(String method) {
        var ana = given.user();
        var changes =
                """
                {"memories": {"duration": 9, "enabled": true}, "tags": {"enabled": true},
                 "people": {"minimumFaces": 4}, "download": {"archiveSize": 4294967296}}
                """;
        assertThat(call(ana, method, "/me/preferences", changes)).hasStatusOk();
        var all =
                assertThat(
                                call(
                                        ana,
                                        method,
                                        "/me/preferences",
                                        "{\"tags\": {\"sidebarWeb\": true}}"))
                        .hasStatusOk()
                        .bodyJson();
        all.extractingPath("$.memories.duration").isEqualTo(9);
        all.extractingPath("$.tags")
                .asMap()
                .containsOnly(Map.entry("enabled", true), Map.entry("sidebarWeb", true));
        all.extractingPath("$.albums.defaultAssetOrder").isEqualTo("desc");
        assertThat(stored(ana, "preferences"))
                .isEqualTo(
                        "{\"tags\": {\"enabled\": true, \"sidebarWeb\": true},"
                                + " \"people\": {\"minimumFaces\": 4},"
                                + " \"memories\": {\"duration\": 9}}");
        assertThat(call(ana, method, "/me/preferences", "{\"memories\": {\"duration\": 5}}"))
                .hasStatusOk();
        assertThat(stored(ana, "preferences")).doesNotContain("memories");
    }

    private String stored(Caller caller, String key) {
        return jdbc.sql("select value::text from user_metadata where user_id = ? and key = ?")
                .params(caller.userId(), key)
                .query(String.class)
                .single();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"memories\": {\"duration\": 0}}",
                "{\"people\": {\"minimumFaces\": 0}}",
                "{\"download\": {\"archiveSize\": 9007199254740992}}",
                "{\"albums\": {\"defaultAssetOrder\": \"up\"}}",
                "{\"tags\": \"on\"}",
                "[]"
            })
    void refusesPreferencesThatMeanNothing(String body) {
        var ana = given.user();
        assertThat(call(ana, "PUT", "/me/preferences", body)).hasStatus(400);
        assertThat(
                        jdbc.sql("select count(*) from user_metadata where user_id = ?")
                                .param(ana.userId())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void remembersWhoWasShownAround() {
        var ana = given.user();
        var address = email(ana);
        call(ana, "PUT", "/me", "{\"password\": \"correct horse\"}");
        assertThat(login(http, address, "correct horse"))
                .bodyJson()
                .extractingPath("$.isOnboarded")
                .isEqualTo(false);
        assertThat(call(ana, "PUT", "/me/onboarding", "{}")).hasStatus(400);
        assertThat(call(ana, "PUT", "/me/onboarding", "{\"isOnboarded\": true}")).hasStatusOk();
        assertThat(stored(ana, "onboarding")).isEqualTo("{\"isOnboarded\": true}");
        assertThat(login(http, address, "correct horse"))
                .bodyJson()
                .extractingPath("$.isOnboarded")
                .isEqualTo(true);
        assertThat(call(ana, "DELETE", "/me/onboarding", "")).hasStatus(204);
        assertThat(get(ana, "/me/onboarding"))
                .bodyJson()
                .extractingPath("$.isOnboarded")
                .isEqualTo(false);
    }

    @Test
    void keepsAProductKeyButNotAnythingForOne() {
        var ana = given.user();
        var key = "IMCL-abcd-1234-abcd-1234-abcd-1234-abcd-1234";
        var body = "{\"licenseKey\": \"%s\", \"activationKey\": \"activated\"}";
        assertThat(get(ana, "/me/license")).hasStatus(404);
        assertThat(call(ana, "PUT", "/me/license", body.formatted("IMXX-1234"))).hasStatus(400);
        assertThat(get(ana, "/me")).bodyJson().extractingPath("$.license").isNull();
        assertThat(call(ana, "PUT", "/me/license", body.formatted(key))).hasStatusOk();
        assertThat(get(ana, "/me/license"))
                .bodyJson()
                .extractingPath("$.licenseKey")
                .isEqualTo(key);
        assertThat(get(ana, "/me"))
                .bodyJson()
                .extractingPath("$.license.activationKey")
                .isEqualTo("activated");
        assertThat(call(ana, "DELETE", "/me/license", "")).hasStatus(204);
        assertThat(get(ana, "/me/license")).hasStatus(404);
    }

    @Test
    void countsTheUploadsOfEachDayOfAYear() {
        var ana = given.user();
        for (var columns :
                new String[][] {
                    {"2023-06-01T12:00:00Z", "timeline"},
                    {"2023-06-02T00:00:00Z", "timeline"},
                    {"2023-06-02T23:59:59Z", "archive"},
                    {"2024-06-01T23:59:59Z", "timeline"},
                    {"2024-06-01T10:00:00Z", "locked"},
                    {"2024-06-02T00:00:00Z", "timeline"}
                }) {
            assets.asset(ana, Map.of("created_at", columns[0], "visibility", columns[1]));
        }
        assets.asset(given.user(), Map.of("created_at", "2024-01-01T00:00:00Z"));
        var year =
                assertThat(get(ana, "/me/calendar-heatmap?to=2024-06-01")).hasStatusOk().bodyJson();
        year.extractingPath("$.from").isEqualTo("2023-06-02");
        year.extractingPath("$.to").isEqualTo("2024-06-01");
        year.extractingPath("$.totalCount").isEqualTo(3);
        year.extractingPath("$.series[0]")
                .asMap()
                .containsOnly(Map.entry("date", "2023-06-02"), Map.entry("count", 2));
        year.extractingPath("$.series[-1].count").isEqualTo(1);
        year.extractingPath("$.series.length()").isEqualTo(366);
        assertThat(get(ana, "/me/calendar-heatmap")).hasStatusOk();
        for (var wrong : new String[] {"yesterday", "2024-02-30", "0001-01-01"}) {
            assertThat(get(ana, "/me/calendar-heatmap?to=" + wrong)).hasStatus(400);
        }
    }
}
