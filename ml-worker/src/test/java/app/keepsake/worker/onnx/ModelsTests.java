package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnxruntime.OrtEnvironment;
import app.keepsake.jobs.QueueName;
import app.keepsake.worker.support.WorkerFixtures;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTests {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration LATER = Duration.ofHours(1);

    private final Path folder;

    ModelsTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void namesTheFileThatIsMissingAndWhatToDo() {
        var file = folder.resolve("clip/ViT/visual/model.onnx");
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> models(LATER).open(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("download the model again");
    }

    @Test
    void namesTheFileThatIsCorruptAndOpensItOnceItIsMended() throws Exception {
        var good = WorkerFixtures.models().resolve("clip/tiny-colours/visual/model.onnx");
        var file = folder.resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(good);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        var models = models(LATER);
        var graph = models.onDemand(QueueName.OCR, () -> models.open(file));
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatExceptionOfType(ModelUnusable.class)
                    .isThrownBy(() -> graph.use(g -> g.side(0)))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("download its whole folder again");
        }
        Files.write(file, bytes);
        assertThat(graph.<Integer>use(g -> g.side(0))).isEqualTo(224);
    }

    @Test
    void closesAGraphThatItRefuses() throws Exception {
        var file = Files.write(folder.resolve("sum.onnx"), sumOfTwo());
        var environment = OrtEnvironment.getEnvironment();
        var session = environment.createSession(file.toString());
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> Graph.of(file, environment, session))
                .withMessageContaining("[a, b]");
        assertThatIllegalStateException()
                .isThrownBy(session::close)
                .withMessageContaining("already closed");
    }

    /** ONNX's format, a protocol buffer: a graph of the inputs a and b and their sum c. */
    private static byte[] sumOfTwo() {
        var numbers = message(2, message(1, number(1, 1), message(2, message(1, number(1, 1)))));
        return joined(
                number(1, 8), // of the format
                message(8, number(2, 13)), // of the operators
                message(
                        7,
                        message(1, text(1, "a"), text(1, "b"), text(2, "c"), text(4, "Add")),
                        text(2, "sum"),
                        message(11, text(1, "a"), numbers),
                        message(11, text(1, "b"), numbers),
                        message(12, text(1, "c"), numbers)));
    }

    private static byte[] number(int field, int value) {
        return new byte[] {(byte) (field << 3), (byte) value};
    }

    private static byte[] text(int field, String value) {
        return message(field, value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] message(int field, byte[]... parts) {
        var body = joined(parts);
        return joined(new byte[] {(byte) (field << 3 | 2), (byte) body.length}, body);
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void keepsANameInsideItsFolder() {
        assertThat(Models.folderName("immich-app/ViT-B-32__openai")).isEqualTo("ViT-B-32__openai");
        assertThat(Models.folderName("../../etc")).isEqualTo("etc");
        assertThat(Models.folderName("..")).isEmpty();
    }

    @Test
    void opensOnceForManyUsesAndClosesWhenUnused() throws Exception {
        var opened = new AtomicInteger();
        var closed = new CountDownLatch(1);
        var thing =
                models(SOON)
                        .<AutoCloseable>onDemand(
                                QueueName.OCR,
                                () -> {
                                    opened.incrementAndGet();
                                    return closed::countDown;
                                });
        assertThat(opened).hasValue(0);
        thing.use(
                outer -> {
                    thing.use(inner -> inner);
                    thing.use(inner -> inner);
                    // The inner uses have ended and their time is up, but this one holds it.
                    assertThat(closed.getCount()).isEqualTo(1);
                    return outer;
                });
        assertThat(opened).hasValue(1);
        closed.await();
    }

    @Test
    void opensAgainAfterItWasClosed() throws Exception {
        var models = models(LATER);
        var opened = new AtomicInteger();
        var closed = new AtomicInteger();
        var thing =
                models.<AutoCloseable>onDemand(
                        QueueName.OCR,
                        () -> {
                            opened.incrementAndGet();
                            return closed::incrementAndGet;
                        });
        thing.use(t -> t);
        thing.closeIfUnused();
        thing.use(t -> t);
        assertThat(opened).hasValue(2);
        assertThat(closed).hasValue(1);
    }

    /** Weights in the file, and weights beside it. */
    @ParameterizedTest
    @ValueSource(strings = {"clip/tiny-colours", "second-generation"})
    void opensNothingThatTheMemoryCannotHold(String model) throws Exception {
        var file =
                (model.startsWith("clip/")
                                ? WorkerFixtures.models().resolve(model)
                                : WorkerFixtures.resource(model).resolve("clip"))
                        .resolve("visual/model.onnx");
        long bytes = 0;
        try (var files = Files.list(file.getParent())) {
            for (var each : files.filter(it -> it.toString().contains(".onnx")).toList()) {
                bytes += Files.size(each);
            }
        }
        var size = bytes;
        assertThatExceptionOfType(ModelUnusable.class)
                .isThrownBy(() -> models(LATER, size).open(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("choose a smaller model");
        try (var graph = models(LATER, 2 * size).open(file)) {
            assertThat(graph.side(0)).isEqualTo(224);
        }
    }

    private Models models(Duration idle) {
        return models(idle, Long.MAX_VALUE);
    }

    private Models models(Duration idle, long memory) {
        return new Models(
                new ModelSettings(folder, folder.resolve("library"), Precision.Wish.AUTO, 1, idle),
                _ -> true,
                () -> memory);
    }
}
