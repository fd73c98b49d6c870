package app.keepsake.worker.face;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.image.Pixels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BilinearTests {

    /** A face at the edge of a photo goes on in black, as the models' authors show it to them. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 200",
        "0.5, 0, 150",
        "1, 0, 100",
        "-0.5, 0, 100",
        "1.5, 0, 50",
        "0, 0.5, 100",
        "-2, 0, 0",
        "0, 7, 0"
    })
    void mixesNeighboursAndIsBlackOutside(double x, double y, int expected) {
        var two = new Pixels(new byte[] {(byte) 200, 0, 0, 100, 0, 0}, 2, 1);
        var to = new byte[3];
        Bilinear.sample(two, x, y, to, 0);
        assertThat(to).containsExactly((byte) expected, (byte) 0, (byte) 0);
    }
}
