package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTests {

    @Test
    void keepsTheDirection() throws IOException {
        assertThat(Vectors.normalised(new float[] {3, -4})).containsExactly(0.6f, -0.8f);
    }

    /** Written to the database, such a vector would be near nothing or near all. */
    @ParameterizedTest
    @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
    void refusesAVectorWithoutADirection(float value) {
        assertThatIOException()
                .isThrownBy(() -> Vectors.normalised(new float[] {value, 0}))
                .withMessageContaining("no direction");
    }
}
