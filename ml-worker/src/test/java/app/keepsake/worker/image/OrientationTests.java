package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.config.ImageConfig;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a camera was held, and wherever its format keeps that: in Exif (WebP, PNG), in a tag
 * (TIFF, raw files), in properties of the container (HEIC, AVIF), in the stream itself (JPEG XL).
 */
class OrientationTests {

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    private final ImageEngine engine = Engines.libvips();
    private final Sources sources = Engines.sources();

    static Stream<Arguments> stored() {
        return Stream.of("heic", "avif", "jxl", "webp", "png", "tiff")
                .flatMap(
                        format ->
                                IntStream.rangeClosed(1, 8)
                                        .mapToObj(number -> Arguments.of(format, number)));
    }

    @ParameterizedTest
    @MethodSource("stored")
    void redStaysAtTheTopLeft(String format, int number) throws Exception {
        assertUpright(Pictures.fixture("orientation/%d.%s".formatted(number, format)));
    }

    static IntStream numbers() {
        return IntStream.rangeClosed(1, 8);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void redStaysAtTheTopLeftOfARawFilesPreview(int number) throws Exception {
        // Drawn anew, and without what its own file says.
        var stored =
                ImageIO.read(Pictures.fixture("orientation-%d.jpg".formatted(number)).toFile());
        var preview = new ByteArrayOutputStream();
        ImageIO.write(stored, "jpeg", preview);
        assertUpright(
                RawFiles.withPreview(
                        folder.resolve("photo.nef"),
                        "NIKON CORPORATION",
                        number,
                        preview.toByteArray()));
    }

    /** The sensor's picture is the same in all; the number says how it is to be turned. */
    @ParameterizedTest
    @MethodSource("numbers")
    void aDevelopedPictureIsTurnedAsTheCameraSays(int number) throws Exception {
        var raw = RawFiles.developable(folder.resolve("photo.dng"), number);
        var preview = derive(raw);
        var corners = new Color[] {Color.RED, Color.GREEN, Color.WHITE, Color.BLUE};
        // Which of the sensor's corners, clockwise, comes to lie at the top left, and at its right.
        int[][] firsts = {{0, 1}, {1, 0}, {2, 3}, {3, 2}, {0, 3}, {3, 0}, {2, 1}, {1, 2}};
        var first = firsts[number - 1];
        ImageEngineContract.assertColour(preview, 0.25, 0.25, corners[first[0]]);
        ImageEngineContract.assertColour(preview, 0.75, 0.25, corners[first[1]]);
        assertThat(preview.getWidth() > preview.getHeight()).isEqualTo(number < 5);
    }

    private void assertUpright(Path original) throws Exception {
        var preview = derive(original);
        assertThat(preview.getWidth()).isEqualTo(320);
        assertThat(preview.getHeight()).isEqualTo(240);
        ImageEngineContract.assertQuadrants(
                preview, Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    private BufferedImage derive(Path original) throws Exception {
        var preview = folder.resolve("preview.jpeg");
        sources.make(
                original,
                ImageConfig.DEFAULT,
                false,
                source ->
                        engine.derive(
                                source,
                                Edit.NONE,
                                ImageConfig.DEFAULT,
                                preview,
                                folder.resolve("thumbnail")));
        return ImageIO.read(preview.toFile());
    }
}
