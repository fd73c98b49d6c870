package app.keepsake.worker.clip;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import app.keepsake.worker.support.TinyGraph;
import app.keepsake.worker.support.WorkerTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What a graph of words asks for: whole numbers of two kinds, a length, and a mask or none. */
@WorkerTest
class TextEncoderTests {

    @Autowired Models models;

    @ParameterizedTest
    @CsvSource({
        "false, false, 6, 3 4 11 1 2 2",
        "true, false, 6, 3 4 11 1 2 2",
        "false, false, 0, 3 4 11 1 2",
        "false, true, 0, 3 4 11 1 0",
        "true, true, 6, 3 4 11 1 0 0",
    })
    void givesAGraphWhatItAsksFor(
            boolean isLong, boolean isMasked, int length, String seen, @TempDir Path folder)
            throws Exception {
        HubTokenizerTests.model(folder, "{\"context_length\": 5}");
        Files.writeString(
                folder.resolve("textual/tokenizer_config.json"), "{\"pad_token\": \"<unk>\"}");
        var graph =
                Files.write(
                        folder.resolve("textual/model.onnx"),
                        TinyGraph.tokens(isLong, isMasked, length));
        var numbers = seen.split(" ");
        var expected = new float[numbers.length];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Float.parseFloat(numbers[i]);
        }
        try (var encoder = TextEncoder.open(models, folder, graph)) {
            assertThat(encoder.encode("red cars", null))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(Vectors.normalised(expected));
        }
    }
}
