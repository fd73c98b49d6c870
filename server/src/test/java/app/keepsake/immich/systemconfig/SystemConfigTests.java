package app.keepsake.immich.systemconfig;

import static app.keepsake.support.ConfigFixtures.PATH;
import static app.keepsake.support.ConfigFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.HouseholdTest;
import app.keepsake.support.SocketClient;
import app.keepsake.support.Wire;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What administrators set, and what becomes of it. */
class SystemConfigTests extends HouseholdTest {

    @Autowired ConfigFixtures config;
    @LocalServerPort int port;
    Caller admin;

    @BeforeEach
    void anAdministrator() {
        admin = users.admin();
    }

    @AfterEach
    void usualSettings() {
        config.reset();
    }

    private JsonNode stored() {
        return jdbc.sql("select value::text from system_metadata where key = 'system-config'")
                .query(String.class)
                .optional()
                .map(JsonMapper.shared()::readTree)
                .orElseGet(JsonMapper.shared()::missingNode);
    }

    private JsonNode current() {
        return wire.get(admin, PATH);
    }

    @Test
    void beginsWithItsDefaults() {
        var defaults = wire.get(admin, PATH + "/defaults");
        assertThat(current()).isEqualTo(defaults);
        assertThat(wire.get(admin, "/api/admin/config")).isEqualTo(defaults);
        assertThat(wire.get(admin, "/api/admin/config/defaults")).isEqualTo(defaults);
        Map.of(
                        "/image/thumbnail/format", "webp",
                        "/image/thumbnail/size", "250",
                        "/image/preview/format", "jpeg",
                        "/image/preview/size", "1440",
                        "/image/fullsize/enabled", "false",
                        "/trash/days", "30",
                        "/user/deleteDelay", "7",
                        "/storageTemplate/enabled", "false",
                        "/ffmpeg/transcode", "required")
                .forEach(
                        (place, value) ->
                                assertThat(defaults.at(place).asString())
                                        .as(place)
                                        .isEqualTo(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {PATH, "/api/admin/config"})
    void keepsWhatDiffersFromTheDefaultsAndNothingElse(String path) {
        var wanted = with(current(), "/image/preview/size", "720");
        wanted = with(JsonMapper.shared().readTree(wanted), "/trash/days", "14.0");
        var answer = wire.put(admin, path, wanted, 200);
        assertThat(answer.at("/image/preview/size").asInt()).isEqualTo(720);
        assertThat(answer).isEqualTo(current());
        assertThat(current().at("/trash/days").asInt()).isEqualTo(14);
        assertThat(stored())
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        "{\"image\":{\"preview\":{\"size\":720}},\"trash\":{\"days\":14}}"));
        wire.put(admin, path, wire.get(admin, path + "/defaults").toString(), 200);
        assertThat(stored().isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "/image/preview/quality 0",
                "/image/preview/quality 101",
                "/image/preview/quality \"80\"",
                "/image/preview/quality 80.5",
                "/image/preview/quality null",
                "/image/preview/format \"gif\"",
                "/image/preview/size 0",
                "/image/thumbnail/size 16384",
                "/image/fullsize/quality 0",
                "/image/fullsize/enabled \"true\"",
                "/image/fullsize/enabled 1",
                "/image/fullsize null",
                "/image/colorspace \"adobe\"",
                "/image/extractEmbedded null",
                "/trash/days -1",
                "/user/deleteDelay 0",
                "/job/thumbnailGeneration/concurrency 0",
                "/ffmpeg/crf 52",
                "/ffmpeg/preset \"fast;reboot\"",
                "/ffmpeg/targetVideoCodec \"theora\"",
                "/ffmpeg/targetResolution \"720p\"",
                "/ffmpeg/preferredHwDevice \"../../etc/passwd\"",
                "/backup/database/cronExpression `\"at night\"`",
                "/nightlyTasks/startTime \"24:00\"",
                "/server/externalDomain \"javascript:alert(1)\"",
                "/machineLearning/facialRecognition/minScore 0",
                "/machineLearning/clip/modelName \"\"",
                "/machineLearning/urls []",
                "/notifications/smtp/transport/port 65536",
                "/oauth/defaultStorageQuota -1",
                "/theme/customCss 5"
            })
    void refusesWhatIsOutOfBoundsAndSaysWhere(String place, String value) {
        var before = current();
        var answer = wire.put(admin, PATH, with(before, place, value), 400);
        assertThat(answer.path("message").asString()).isEqualTo("Validation failed");
        assertThat(answer.path("errors"))
                .anySatisfy(
                        error ->
                                assertThat("/" + String.join("/", texts(error.path("path"))))
                                        .isEqualTo(place));
        assertThat(current()).isEqualTo(before);
        assertThat(stored().isMissingNode()).isTrue();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/ffmpeg/realtime/resolutions [481]",
                "/ffmpeg/acceptedAudioCodecs [null]",
                "/machineLearning/urls [\"ftp://models\"]",
                "/oauth/signingAlgorithm \"HS256\"",
                "/oauth/prompt \"again\"",
                "/oauth/endSessionEndpoint \"javascript:alert(1)\"",
                "/oauth/mobileOverrideEnabled true",
                "/oauth/enabled true"
            })
    void refusesWhatCannotWork(String place, String value) {
        var before = current();
        var reason = wire.refusal(admin, HttpMethod.PUT, PATH, with(before, place, value));
        assertThat(reason).isNotBlank();
        assertThat(current()).isEqualTo(before);
        assertThat(stored().isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "oauth", "job", "user"})
    void refusesADocumentThatIsNotWhole(String section) {
        var document = (ObjectNode) current();
        document.remove(section);
        wire.put(admin, PATH, document.toString(), 400);
        assertThat(stored().isMissingNode()).isTrue();
    }

    @Test
    void tellsEveryoneWhoIsConnected() {
        try (var anas = socket(ana);
                var bos = socket(bo)) {
            config.set("/server/loginPageMessage", "\"Welcome\"");
            for (var client : List.of(anas, bos)) {
                assertThat(client.eventsBefore("on_config_update"))
                        .containsExactly("on_server_version");
            }
        }
    }

    private SocketClient socket(Caller caller) {
        return SocketClient.connect(port, "Authorization", users.bearer(caller));
    }

    /** There is one place that says how many, and it is where runners look. */
    @Test
    void setsHowManyJobsOfAQueueRunAtATime() {
        config.set("/job/smartSearch/concurrency", "3");
        assertThat(concurrency()).isEqualTo(3);
        assertThat(stored().isMissingNode()).isTrue();
        jdbc.sql("update job_queue set concurrency = 4 where name = 'smartSearch'").update();
        assertThat(current().at("/job/smartSearch/concurrency").asInt()).isEqualTo(4);
    }

    private int concurrency() {
        return jdbc.sql("select concurrency from job_queue where name = 'smartSearch'")
                .query(Integer.class)
                .single();
    }

    @Test
    void tellsClientsWhatTheyMayKnow() {
        config.set("/server/externalDomain", "\"https://photos.example.org\"");
        config.set("/server/loginPageMessage", "\"Welcome\"");
        config.set("/server/publicUsers", "false");
        config.set("/trash/days", "3");
        config.set("/user/deleteDelay", "5");
        config.set("/oauth/buttonText", "\"At home\"");
        assertThat(wire.get(ana, "/api/server/config").has("oauthAccountManagementUrl")).isFalse();
        config.set("/oauth/accountManagementUrl", "\"https://login.example.org/me\"");
        config.set("/machineLearning/facialRecognition/minFaces", "9");
        config.set("/image/preview/size", "720");
        config.set("/image/fullsize/enabled", "true");
        config.set("/theme/customCss", "\"body { color: red }\"");
        var told = wire.get(ana, "/api/server/config");
        assertThat(told.path("externalDomain").asString()).isEqualTo("https://photos.example.org");
        assertThat(told.path("loginPageMessage").asString()).isEqualTo("Welcome");
        assertThat(told.path("publicUsers").asBoolean()).isFalse();
        assertThat(told.path("trashDays").asInt()).isEqualTo(3);
        assertThat(told.path("userDeleteDelay").asInt()).isEqualTo(5);
        assertThat(told.path("oauthButtonText").asString()).isEqualTo("At home");
        assertThat(told.path("oauthAccountManagementUrl").asString())
                .isEqualTo("https://login.example.org/me");
        assertThat(told.path("minFaces").asInt()).isEqualTo(9);
        var forUsers = wire.get(ana, "/api/config");
        assertThat(forUsers.at("/image/preview/size").asInt()).isEqualTo(720);
        assertThat(forUsers.at("/image/fullsize/enabled").asBoolean()).isTrue();
        assertThat(http.get().uri("/custom.css")).hasBodyTextEqualTo("body { color: red }");
    }

    @Test
    void tellsNobodyElseASecret() {
        config.set("/oauth/clientSecret", "\"between the two\"");
        config.set("/notifications/smtp/transport/password", "\"for mails\"");
        assertThat(current().at("/oauth/clientSecret").asString()).isEqualTo("between the two");
        for (var path : List.of("config", "public/config", "server/config", "server/features")) {
            assertThat(wire.get(ana, "/api/" + path).toString())
                    .doesNotContain("between the two", "for mails");
        }
        for (var path : List.of(PATH, "/api/admin/config")) {
            assertThat(wire.send(ana, HttpMethod.GET, path, null)).hasStatus(403);
            assertThat(wire.send(ana, HttpMethod.PUT, path, current().toString())).hasStatus(403);
        }
    }

    @Test
    void closesTheListOfUsers() {
        config.set("/server/publicUsers", "false");
        assertThat(Wire.each(wire.get(ana, "/api/users"), "id"))
                .containsExactly(ana.userId().toString());
        assertThat(Wire.each(wire.get(admin, "/api/users"), "id"))
                .contains(ana.userId().toString(), bo.userId().toString());
    }

    @Test
    void closesTheLoginByPassword() {
        var eve = users.userWithPassword();
        config.set("/passwordLogin/enabled", "false");
        var refused = Wire.login(http, Fixtures.email(eve), "secret");
        assertThat(refused).hasStatus(401);
        assertThat(Wire.json(refused).path("message").asString())
                .isEqualTo("Password login has been disabled");
        assertThat(wire.get(ana, "/api/server/features").path("passwordLogin").asBoolean())
                .isFalse();
        assertThat(wire.get(ana, "/api/public/config").at("/passwordLogin/enabled").asBoolean())
                .isFalse();
    }

    @Test
    void closesTheSearchByWords() {
        config.set("/machineLearning/enabled", "false");
        assertThat(wire.refusal(ana, HttpMethod.POST, "/api/search/smart", "{\"query\": \"sea\"}"))
                .isEqualTo("Smart search is not enabled");
        assertThat(wire.get(ana, "/api/server/features").path("smartSearch").asBoolean()).isFalse();
    }

    @Test
    void namesTheTokensOfStorageTemplates() {
        var options = wire.get(admin, PATH + "/storage-template-options");
        assertThat(texts(options.path("yearOptions"))).containsExactly("y", "yy");
        assertThat(texts(options.path("presetOptions")))
                .contains(current().at("/storageTemplate/template").asString());
    }
}
