package app.keepsake.immich.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestHub;
import app.keepsake.support.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class ModelControllerTests {

    private static final String PATH = "/api/keepsake/models";

    @Autowired MockMvcTester http;
    @Autowired Fixtures given;
    @Autowired Library library;
    Wire wire;
    Caller admin;

    @BeforeEach
    void setUp() {
        wire = new Wire(http, given);
        admin = given.admin();
    }

    @AfterEach
    void usualHub() {
        TestHub.SHARED.body = bytes -> bytes;
    }

    private JsonNode model(String name) {
        return StreamSupport.stream(wire.get(admin, PATH).spliterator(), false)
                .filter(model -> name.equals(model.path("name").asString()))
                .findFirst()
                .orElseThrow();
    }

    private String state(String name) {
        return model(name).path("state").asString();
    }

    @Test
    void listsWhatImmichsUsersChooseFromWithDimensionAndLicence() {
        assertThat(model("ViT-B-32__openai").path("dimension").asInt()).isEqualTo(512);
        assertThat(model("ViT-SO400M-16-SigLIP2-384__webli").path("dimension").asInt())
                .isEqualTo(1152);
        assertThat(model("ViT-B-32__openai").path("source").asString())
                .isEqualTo("https://huggingface.co/immich-app/ViT-B-32__openai");
        assertThat(model("buffalo_l").path("nonCommercial").asBoolean()).isTrue();
        assertThat(model("ViT-B-32__openai").path("nonCommercial").asBoolean()).isFalse();
        assertThat(model("ViT-B-32__openai").path("chosen").asBoolean()).isTrue();
        assertThat(model("face-api").path("inUse").asBoolean()).isTrue();
        assertThat(state("face-api")).isEqualTo("present");
        assertThat(state("ViT-B-32__openai")).isEqualTo("absent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RN50__openai", "ViT-B-16-SigLIP2__webli"})
    void downloadsAModelAndRemovesIt(String name) {
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("present"));
        assertThat(model(name).path("revision").asString()).isEqualTo(TestHub.REVISION);
        assertThat(library.resolve("models/clip/" + name + "/visual/model.onnx"))
                .hasBinaryContent(TestHub.SHARED.file(TestHub.LARGE));
        wire.put(admin, PATH + "/" + name + "/download", "{}", 400);
        wire.delete(admin, PATH + "/" + name, 204);
        assertThat(state(name)).isEqualTo("absent");
        assertThat(library.resolve("models/clip/" + name)).doesNotExist();
        wire.delete(admin, PATH + "/" + name, 400);
    }

    @Test
    void saysWhyADownloadFailedAndTriesAgain() throws IOException {
        var name = "RN50__cc12m";
        TestHub.SHARED.body = bytes -> new byte[bytes.length];
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("failed"));
        assertThat(model(name).path("problem").asString()).contains("checksum");
        assertThat(library.resolve("models/clip/" + name)).doesNotExist();
        TestHub.SHARED.body = bytes -> bytes;
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("present"));
        Files.write(library.resolve("models/clip/" + name + "/visual/model.onnx"), new byte[1]);
        assertThat(state(name)).isEqualTo("broken");
        assertThat(model(name).path("problem").asString()).contains("visual/model.onnx");
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("present"));
        wire.delete(admin, PATH + "/" + name, 204);
    }

    @Test
    void stopsADownloadAndThrowsAwayWhatHasArrived() {
        var name = "RN50__yfcc15m";
        var goOn = new CountDownLatch(1);
        TestHub.SHARED.body =
                bytes -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return bytes;
                };
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        var arriving = library.resolve("models/.arriving/" + name);
        await().until(() -> Files.exists(arriving.resolve("list.json")));
        assertThat(state(name)).isEqualTo("downloading");
        wire.delete(admin, PATH + "/" + name + "/download", 204);
        goOn.countDown();
        await().until(() -> !Files.exists(arriving));
        assertThat(state(name)).isEqualTo("absent");
        assertThat(library.resolve("models/clip/" + name)).doesNotExist();
    }

    @Test
    void throwsAwayWhatHasArrivedOfADownloadThatFailed() {
        var name = "RN101__openai";
        TestHub.SHARED.body = bytes -> new byte[bytes.length];
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("failed"));
        assertThat(model(name).path("revision").asString()).isEqualTo(TestHub.REVISION);
        var arriving = library.resolve("models/.arriving/" + name);
        assertThat(arriving).isNotEmptyDirectory();
        wire.delete(admin, PATH + "/" + name + "/download", 204);
        await().until(() -> !Files.exists(arriving));
        assertThat(state(name)).isEqualTo("absent");
    }

    /** InsightFace gives its weights away for research; the operator decides what that is. */
    @Test
    void wantsALicenceAcceptedThatForbidsCommercialUse() {
        var answer = wire.put(admin, PATH + "/buffalo_s/download", "{}", 400);
        assertThat(answer.path("message").asString()).contains("non-commercial");
        assertThat(state("buffalo_s")).isEqualTo("absent");
    }

    @Test
    void keepsTheModelThatIsInUse() {
        for (var used : List.of("face-api", "tiny-colours")) {
            assertThat(wire.delete(admin, PATH + "/" + used, 400).path("message").asString())
                    .isEqualTo(used + " is in use: choose another model first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "models.txt", "PP-OCR"})
    void knowsNoOtherModels(String name) {
        wire.put(admin, PATH + "/{name}/download".replace("{name}", name), "{}", 404);
    }

    @Test
    void isForAdministratorsOnly() {
        var ana = given.user();
        for (var path : new String[] {"", "/RN50__openai", "/RN50__openai/download"}) {
            var method = path.isEmpty() ? "GET" : "DELETE";
            var status =
                    wire.call(
                            ana,
                            org.springframework.http.HttpMethod.valueOf(method),
                            PATH + path,
                            null,
                            403);
            assertThat(status.path("message").asString()).isEqualTo("Forbidden");
        }
        wire.put(ana, PATH + "/RN50__openai/download", "{}", 403);
    }
}
