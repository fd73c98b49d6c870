package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static app.keepsake.worker.support.WorkerFixtures.resource;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.onnx.Int8;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What a model is shown. For several pictures at a time one that recognises faces stands for CLIP:
 * it is the small one that takes any number.
 */
@WorkerTest
class PictureEncoderTests {

    private static final String GRAPH = "second-generation/faces/recognition/model.onnx";
    private static final int SIDE = 112;

    @Autowired Models models;
    @Autowired PictureDecoder decoder;

    private PictureEncoder open(Path graph, Path folder) throws Exception {
        return open(graph, folder, "[%d, %d]".formatted(SIDE, SIDE), 0, 1);
    }

    private PictureEncoder open(Path graph, Path folder, String size, double mean, double std)
            throws Exception {
        Files.createDirectories(folder.resolve("visual"));
        Files.writeString(
                folder.resolve("visual/preprocess_cfg.json"),
                "{\"size\": %s, \"mean\": [%3$s, %3$s, %3$s], \"std\": [%2$s, %2$s, %2$s]}"
                        .formatted(size, std, mean));
        return PictureEncoder.open(models, folder, graph);
    }

    /** Each channel of each pixel changed. */
    private static Pixels changed(Pixels picture, IntUnaryOperator change) {
        var rgb = picture.rgb().clone();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) change.applyAsInt(rgb[i] & 0xff);
        }
        return new Pixels(rgb, picture.width(), picture.height());
    }

    /** SigLIP and one LAION model scale colours otherwise than CLIP. */
    @Test
    void scalesColoursAsTheModelsOwnFileSays(@TempDir Path folder) throws Exception {
        var graph = models.clip(WorkerFixtures.CLIP).resolve("visual/model.onnx");
        var dark = changed(decoder.centreSquare(golden("sea.png"), 224), v -> v / 3);
        float[] plain;
        try (var encoder = open(graph, folder, "224", 0, 1)) {
            plain = encoder.encode(List.of(changed(dark, v -> 2 * v))).getFirst();
            assertThat(encoder.encode(List.of(dark)).getFirst()).isNotEqualTo(plain);
        }
        try (var encoder = open(graph, folder, "224", 0, 0.5)) {
            assertThat(encoder.encode(List.of(dark)).getFirst())
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(plain);
        }
        try (var encoder = open(graph, folder, "224", 0.2, 0.5)) {
            assertThat(encoder.encode(List.of(changed(dark, v -> v + 51))).getFirst())
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"112", "[112, 112]"})
    void wantsPicturesOfTheSideThatTheModelsOwnFileSays(String size, @TempDir Path folder)
            throws Exception {
        try (var encoder = open(resource(GRAPH), folder, size, 0, 1)) {
            assertThat(encoder.side()).isEqualTo(SIDE);
        }
    }

    private List<Pixels> squares() throws Exception {
        var squares = new ArrayList<Pixels>();
        for (var name : List.of("sea.png", "night.png", "red-left.png", "astronaut.png")) {
            squares.add(decoder.centreSquare(golden(name), SIDE));
        }
        return squares;
    }

    @Test
    void liesEachWhereItLiesAlone(@TempDir Path folder) throws Exception {
        try (var encoder = open(resource(GRAPH), folder)) {
            assertThat(encoder.isForSeveral()).isTrue();
            var together = encoder.encode(squares());
            for (int i = 0; i < squares().size(); i++) {
                assertThat(together.get(i))
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(encoder.encode(List.of(squares().get(i))).getFirst());
            }
        }
    }

    @Test
    void withWeightsOfEightBitsNoPictureChangesAnothersPlace(@TempDir Path folder)
            throws Exception {
        var graph = folder.resolve("visual/model.onnx");
        Files.createDirectories(graph.getParent());
        try (var files = Files.list(resource(GRAPH).getParent())) {
            for (var file : files.toList()) {
                Files.copy(file, graph.resolveSibling(file.getFileName()));
            }
        }
        assertThat(Int8.quantise(graph)).isPositive();
        try (var encoder = open(Int8.beside(graph), folder)) {
            var together = encoder.encode(squares());
            for (int i = 0; i < squares().size(); i++) {
                assertThat(together.get(i))
                        .containsExactly(encoder.encode(List.of(squares().get(i))).getFirst());
            }
        }
    }
}
