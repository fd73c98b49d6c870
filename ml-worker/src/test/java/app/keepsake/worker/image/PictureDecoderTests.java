package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import app.keepsake.worker.support.WorkerFixtures;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What both decoders promise to the models. */
class PictureDecoderTests {

    private static final Path PHOTO = WorkerFixtures.golden("portrait-curie.jpg");

    static Stream<Named<PictureDecoder>> decoders() {
        return Stream.of(
                Named.of("libvips", new LibvipsDecoder(Vips.get().orElseThrow())),
                Named.of("Java", new ImageIoDecoder()));
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void givesRowsOfRedGreenBlueFromTheTop(PictureDecoder decoder) throws IOException {
        var pixels = decoder.decode(WorkerFixtures.golden("red-left.png"), 0, 10_000);
        assertThat(pixels.width()).isEqualTo(320);
        assertThat(pixels.height()).isEqualTo(240);
        assertThat(Arrays.copyOf(pixels.rgb(), 3)).containsExactly(210, 20, 30);
        assertThat(Arrays.copyOfRange(pixels.rgb(), 319 * 3, 320 * 3)).containsExactly(30, 60, 180);
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void readsAGreyPictureAsColours(PictureDecoder decoder, @TempDir Path folder)
            throws IOException {
        var grey = folder.resolve("grey.jpeg");
        ImageIO.write(
                new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY), "jpeg", grey.toFile());
        assertThat(decoder.decode(grey, 0, 10_000).rgb()).isEqualTo(new byte[16 * 8 * 3]);
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void neverGoesBelowTheSidesThatAreAskedFor(PictureDecoder decoder, @TempDir Path folder)
            throws IOException {
        var panorama = Pictures.plain(folder, 12_000, 1_440, Color.RED, "jpeg");
        var pixels = decoder.decode(panorama, 300, 2_560);
        assertThat(pixels.width()).isBetween(2_560, 6_000);
        assertThat(pixels.height()).isBetween(300, 720);
    }

    /** Java's is Pillow's, bit by bit; libvips places its pixels to a 64th of one. */
    @ParameterizedTest
    @CsvSource({
        "meadow.png, 224", // wide
        "astronaut.png, 224",
        "astronaut.png, 33", // an odd side, reduced a lot
        "red-left.png, 384", // enlarged
    })
    void cutsTheSameMiddleByLibvipsAsByJava(String name, int side) throws IOException {
        var picture = WorkerFixtures.golden(name);
        var one = new LibvipsDecoder(Vips.get().orElseThrow()).centreSquare(picture, side);
        var other = new ImageIoDecoder().centreSquare(picture, side);
        assertThat(one.width()).isEqualTo(side).isEqualTo(one.height());
        long apart = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            int step = Math.abs((one.rgb()[i] & 0xff) - (other.rgb()[i] & 0xff));
            assertThat(step).isLessThanOrEqualTo(16);
            apart += step;
        }
        assertThat((double) apart / one.rgb().length).isLessThan(0.5);
    }

    @ParameterizedTest
    @CsvSource({"upright, 90, 200", "wide, 300, 90"})
    void cutsTheMiddle(String shape, int width, int height, @TempDir Path folder)
            throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var paint = image.createGraphics();
        paint.setColor(Color.RED);
        paint.fillRect((width - 90) / 2, (height - 90) / 2, 90, 90);
        var file = folder.resolve(shape + ".png");
        ImageIO.write(image, "png", file.toFile());
        for (var decoder : decoders().toList()) {
            var middle = decoder.getPayload().centreSquare(file, 30);
            for (int i = 0; i < 30 * 30; i++) {
                int x = i % 30;
                int y = i / 30;
                boolean isEdge = x == 0 || y == 0 || x == 29 || y == 29;
                assertThat(middle.rgb()[3 * i] & 0xff).isGreaterThan(isEdge ? 200 : 250);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void namesAFileThatIsDamagedMissingOrNoPicture(PictureDecoder decoder, @TempDir Path folder)
            throws IOException {
        byte[] whole = Files.readAllBytes(PHOTO);
        for (byte[] bytes : new byte[][] {Arrays.copyOf(whole, whole.length / 2), {}, {1, 2, 3}}) {
            var broken = Files.write(folder.resolve("broken.jpeg"), bytes);
            assertThatIOException()
                    .isThrownBy(() -> decoder.decode(broken, 0, 10_000))
                    .withMessageContaining("broken.jpeg");
        }
        var missing = folder.resolve("missing.jpeg");
        assertThatIOException()
                .isThrownBy(() -> decoder.decode(missing, 0, 10_000))
                .withMessageContaining("missing.jpeg");
    }
}
