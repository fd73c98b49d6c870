package app.keepsake.worker.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.support.TinyGraph;
import app.keepsake.worker.support.WorkerTest;
import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The layout of 2026: bytes in, red first; text by likelihood without a channel, letters by number.
 * No such model is free, so two small graphs stand in: one takes what is bright for text, the other
 * reads the letters 1, 2, 3 from how red a column is.
 */
@WorkerTest
class SecondGenerationTests {

    @Autowired Models models;

    @Test
    void findsBoxes(@TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("model.onnx"), TinyGraph.brightIsText());
        // 100 x 20 white pixels: the box around them grows by 100 * 20 * 1.6 / 240 on all sides.
        var picture = new Sign(320, 224, Color.BLACK, Color.WHITE).fill(100, 100, 100, 20).pixels();
        try (var detector = new TextDetector(file, models.open(file))) {
            assertThat(detector.detect(picture, 736, 0.5))
                    .singleElement()
                    .satisfies(
                            box -> {
                                assertThat(box.score()).isGreaterThan(0.9);
                                assertThat(box.place().width()).isBetween(120.0, 132.0);
                                assertThat(box.place().height()).isBetween(40.0, 52.0);
                                assertThat(box.place().centre().x()).isBetween(148.0, 152.0);
                                assertThat(box.place().centre().y()).isBetween(108.0, 112.0);
                            });
        }
    }

    @Test
    void readsLetters(@TempDir Path folder) throws Exception {
        var file = Files.write(folder.resolve("model.onnx"), TinyGraph.redIsLetter());
        try (var recogniser = new TextRecogniser(file, models.open(file), List.of("a", "b"))) {
            // None of them, a, a, none, a, b, the space, b.
            var line = columns(0, 100, 100, 0, 100, 200, 255, 200);
            assertThat(recogniser.read(List.of(line, columns(200))))
                    .extracting(TextRecogniser.Reading::text)
                    .containsExactly("aab b", "b");
        }
    }

    /** Columns of that red, as wide as the least of a line allows. */
    private static Pixels columns(int... red) {
        int width = 320;
        var rgb = new byte[width * TextRecogniser.HEIGHT * 3];
        Arrays.fill(rgb, (byte) 0);
        for (int y = 0; y < TextRecogniser.HEIGHT; y++) {
            for (int x = 0; x < width; x++) {
                rgb[(y * width + x) * 3] = (byte) red[x * red.length / width];
            }
        }
        return new Pixels(rgb, width, TextRecogniser.HEIGHT);
    }
}
