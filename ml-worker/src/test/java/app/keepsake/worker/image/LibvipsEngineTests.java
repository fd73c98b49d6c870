package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.jobs.Unrecoverable;
import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.jpeg.JpegDirectory;
import java.awt.Color;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibvipsEngineTests extends ImageEngineContract {

    @Override
    ImageEngine engine(ImageSettings settings) {
        return new LibvipsEngine(
                Vips.get().orElseThrow(() -> new AssertionError("install libvips42")),
                settings,
                new MemoryGate(settings.maxDecodedBytes(), () -> Long.MAX_VALUE));
    }

    /** Half, as it was decoded. */
    @Override
    int previewOf3000() {
        return 1500;
    }

    @ParameterizedTest
    @ValueSource(strings = {"quadrants.heic", "quadrants.avif", "quadrants.jxl"})
    void readsTheFormatThatJavaCannot(String name) throws Exception {
        assertQuadrants(derive(Pictures.fixture(name)));
    }

    /** As some makers write them, before the usual one. */
    @Test
    void readsHeicOfABrandThatNobodyKnows() throws Exception {
        var bytes = Files.readAllBytes(Pictures.fixture("quadrants.heic"));
        var brand = new String(bytes, 8, 4, StandardCharsets.US_ASCII);
        assertThat(brand).isEqualTo("heic");
        System.arraycopy("MiHB".getBytes(StandardCharsets.US_ASCII), 0, bytes, 8, 4);
        assertQuadrants(derive(Files.write(folder.resolve("odd.heic"), bytes)));
    }

    /** I7: one that says it is large is no danger where it is read in rows. */
    @ParameterizedTest
    @ValueSource(strings = {"quadrants.tiff", "quadrants.png", "orientation-1.jpg"})
    void readsInRowsWhatWouldBeTooLargeAsAWhole(String name) throws Exception {
        var tight =
                engine(new ImageSettings(USUAL.engine(), 300_000_000, 200_000, USUAL.timeLimit()));
        var made = derive(tight, Pictures.fixture(name));
        assertThat(made.derived().width()).isEqualTo(320);
    }

    @Test
    void readsARealPhoneHeicAndLeavesItsMetadataBehind() throws Exception {
        var made = derive(Pictures.fixture("iphone.heic"));
        assertThat(made.derived().width()).isEqualTo(4032);
        assertThat(made.derived().height()).isEqualTo(3024);
        assertThat(made.preview().getHeight()).isEqualTo(1440);
        assertNoMetadata();
    }

    @ParameterizedTest
    @CsvSource({
        "4032, 3024, 2016, 1512", // half is near enough
        "3264, 2448, 1920, 1440", // half would be too small
        "4400, 3300, 1920, 1440" // half is too large
    })
    void leavesAPreviewAsDecodedWhereThatIsNearEnough(int w, int h, int width, int height)
            throws Exception {
        var made = derive(Pictures.plain(folder, w, h, Color.ORANGE, "jpeg"));
        assertThat(made.preview().getWidth()).isEqualTo(width);
        assertThat(made.preview().getHeight()).isEqualTo(height);
    }

    /** Pure red of sRGB in the numbers of Display P3, as the fixture has it. */
    private static final int[] RED_IN_P3 = {234, 51, 35};

    private static ImageConfig wide(Format format) {
        var usual = config(format, 90, 1440, 250);
        return new ImageConfig(
                usual.thumbnail(), usual.preview(), usual.fullsize(), Colorspace.P3, false);
    }

    /** The numbers as they are in the file, whatever its profile makes of them. */
    private static void assertNumbers(Path file, int... expected) throws Exception {
        try (var scope = Vips.get().orElseThrow().open()) {
            var image = LibvipsEngine.load(scope, Source.of(file), 1, LibvipsEngine.FAIL_ON_NONE);
            var pixels = scope.pixels(image).toArray(ValueLayout.JAVA_BYTE);
            for (int i = 0; i < 3; i++) {
                assertThat(pixels[i] & 0xff).isCloseTo(expected[i], within(6));
            }
        }
    }

    private static @Nullable IccDirectory profileOf(Path file) throws Exception {
        return ImageMetadataReader.readMetadata(file.toFile())
                .getFirstDirectoryOfType(IccDirectory.class);
    }

    @ParameterizedTest
    @EnumSource
    void keepsWideColoursWhereTheyAreWanted(Format format) throws Exception {
        var photo = Pictures.fixture("display-p3.jpg");
        var hash = derive(photo).derived().thumbhash();
        var made = derive(photo, wide(format));
        var whole = fullsize(photo, wide(format));
        for (var file : new Path[] {preview(), thumbnail(), whole}) {
            assertThat(formatOf(file)).isEqualTo(format);
            assertThat(profileOf(file)).isNotNull();
            assertNumbers(file, RED_IN_P3);
        }
        // What goes by the profile, as browsers do, sees the red that it is.
        assertColour(made.preview(), 0.5, 0.5, Color.RED);
        assertColour(ImageIO.read(whole.toFile()), 0.5, 0.5, Color.RED);
        assertThat(made.derived().thumbhash()).isEqualTo(hash);
        var models = new LibvipsDecoder(Vips.get().orElseThrow()).decode(preview(), 0, 0);
        assertThat(models.rgb()[1] & 0xff).isLessThan(12);
    }

    @Test
    void keepsWideColoursInWhatIsEditedToo() throws Exception {
        engine(USUAL)
                .deriveFullsize(
                        Source.of(Pictures.fixture("display-p3.jpg")),
                        new Edit(new Part(0, 0, 100, 50), Turn.byDegrees(90)),
                        wide(Format.JPEG),
                        fullsize());
        assertThat(profileOf(fullsize())).isNotNull();
        assertNumbers(fullsize(), RED_IN_P3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quadrants.png", "orientation-6.jpg", "grey.jpg", "cmyk.jpg"})
    void givesNoWiderColoursThanAPictureHas(String name) throws Exception {
        derive(Pictures.fixture(name), wide(Format.JPEG));
        assertNoMetadata();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJpegIsProgressiveWhereThatIsWanted(boolean isWanted) throws Exception {
        var wanted = new ImageConfig.Generated(Format.JPEG, 80, 200, isWanted);
        var settings =
                new ImageConfig(
                        wanted,
                        wanted,
                        new ImageConfig.Fullsize(true, Format.JPEG, 80, isWanted),
                        Colorspace.SRGB,
                        false);
        derive(Pictures.fixture("meadow.jpg"), settings);
        fullsize(Pictures.fixture("meadow.jpg"), settings);
        for (var file : new Path[] {preview(), thumbnail(), fullsize()}) {
            assertThat(
                            ImageMetadataReader.readMetadata(file.toFile())
                                    .getDirectoriesOfType(JpegDirectory.class))
                    .singleElement()
                    .satisfies(
                            jpeg ->
                                    assertThat(jpeg.getInt(JpegDirectory.TAG_COMPRESSION_TYPE))
                                            .isEqualTo(isWanted ? 2 : 0));
        }
    }

    /** I7: a size that administrators ask for does not exceed what a picture may need. */
    @Test
    void makesPreviewsSmallerThanAskedForWhereMemoryIsShort() throws Exception {
        var little =
                engine(
                        new ImageSettings(
                                USUAL.engine(), USUAL.maxPixels(), 3_000_000, USUAL.timeLimit()));
        var large = Pictures.plain(folder, 3000, 4500, Color.ORANGE, "jpeg");
        little.derive(
                Source.of(large),
                Edit.NONE,
                config(Format.JPEG, 80, 3000, 250),
                preview(),
                thumbnail());
        var preview = ImageIO.read(preview().toFile());
        assertThat(preview.getWidth() * preview.getHeight()).isBetween(900_000, 1_010_000);
    }

    @Test
    void refusesAProgressiveJpegThatIsTooLargeToDecodeAsAWhole() {
        var tight =
                engine(new ImageSettings(USUAL.engine(), 300_000_000, 200_000, USUAL.timeLimit()));
        assertThatThrownBy(() -> derive(tight, Pictures.fixture("progressive.jpg")))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("keepsake.image.max-decoded-bytes");
    }

    /**
     * The engine asks by the kind of a file; this asks as a slip of it would, for whatever fits.
     */
    @Test
    void hasNoLoaderButThoseThatAreTrusted() throws Exception {
        var svg =
                Files.writeString(
                        folder.resolve("image.svg"),
                        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>");
        var csv = Files.writeString(folder.resolve("image.csv"), "1,2\n3,4\n");
        try (var scope = Vips.get().orElseThrow().open()) {
            for (var file : List.of(svg, csv)) {
                assertThatThrownBy(() -> scope.make("vips_thumbnail", file.toString(), List.of(9)))
                        .isInstanceOf(Vips.VipsError.class);
            }
            assertThatThrownBy(() -> scope.make("vips_svgload", svg.toString(), List.of()))
                    .hasMessageContaining("blocked");
            assertThatThrownBy(() -> scope.make("vips_csvload", csv.toString(), List.of()))
                    .hasMessageContaining("blocked");
        }
    }

    @Test
    void failsInTheWordsOfLibvips() throws Exception {
        var broken = folder.resolve("broken.heic");
        var bytes = Files.readAllBytes(Pictures.fixture("quadrants.heic"));
        Files.write(broken, Arrays.copyOf(bytes, 40));
        assertThatThrownBy(() -> derive(broken))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("libvips 8.")
                .hasMessageContaining("heif");
    }
}
