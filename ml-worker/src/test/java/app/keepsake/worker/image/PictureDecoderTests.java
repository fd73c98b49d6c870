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
