package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThumbHashTests {

    static List<String> shapes() throws IOException {
        return Files.readAllLines(Pictures.fixture("thumbhashes.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isByteForByteWhatTheAuthorsOwnCodeMakes(String line) {
        var parts = line.split(" ", -1);
        int width = Integer.parseInt(parts[0]);
        int height = Integer.parseInt(parts[1]);
        var rgb = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[i++] = (byte) (7 * x + 3 * y);
                rgb[i++] = (byte) (5 * x * y);
                rgb[i++] = (byte) (x * x + 11 * y);
            }
        }
        assertThat(ThumbHash.of(rgb, new Size(width, height)))
                .isEqualTo(Base64.getDecoder().decode(parts[2]));
    }
}
