package app.keepsake.worker.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.image.Pixels;
import java.util.List;
import org.junit.jupiter.api.Test;

class CropTests {

    /** Four times as large as it is read: the thin strokes count as much as what is between. */
    @Test
    void losesNoStrokeOfLargeText() {
        var rgb = new byte[192 * 192 * 3];
        for (int i = 0; i < rgb.length; i++) {
            // The first and the last of four columns, so that two of them stand side by side.
            int column = i / 3 % 192 % 4;
            rgb[i] = (byte) (column == 0 || column == 3 ? 240 : 0);
        }
        var whole =
                Rectangle.around(
                        List.of(
                                new Point(0, 0),
                                new Point(192, 0),
                                new Point(192, 192),
                                new Point(0, 192)));
        var line = Crop.line(new Pixels(rgb, 192, 192), whole, 48);
        assertThat(line.width()).isEqualTo(48);
        for (int x = 1; x < 47; x++) {
            assertThat(line.rgb()[(24 * 48 + x) * 3] & 0xff).isBetween(115, 125);
        }
    }
}
