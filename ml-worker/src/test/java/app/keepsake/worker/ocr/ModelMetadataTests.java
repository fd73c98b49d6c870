package app.keepsake.worker.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelMetadataTests {

    private static byte[] model() throws IOException {
        try (var stream =
                ModelMetadataTests.class.getResourceAsStream(
                        "/models/ch_PP-OCRv4_rec_infer.onnx")) {
            return stream.readAllBytes();
        }
    }

    /** The graph answers with 6,625 numbers: none of them, the letters, and a space. */
    @Test
    void readsEveryLetterAlsoThoseThatTakeTwoCharsInJava() throws IOException {
        var letters =
                ModelMetadata.of(new ByteArrayInputStream(model()), "character").orElseThrow();
        assertThat(letters.strip().split("\n"))
                .hasSize(6623)
                .contains("A", "\u5317", Character.toString(143817));
    }

    @Test
    void findsNothingUnderAnotherName() throws IOException {
        assertThat(ModelMetadata.of(new ByteArrayInputStream(model()), "author")).isEmpty();
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        var model = model();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () ->
                                ModelMetadata.of(
                                        new ByteArrayInputStream(Arrays.copyOf(model, 5000)), "x"));
        var noise = new byte[5000];
        new Random(3).nextBytes(noise);
        noise[0] = 0x0f;
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ModelMetadata.of(new ByteArrayInputStream(noise), "x"));
    }
}
