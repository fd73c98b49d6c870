package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.icc.IccDirectory;
import java.awt.Color;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours that files tell by CICP rather than by a profile, and light that no screen has. */
class ColoursTests {

    /** What the files' seven stripes shine with, in nits. */
    private static final double[] NITS = {0.01, 10, 50, 100, 203, 1000, 4000};

    /** Paper is white on a plain screen (BT.2408). */
    private static final double PAPER = 203;

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    private final ImageEngine engine = Engines.libvips();

    @SuppressWarnings("NullAway.Init")
    private Path preview;

    @BeforeEach
    void paths() {
        preview = folder.resolve("preview.jpeg");
    }

    private int[] stripes(String name, int count, ImageConfig config) throws Exception {
        engine.derive(
                Source.of(Pictures.fixture(name)),
                Edit.NONE,
                config,
                preview,
                folder.resolve("thumbnail"));
        var image = ImageIO.read(preview.toFile());
        var greys = new int[count];
        for (int i = 0; i < count; i++) {
            var colour = new Color(image.getRGB((2 * i + 1) * image.getWidth() / count / 2, 8));
            assertThat(colour.getRed()).isCloseTo(colour.getBlue(), within(4));
            greys[i] = colour.getGreen();
        }
        return greys;
    }

    /** The number by which a plain screen shows a share of its white. */
    private static int onScreen(double light) {
        return (int)
                Math.round(
                        255
                                * (light <= 0.0031308
                                        ? 12.92 * light
                                        : 1.055 * Math.pow(light, 1 / 2.4) - 0.055));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"high-range.heic", "high-range.avif", "high-range.jxl", "high-range.png"})
    void showsWhatIsDarkerThanPaperAsBrightAsItIs(String name) throws Exception {
        var greys = stripes(name, NITS.length, ImageConfig.DEFAULT);
        for (int i = 0; i < 4; i++) {
            assertThat(greys[i])
                    .as("%s nits", NITS[i])
                    .isCloseTo(onScreen(NITS[i] / PAPER), within(4));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"high-range.heic", "high-range.avif", "high-range.jxl", "high-range.png"})
    void leavesRoomForWhatIsBrighterThanPaper(String name) throws Exception {
        var greys = stripes(name, NITS.length, ImageConfig.DEFAULT);
        assertThat(greys[4]).as("paper").isBetween(220, 245);
        assertThat(greys[5]).as("a lamp").isGreaterThan(greys[4] + 8);
        assertThat(greys[6]).as("the sun").isGreaterThanOrEqualTo(greys[5]).isGreaterThan(250);
    }

    /** Stripes of the signal 0, 0.1, 0.25, 0.5, 0.75 (paper, by BT.2408), 0.9 and 1. */
    @Test
    void showsWhatIsToldByHybridLogGamma() throws Exception {
        var greys = stripes("high-range-hlg.avif", 7, ImageConfig.DEFAULT);
        assertThat(greys[0]).isLessThan(3);
        assertThat(greys[3]).as("half the signal, 50 nits").isCloseTo(onScreen(0.25), within(8));
        assertThat(greys[4]).as("paper").isBetween(220, 245);
        assertThat(greys[5]).isGreaterThan(greys[4] + 3);
        assertThat(greys[6]).isGreaterThan(250);
        assertThat(greys).isSorted();
    }

    private static final ImageConfig WIDE =
            new ImageConfig(
                    ImageConfig.DEFAULT.thumbnail(),
                    ImageConfig.DEFAULT.preview(),
                    new ImageConfig.Fullsize(true, Format.JPEG, 95, false),
                    Colorspace.P3,
                    true);

    private static final ImageConfig PLAIN =
            new ImageConfig(
                    WIDE.thumbnail(), WIDE.preview(), WIDE.fullsize(), Colorspace.SRGB, true);

    private Color colourOf(Path file) throws Exception {
        return new Color(ImageIO.read(file.toFile()).getRGB(16, 16));
    }

    /** It is sRGB's pure red in the numbers of Display P3, which no profile tells. */
    @Test
    void convertsWideColoursThatNoProfileTells() throws Exception {
        stripes("wide.avif", 0, PLAIN);
        ImageEngineContract.assertColour(ImageIO.read(preview.toFile()), 0.5, 0.5, Color.RED);
        var whole = folder.resolve("fullsize.jpeg");
        engine.deriveFullsize(Source.of(Pictures.fixture("wide.avif")), Edit.NONE, PLAIN, whole);
        assertThat(colourOf(whole).getGreen()).isLessThan(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide.avif", "high-range.heic"})
    void keepsWideColoursWhereTheyAreWanted(String name) throws Exception {
        stripes(name, 0, WIDE);
        assertThat(
                        ImageMetadataReader.readMetadata(preview.toFile())
                                .getFirstDirectoryOfType(IccDirectory.class))
                .isNotNull();
        if (name.equals("wide.avif")) {
            assertThat(colourOf(preview).getRed()).isGreaterThan(243);
            assertThat(colourOf(preview).getGreen()).isLessThan(12);
        }
    }

    @Test
    void aHighRangeIsShownInFullToo() throws Exception {
        var whole = folder.resolve("fullsize.jpeg");
        engine.deriveFullsize(
                Source.of(Pictures.fixture("high-range.heic")), Edit.NONE, PLAIN, whole);
        var image = ImageIO.read(whole.toFile());
        assertThat(new Color(image.getRGB(35, 8)).getGreen())
                .isCloseTo(onScreen(100 / PAPER), within(4));
    }
}
