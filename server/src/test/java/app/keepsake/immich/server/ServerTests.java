package app.keepsake.immich.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

@ServerTest
class ServerTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired Library library;
    @Autowired AssetFixtures assets;
    @Autowired ConfigFixtures config;

    @Test
    void tellsClientsWhereTheApiIs() {
        assertThat(http.get().uri("/.well-known/immich"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"api\": {\"endpoint\": \"/api\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ping", "version", "version-history", "media-types", "features", "config"})
    void answersBeforeAnyLogin(String path) {
        assertThat(http.get().uri("/api/server/" + path)).hasStatusOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"about", "apk-links", "storage", "version-check"})
    void keepsTheRestForUsers(String path) {
        assertThat(http.get().uri("/api/server/" + path)).hasStatus(401);
        assertThat(
                        http.get()
                                .uri("/api/server/" + path)
                                .header("Authorization", given.bearer(given.user())))
                .hasStatusOk();
    }

    @Test
    void givesNoFiguresOfTheDiskBelowAMissingOne() throws Exception {
        var marker = library.root().resolve(Library.MARKER);
        var aside = library.root().resolveSibling("marker-" + UUID.randomUUID());
        var ana = given.bearer(given.user());
        Files.move(marker, aside);
        try {
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(library::requireStillPresent);
            assertThat(http.get().uri("/api/server/storage").header("Authorization", ana))
                    .hasStatus(503);
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server/statistics",
                "server/license",
                "system-metadata/admin-onboarding",
                "system-metadata/reverse-geocoding-state",
                "system-metadata/version-check-state"
            })
    void keepsForAdministratorsWhatIsTheirs(String path) {
        assertThat(http.get().uri("/api/" + path)).hasStatus(401);
        assertThat(
                        http.get()
                                .uri("/api/" + path)
                                .header("Authorization", given.bearer(given.user())))
                .hasStatus(403);
    }

    @Test
    void tellsWhatTheNamesOfPlacesAreFrom() {
        var state =
                assertThat(
                                http.get()
                                        .uri("/api/system-metadata/reverse-geocoding-state")
                                        .header("Authorization", given.bearer(given.admin())))
                        .hasStatusOk()
                        .bodyJson();
        state.extractingPath("$.lastImportFileName").isEqualTo("cities500.txt");
        state.extractingPath("$.lastUpdate").asString().isNotEmpty();
        assertThat(http.get().uri("/api/server/features"))
                .bodyJson()
                .isLenientlyEqualTo("{\"reverseGeocoding\": true, \"sidecar\": true}");
    }

    @ParameterizedTest
    @CsvSource({
        "facialRecognition, /machineLearning/facialRecognition/enabled",
        "facialRecognition, /machineLearning/enabled",
        "duplicateDetection, /machineLearning/duplicateDetection/enabled",
        "ocr, /machineLearning/ocr/enabled",
        "importFaces, /metadata/faces/import",
        "trash, /trash/enabled",
        "reverseGeocoding, /reverseGeocoding/enabled"
    })
    void offersWhatIsSwitchedOn(String feature, String setting) {
        var features = "/api/server/features";
        try {
            for (var isOn : new boolean[] {true, false}) {
                config.set(setting, Boolean.toString(isOn));
                assertThat(http.get().uri(features))
                        .bodyJson()
                        .extractingPath("$." + feature)
                        .isEqualTo(isOn);
            }
        } finally {
            config.reset();
        }
    }

    @Test
    void tellsTheSameInTheFormsOfBothVersions() {
        for (var path : new String[] {"public/config", "public/config/defaults"}) {
            assertThat(http.get().uri("/api/" + path))
                    .hasStatusOk()
                    .bodyJson()
                    .extractingPath("$.passwordLogin.enabled")
                    .isEqualTo(true);
        }
        for (var path : new String[] {"config", "config/defaults"}) {
            assertThat(http.get().uri("/api/" + path)).hasStatus(401);
            var config =
                    assertThat(
                                    http.get()
                                            .uri("/api/" + path)
                                            .header("Authorization", given.bearer(given.user())))
                            .hasStatusOk()
                            .bodyJson();
            config.extractingPath("$.machineLearning.clip.enabled").isEqualTo(true);
            config.extractingPath("$.user.deleteDelay").isEqualTo(7);
        }
    }

    @Test
    void countsWhatEachUserKeeps() {
        var ana = given.user();
        assets.asset(ana, Map.of("size_in_bytes", "100"));
        assets.asset(ana, Map.of("size_in_bytes", "20", "visibility", "locked"));
        assets.asset(ana, Map.of("size_in_bytes", "3", "type", "VIDEO", "visibility", "hidden"));
        assets.asset(
                ana,
                Map.of(
                        "size_in_bytes", "4000",
                        "status", "trashed",
                        "deleted_at", "2024-05-06T07:08:09Z"));
        var statistics =
                assertThat(
                                http.get()
                                        .uri("/api/server/statistics")
                                        .header("Authorization", given.bearer(given.admin())))
                        .hasStatusOk()
                        .bodyJson();
        statistics
                .extractingPath("$.usageByUser[?(@.userId == '%s')]".formatted(ana.userId()))
                .asArray()
                .satisfiesExactly(
                        row ->
                                assertThat((Map<?, ?>) row)
                                        .extracting("photos", "videos", "usage", "usageVideos")
                                        .containsExactly(2, 0, 123, 3));
    }

    @Test
    void keepsTheServersProductKeyAndWhetherItsAdministratorWasShownAround() {
        var admin = given.bearer(given.admin());
        var key = "IMSV-abcd-1234-abcd-1234-abcd-1234-abcd-1234";
        assertThat(http.get().uri("/api/server/license").header("Authorization", admin))
                .hasStatus(404);
        assertThat(put("/api/server/license", admin, "{\"licenseKey\": \"x\"}")).hasStatus(400);
        assertThat(
                        put(
                                "/api/server/license",
                                admin,
                                "{\"licenseKey\": \"%s\", \"activationKey\": \"a\"}"
                                        .formatted(key)))
                .hasStatusOk();
        assertThat(http.get().uri("/api/server/about").header("Authorization", admin))
                .bodyJson()
                .extractingPath("$.licensed")
                .isEqualTo(true);
        assertThat(http.delete().uri("/api/server/license").header("Authorization", admin))
                .hasStatus(204);
        assertThat(http.get().uri("/api/server/license").header("Authorization", admin))
                .hasStatus(404);

        for (var isOnboarded : new boolean[] {true, false}) {
            assertThat(
                            http.post()
                                    .uri("/api/system-metadata/admin-onboarding")
                                    .header("Authorization", admin)
                                    .contentType(MediaType.APPLICATION_JSON)
                                    .content("{\"isOnboarded\": %s}".formatted(isOnboarded)))
                    .hasStatus(204);
            assertThat(http.get().uri("/api/server/config"))
                    .bodyJson()
                    .extractingPath("$.isOnboarded")
                    .isEqualTo(isOnboarded);
            assertThat(
                            http.get()
                                    .uri("/api/system-metadata/admin-onboarding")
                                    .header("Authorization", admin))
                    .bodyJson()
                    .extractingPath("$.isOnboarded")
                    .isEqualTo(isOnboarded);
        }
    }

    private MockMvcTester.MockMvcRequestBuilder put(
            String path, String authorization, String body) {
        return http.put()
                .uri(path)
                .header("Authorization", authorization)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }

    @Test
    void speaksTheVersionWhoseAppsCallIt() {
        assertThat(http.get().uri("/api/server/version"))
                .bodyJson()
                .isStrictlyEqualTo(
                        """
                        {"major": 3, "minor": 2, "patch": 2, "prerelease": null}
                        """);
    }

    @Test
    void takesThePhotosAndFilmsOfPhonesAndCameras() {
        var types = assertThat(http.get().uri("/api/server/media-types")).bodyJson();
        types.extractingPath("$.image").asArray().contains(".jpg", ".heic", ".dng", ".webp");
        types.extractingPath("$.video").asArray().contains(".mp4", ".mov");
        types.extractingPath("$.sidecar").asArray().containsExactly(".xmp");
    }

    @Test
    void givesTheAppThePreferencesItStartsWith() {
        assertThat(
                        http.get()
                                .uri("/api/users/me/preferences")
                                .header("Authorization", given.bearer(given.user())))
                .hasStatusOk();
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1649267441664,1.5 TiB"})
    void writesSizesAsPeopleReadThem(long bytes, String text) {
        assertThat(ServerStorageResponseDto.readable(bytes)).isEqualTo(text);
    }
}
