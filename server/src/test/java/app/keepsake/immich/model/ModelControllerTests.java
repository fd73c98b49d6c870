package app.keepsake.immich.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.WorkerState;
import app.keepsake.jobs.Workers;
import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestHub;
import app.keepsake.support.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class ModelControllerTests {

    private static final String PATH = "/api/keepsake/models";

    @Autowired MockMvcTester http;
    @Autowired Fixtures given;
    @Autowired Library library;
    @Autowired Workers workers;
    @Autowired ConfigFixtures config;
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
    void saysHowFarADownloadIs() {
        var name = "RN50x4__openai";
        var pieces = new Semaphore(0);
        TestHub.SHARED.beforeEachPiece = pieces::acquireUninterruptibly;
        try {
            wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
            long some = arrivedAfter(0, name, pieces);
            long more = arrivedAfter(some, name, pieces);
            assertThat(more).isLessThan(model(name).path("total").asLong());
            assertThat(model(name).path("total").asLong())
                    .isEqualTo(
                            Stream.of(
                                            "config.json",
                                            "visual/model.onnx",
                                            "visual/preprocess_cfg.json",
                                            "textual/model.onnx",
                                            "textual/tokenizer.json",
                                            "textual/tokenizer_config.json")
                                    .mapToLong(path -> TestHub.SHARED.file(path).length)
                                    .sum());
        } finally {
            TestHub.SHARED.beforeEachPiece = null;
            pieces.release(1_000);
        }
        await().until(() -> state(name).equals("present"));
        wire.delete(admin, PATH + "/" + name, 204);
    }

    /** Piece by piece, until more has arrived than before. */
    private long arrivedAfter(long before, String name, Semaphore pieces) {
        return await().until(
                        () -> {
                            pieces.release();
                            return model(name).path("arrived").asLong();
                        },
                        arrived -> arrived > before);
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

    /** A misspelt one would otherwise change nothing, and be seen nowhere. */
    @ParameterizedTest
    @ValueSource(strings = {"clip", "facialRecognition", "ocr"})
    void showsAChosenModelThatNobodyKnows(String task) {
        config.set("/machineLearning/" + task + "/modelName", "\"immich-app/misspelt\"");
        try {
            var shown = model("misspelt");
            assertThat(shown.path("state").asString()).isEqualTo("unknown");
            assertThat(shown.path("chosen").asBoolean()).isTrue();
            assertThat(shown.path("inUse").asBoolean()).isFalse();
            assertThat(shown.path("problem").asString()).contains("/misspelt");
            wire.put(admin, PATH + "/misspelt/download", "{}", 404);
        } finally {
            config.reset();
        }
        assertThat(wire.get(admin, PATH))
                .noneMatch(it -> it.path("state").asString().equals("unknown"));
    }

    /** As configs that were carried over from Immich have it; noticed while somebody looks. */
    @Test
    void usesAPairForTextThatSomebodyPutThereByHand() throws IOException {
        config.set("/machineLearning/ocr/modelName", "\"PP-OCRv5_mobile\"");
        var folder = library.resolve("models/ocr/PP-OCRv5_mobile/recognition");
        try {
            assertThat(state("PP-OCRv5_mobile")).isEqualTo("unknown");
            await().until(() -> model("PP-OCRv4_mobile").path("inUse").asBoolean());
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("model.onnx"), "a model");
            assertThat(state("PP-OCRv5_mobile")).isEqualTo("present");
            await().until(() -> model("PP-OCRv5_mobile").path("inUse").asBoolean());
            assertThat(model("PP-OCRv5_mobile").path("source").asString())
                    .isEqualTo("put there by hand");
        } finally {
            FileSystemUtils.deleteRecursively(library.resolve("models/ocr"));
            config.reset();
        }
        await().until(() -> model("PP-OCRv4_mobile").path("inUse").asBoolean());
    }

    /** Before it is downloaded, and before it is used. */
    @Test
    void warnsOfAModelThatTheSmallestWorkerCannotOpen() throws IOException {
        var name = "RN50x16__openai";
        var large = "ViT-H-14-378-quickgelu__dfn5b";
        var weights = TestHub.SHARED.file("textual/model.onnx").length;
        var folder = library.resolve("models/clip/" + name);
        wire.put(admin, PATH + "/" + name + "/download", "{}", 204);
        await().until(() -> state(name).equals("present"));
        try {
            haveMemory(8L << 30, 2L * weights);
            assertThat(model(large).path("warning").asString()).contains("MB");
            assertThat(model(name).path("warning").isNull()).isTrue();
            assertThat(model("face-api").path("warning").isNull()).isTrue();
            haveMemory(8L << 30, 2L * weights - 1);
            assertThat(model(name).path("warning").asString())
                    .contains((2L * weights >> 20) + " MB");
            haveMemory(64L << 30, 64L << 30);
            assertThat(model(large).path("warning").isNull()).isTrue();
        } finally {
            workers.leave("pi");
            workers.leave("pc");
            wire.delete(admin, PATH + "/" + name, 204);
        }
        assertThat(folder).doesNotExist();
    }

    private void haveMemory(long pc, long pi) {
        for (var worker : Map.of("pc", pc, "pi", pi).entrySet()) {
            workers.say(
                    new WorkerState(
                            worker.getKey(),
                            worker.getKey(),
                            WorkerState.Pace.FULL,
                            1,
                            1,
                            List.of(),
                            List.of(),
                            List.of(),
                            Map.of(),
                            new WorkerState.Machine(
                                    null,
                                    null,
                                    null,
                                    null,
                                    null,
                                    null,
                                    worker.getValue(),
                                    List.of()),
                            null,
                            "UTC",
                            Instant.now()));
        }
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
