package app.keepsake.worker.clip;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The layout of 2026: bytes in, weights in a side file. Its answers must not differ. */
@WorkerTest
class SecondGenerationTests {

    @Autowired Models models;
    @Autowired PictureDecoder decoder;
    @Autowired Clip clip;

    @ParameterizedTest
    @ValueSource(strings = {"sea.png", "red-left.png", "astronaut.png", "portrait-curie.jpg"})
    void seesAPictureAsTheFirstDoes(String name) throws Exception {
        var file = WorkerFixtures.resource("second-generation/clip/visual/model.onnx");
        try (var first =
                        PictureEncoder.open(
                                models,
                                models.clip(WorkerFixtures.CLIP),
                                models.clip(WorkerFixtures.CLIP).resolve("visual/model.onnx"));
                var second =
                        new PictureEncoder(models.open(file), first.side(), first.scale(), true)) {
            assertThat(second.encode(List.of(decoder.centreSquare(golden(name), 224))).getFirst())
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(Golden.seen(clip, WorkerFixtures.CLIP, golden(name)).vector());
        }
    }
}
