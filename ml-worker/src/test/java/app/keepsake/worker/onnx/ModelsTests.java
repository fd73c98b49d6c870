package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.worker.support.WorkerFixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .withMessageContaining("KEEPSAKE_MODELS");
    }

    @Test
    void namesTheFileThatIsCorruptAndOpensItOnceItIsMended() throws Exception {
        var good = WorkerFixtures.models().resolve("clip/tiny-colours/visual/model.onnx");
        var file = folder.resolve("model.onnx");
        byte[] bytes = Files.readAllBytes(good);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        var models = models(LATER);
        var graph = models.onDemand(() -> models.open(file));
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

    private Models models(Duration idle) {
        return new Models(new ModelSettings(folder, "none", "none", 0.7, 1, idle));
    }
}
