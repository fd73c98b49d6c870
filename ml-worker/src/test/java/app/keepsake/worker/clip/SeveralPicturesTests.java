package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static app.keepsake.worker.support.WorkerFixtures.resource;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.onnx.Int8;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.WorkerTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Several pictures in one run of a model. One that recognises faces stands for CLIP: it is the
 * small one that takes any number.
 */
@WorkerTest
class SeveralPicturesTests {

    private static final String GRAPH = "second-generation/faces/recognition/model.onnx";
    private static final int SIDE = 112;

    @Autowired Models models;
    @Autowired PictureDecoder decoder;

    private PictureEncoder open(Path graph, Path folder) throws Exception {
        Files.createDirectories(folder.resolve("visual"));
        Files.writeString(
                folder.resolve("visual/preprocess_cfg.json"),
                "{\"size\": %d, \"mean\": [0, 0, 0], \"std\": [1, 1, 1]}".formatted(SIDE));
        return PictureEncoder.open(models, folder, graph);
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
