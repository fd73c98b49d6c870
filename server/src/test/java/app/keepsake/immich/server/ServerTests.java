package app.keepsake.immich.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

@ServerTest
class ServerTests {

    @Autowired Fixtures given;
    @Autowired MockMvcTester http;
    @Autowired Library library;

    @Test
    void tellsClientsWhereTheApiIs() {
        assertThat(http.get().uri("/.well-known/immich"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"api\": {\"endpoint\": \"/api\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "version", "media-types", "features", "config"})
    void answersBeforeAnyLogin(String path) {
        assertThat(http.get().uri("/api/server/" + path)).hasStatusOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"about", "storage"})
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
