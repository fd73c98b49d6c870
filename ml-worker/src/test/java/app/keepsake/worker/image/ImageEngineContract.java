package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.jobs.Unrecoverable;
import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Directory;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine promises, on real files. */
abstract class ImageEngineContract {

    static final ImageSettings USUAL =
            new ImageSettings(
                    ImageSettings.Engine.AUTO, 300_000_000, 640L << 20, Duration.ofSeconds(60));

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    /** The engine under test. */
    abstract ImageEngine engine(ImageSettings settings);

    /** The width of the preview of a JPEG of 3000 x 4500, as near to 1440 as is cheap. */
    abstract int previewOf3000();

    /** A picture's derivatives, read back. */
    record Made(Derived derived, BufferedImage preview, BufferedImage thumbnail) {}

    Made derive(Path original) throws IOException, Unrecoverable {
        return derive(engine(USUAL), original);
    }

    Path preview() {
        return folder.resolve("preview.jpeg");
    }

    Path thumbnail() {
        return folder.resolve("thumbnail");
    }

    Made derive(ImageEngine engine, Path original) throws IOException, Unrecoverable {
        var derived =
                engine.derive(
                        Source.of(original),
                        Edit.NONE,
                        ImageConfig.DEFAULT,
                        preview(),
                        thumbnail());
        return new Made(
                derived, ImageIO.read(preview().toFile()), ImageIO.read(thumbnail().toFile()));
    }

    static void assertColour(BufferedImage image, double x, double y, Color expected) {
        var colour =
                new Color(
                        image.getRGB((int) (x * image.getWidth()), (int) (y * image.getHeight())));
        int tolerance = 12;
        assertThat(colour.getRed()).as("red").isCloseTo(expected.getRed(), within(tolerance));
        assertThat(colour.getGreen()).as("green").isCloseTo(expected.getGreen(), within(tolerance));
        assertThat(colour.getBlue()).as("blue").isCloseTo(expected.getBlue(), within(tolerance));
    }

    /** Red, green / blue, white: nothing is turned, mirrored or of another colour. */
    static void assertQuadrants(BufferedImage image, Color... colours) {
        assertColour(image, 0.25, 0.25, colours[0]);
        assertColour(image, 0.75, 0.25, colours[1]);
        assertColour(image, 0.25, 0.75, colours[2]);
        assertColour(image, 0.75, 0.75, colours[3]);
    }

    static void assertQuadrants(Made made) {
        for (var image : new BufferedImage[] {made.preview, made.thumbnail}) {
            assertQuadrants(image, Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
        }
        assertThat(made.derived.width()).isEqualTo(320);
        assertThat(made.derived.height()).isEqualTo(240);
        assertThat(made.preview.getWidth()).isEqualTo(320);
        assertThat(made.preview.getHeight()).isEqualTo(240);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsEveryOrientationUpright(int orientation) throws Exception {
        assertQuadrants(derive(Pictures.fixture("orientation-%d.jpg".formatted(orientation))));
    }

    Made derive(Path original, Edit edit) throws IOException, Unrecoverable {
        var derived =
                engine(USUAL)
                        .derive(
                                Source.of(original),
                                edit,
                                ImageConfig.DEFAULT,
                                preview(),
                                thumbnail());
        return new Made(
                derived, ImageIO.read(preview().toFile()), ImageIO.read(thumbnail().toFile()));
    }

    /** The left half, red over blue, turned clockwise: blue, red. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orientation-1.jpg",
                "orientation-2.jpg",
                "orientation-3.jpg",
                "orientation-4.jpg",
                "orientation-5.jpg",
                "orientation-6.jpg",
                "orientation-7.jpg",
                "orientation-8.jpg",
                "progressive.jpg",
                "quadrants.png",
                "quadrants.tiff",
                "quadrants.webp"
            })
    void cutsOutAPartOfWhatIsSeenAndTurnsIt(String name) throws Exception {
        var made =
                derive(
                        Pictures.fixture(name),
                        new Edit(new Part(0, 0, 160, 240), Turn.byDegrees(90)));
        for (var image : new BufferedImage[] {made.preview, made.thumbnail}) {
            assertQuadrants(image, Color.BLUE, Color.RED, Color.BLUE, Color.RED);
        }
        assertThat(made.derived.width()).isEqualTo(240);
        assertThat(made.derived.height()).isEqualTo(160);
        assertThat(made.preview.getWidth()).isEqualTo(240);
        assertThat(made.preview.getHeight()).isEqualTo(160);
    }

    /** As above, but whole, however it lies and is stored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "orientation-1.jpg",
                "orientation-2.jpg",
                "orientation-3.jpg",
                "orientation-4.jpg",
                "orientation-5.jpg",
                "orientation-6.jpg",
                "orientation-7.jpg",
                "orientation-8.jpg",
                "progressive.jpg",
                "quadrants.png",
                "quadrants.tiff",
                "quadrants.webp"
            })
    void keepsAnEditedPictureInFull(String name) throws Exception {
        var edit = new Edit(new Part(0, 0, 160, 240), Turn.byDegrees(90));
        var image = fullsize(USUAL, Pictures.fixture(name), edit);
        assertQuadrants(image, Color.BLUE, Color.RED, Color.BLUE, Color.RED);
        assertThat(image.getWidth()).isEqualTo(240);
        assertThat(image.getHeight()).isEqualTo(160);
    }

    @ParameterizedTest
    @ValueSource(strings = {"display-p3.jpg", "orientation-1.jpg", "orientation-6.jpg"})
    void leavesNoMetadataInAnEditedPicture(String name) throws Exception {
        fullsize(USUAL, Pictures.fixture(name), new Edit(new Part(0, 0, 100, 100), Turn.NONE));
        assertThat(ImageMetadataReader.readMetadata(fullsize().toFile()).getDirectories())
                .isNotEmpty()
                .noneMatch(ImageEngineContract::tells);
    }

    @Test
    void keepsALargeEditedPictureInFull() throws Exception {
        var large = Pictures.plain(folder, 3000, 4500, Color.ORANGE, "jpeg");
        for (var turn : new Turn[] {Turn.NONE, Turn.byDegrees(90)}) {
            var image = fullsize(USUAL, large, new Edit(new Part(10, 20, 2900, 4400), turn));
            assertThat(new Size(image.getWidth(), image.getHeight()))
                    .isEqualTo(turn.of(new Size(2900, 4400)));
            assertColour(image, 0.5, 0.5, Color.ORANGE);
        }
    }

    /** I7: what must be held to be turned is made smaller, rather than not at all. */
    @Test
    void keepsAnEditedPictureSmallerThanMemoryAllows() throws Exception {
        var little =
                new ImageSettings(USUAL.engine(), USUAL.maxPixels(), 4_000_000, USUAL.timeLimit());
        var large = Pictures.plain(folder, 3000, 4500, Color.ORANGE, "jpeg");
        var image = fullsize(little, large, new Edit(null, Turn.byDegrees(90)));
        assertThat(image.getWidth() * image.getHeight()).isBetween(300_000, 1_400_000);
        assertThat((double) image.getWidth() / image.getHeight()).isCloseTo(1.5, within(0.01));
        assertColour(image, 0.5, 0.5, Color.ORANGE);
    }

    Path fullsize() {
        return folder.resolve("fullsize.jpeg");
    }

    private BufferedImage fullsize(ImageSettings settings, Path original, Edit edit)
            throws IOException, Unrecoverable {
        engine(settings).deriveFullsize(Source.of(original), edit, ImageConfig.DEFAULT, fullsize());
        return ImageIO.read(fullsize().toFile());
    }

    @Test
    void turnsAndMirrorsOneAfterTheOther() throws Exception {
        var picture = Pictures.fixture("orientation-6.jpg");
        assertQuadrants(
                derive(picture, new Edit(null, Turn.MIRRORED)).preview,
                Color.GREEN,
                Color.RED,
                Color.WHITE,
                Color.BLUE);
        assertQuadrants(
                derive(picture, new Edit(null, Turn.FLIPPED)).preview,
                Color.BLUE,
                Color.WHITE,
                Color.RED,
                Color.GREEN);
        assertQuadrants(
                derive(picture, new Edit(null, Turn.byDegrees(270).then(Turn.MIRRORED))).preview,
                Color.WHITE,
                Color.GREEN,
                Color.BLUE,
                Color.RED);
    }

    /** Where most of the detail is left out while it is decoded. */
    @Test
    void cutsALargePictureWhereItWasToldTo() throws Exception {
        var quadrants = Pictures.quadrants(folder, 6000, 4000);
        var made = derive(quadrants, new Edit(new Part(3000, 0, 3000, 2000), Turn.NONE));
        assertThat(made.derived.width()).isEqualTo(3000);
        assertThat(made.derived.height()).isEqualTo(2000);
        assertThat(made.preview.getHeight()).isEqualTo(1440);
        assertThat(made.preview.getWidth()).isEqualTo(2160);
        for (var corner : new double[][] {{0.01, 0.01}, {0.99, 0.01}, {0.01, 0.99}, {0.99, 0.99}}) {
            assertColour(made.preview, corner[0], corner[1], Color.GREEN);
        }
        var small = derive(quadrants, new Edit(new Part(2950, 1950, 100, 100), Turn.NONE));
        assertThat(small.preview.getWidth()).isEqualTo(100);
        assertQuadrants(small.preview, Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    @Test
    void refusesAPartThatIsNotThere() {
        var picture = Pictures.fixture("orientation-6.jpg"); // 320 x 240, stored as 240 x 320
        assertThatThrownBy(() -> derive(picture, new Edit(new Part(0, 0, 240, 320), Turn.NONE)))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("not within");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "progressive.jpg",
                "quadrants.png",
                "sixteen-bit.png",
                "quadrants.gif",
                "quadrants.tiff",
                "quadrants.webp"
            })
    void readsTheFormat(String name) throws Exception {
        assertQuadrants(derive(Pictures.fixture(name)));
    }

    @Test
    void readsGreyPictures() throws Exception {
        var made = derive(Pictures.fixture("grey.jpg"));
        assertColour(made.preview, 0.75, 0.75, Color.WHITE);
        var blue = new Color(made.preview.getRGB(80, 180));
        assertThat(blue.getRed()).isEqualTo(blue.getBlue()).isLessThan(128);
    }

    @Test
    void readsPrintersColours() throws Exception {
        var made = derive(Pictures.fixture("cmyk.jpg"));
        // Ink cannot show these colours; which is which must still be plain.
        assertColour(made.preview, 0.75, 0.75, Color.WHITE);
        var red = new Color(made.preview.getRGB(80, 60));
        assertThat(red.getRed()).isGreaterThan(2 * red.getGreen()).isGreaterThan(2 * red.getBlue());
        var green = new Color(made.preview.getRGB(240, 60));
        assertThat(green.getGreen()).isGreaterThan(green.getRed()).isGreaterThan(green.getBlue());
        var blue = new Color(made.preview.getRGB(80, 180));
        assertThat(blue.getBlue()).isGreaterThan(blue.getRed()).isGreaterThan(blue.getGreen());
    }

    @Test
    void convertsByTheEmbeddedProfileToSrgb() throws Exception {
        // Pure red of sRGB, written in the numbers of Display P3.
        var made = derive(Pictures.fixture("display-p3.jpg"));
        assertColour(made.preview, 0.5, 0.5, Color.RED);
        assertColour(made.thumbnail, 0.5, 0.5, Color.RED);
    }

    @Test
    void showsWhatIsTransparentAsWhite() throws Exception {
        var made = derive(Pictures.fixture("transparent.png"));
        for (var image : new BufferedImage[] {made.preview, made.thumbnail}) {
            assertColour(image, 0.25, 0.5, Color.WHITE);
            assertColour(image, 0.75, 0.5, Color.BLACK);
        }
    }

    @Test
    void makesLargePicturesSmaller() throws Exception {
        var made = derive(Pictures.plain(folder, 3000, 4500, Color.ORANGE, "jpeg"));
        assertThat(made.derived.width()).isEqualTo(3000);
        assertThat(made.derived.height()).isEqualTo(4500);
        assertThat(made.preview.getWidth()).isEqualTo(previewOf3000());
        assertThat(made.preview.getHeight()).isEqualTo(made.preview.getWidth() * 3 / 2);
        assertThat(made.thumbnail.getWidth()).isEqualTo(250);
        assertThat(made.thumbnail.getHeight()).isEqualTo(375);
        assertColour(made.preview, 0.5, 0.5, Color.ORANGE);
    }

    @Test
    void enlargesNothing() throws Exception {
        var made = derive(Pictures.plain(folder, 40, 30, Color.BLACK, "png"));
        assertThat(made.preview.getWidth()).isEqualTo(40);
        assertThat(made.thumbnail.getHeight()).isEqualTo(30);
        assertThat(made.derived.thumbhash()).hasSizeBetween(5, 30);
    }

    @Test
    void readsASinglePixel() throws Exception {
        var made = derive(Pictures.plain(folder, 1, 1, Color.BLUE, "png"));
        assertColour(made.preview, 0, 0, Color.BLUE);
    }

    @Test
    void keepsPanoramasWithinWhatBrowsersPaint() throws Exception {
        var made = derive(Pictures.plain(folder, 20_000, 120, Color.PINK, "png"));
        assertThat(made.derived.width()).isEqualTo(20_000);
        assertThat(made.preview.getWidth()).isEqualTo(16_383);
        assertThat(made.thumbnail.getWidth()).isEqualTo(16_383);
    }

    @Test
    void hashesTheShapeAndTheColour() throws Exception {
        var red = derive(Pictures.plain(folder, 400, 300, Color.RED, "png")).derived.thumbhash();
        var blue = derive(Pictures.plain(folder, 400, 300, Color.BLUE, "png")).derived.thumbhash();
        var tall = derive(Pictures.plain(folder, 300, 400, Color.RED, "png")).derived.thumbhash();
        assertThat(red).isNotEqualTo(blue).isNotEqualTo(tall);
        // Bit 7 of the fifth byte tells landscape.
        assertThat(red[4] & 0x80).isEqualTo(0x80);
        assertThat(tall[4] & 0x80).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orientation-6.jpg", "display-p3.jpg"})
    void leavesNoMetadataInWhatItMakes(String name) throws Exception {
        derive(Pictures.fixture(name));
        assertNoMetadata();
    }

    void assertNoMetadata() throws Exception {
        for (var file : new Path[] {preview(), thumbnail()}) {
            assertThat(ImageMetadataReader.readMetadata(file.toFile()).getDirectories())
                    .isNotEmpty()
                    .noneMatch(ImageEngineContract::tells);
        }
    }

    private static boolean tells(Directory directory) {
        return directory instanceof ExifDirectoryBase
                || directory instanceof IccDirectory
                || directory instanceof XmpDirectory;
    }

    /** Settings in which all three pictures are alike. */
    static ImageConfig config(Format format, int quality, int preview, int thumbnail) {
        return new ImageConfig(
                new ImageConfig.Generated(format, quality, thumbnail, false),
                new ImageConfig.Generated(format, quality, preview, false),
                new ImageConfig.Fullsize(true, format, quality, false),
                ImageConfig.Colorspace.SRGB,
                false);
    }

    Made derive(Path original, ImageConfig config) throws IOException, Unrecoverable {
        var derived =
                engine(USUAL)
                        .derive(Source.of(original), Edit.NONE, config, preview(), thumbnail());
        return new Made(
                derived, ImageIO.read(preview().toFile()), ImageIO.read(thumbnail().toFile()));
    }

    Path fullsize(Path original, ImageConfig config) throws IOException, Unrecoverable {
        engine(USUAL).deriveFullsize(Source.of(original), Edit.NONE, config, fullsize());
        return fullsize();
    }

    static Format formatOf(Path file) throws IOException {
        var head = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        return head.startsWith("RIFF") && head.startsWith("WEBP", 8)
                ? Format.WEBP
                : head.startsWith("\u00ff\u00d8\u00ff") ? Format.JPEG : fail("neither");
    }

    @ParameterizedTest
    @EnumSource
    void whatItWritesIsOfTheFormatThatItSays(Format wanted) throws Exception {
        var settings = config(wanted, 80, 1440, 250);
        var written = engine(USUAL).written(wanted);
        assertQuadrants(derive(Pictures.fixture("orientation-6.jpg"), settings));
        assertThat(formatOf(preview())).isEqualTo(written);
        assertThat(formatOf(thumbnail())).isEqualTo(written);
        var whole = fullsize(Pictures.fixture("orientation-6.jpg"), settings);
        assertThat(formatOf(whole)).isEqualTo(written);
        assertQuadrants(
                ImageIO.read(whole.toFile()), Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    @Test
    void itsPicturesAreAsLargeAsAskedFor() throws Exception {
        var made =
                derive(
                        Pictures.plain(folder, 2000, 3000, Color.ORANGE, "jpeg"),
                        config(Format.WEBP, 80, 700, 90));
        assertThat(made.preview.getWidth()).isEqualTo(700);
        assertThat(made.preview.getHeight()).isEqualTo(1050);
        assertThat(made.thumbnail.getWidth()).isEqualTo(90);
        assertThat(made.thumbnail.getHeight()).isEqualTo(135);
        assertThat(made.derived.width()).isEqualTo(2000);
    }

    @ParameterizedTest
    @EnumSource
    void aLowerQualityTakesLessRoom(Format format) throws Exception {
        var noise = Pictures.noise(folder, 600, 400);
        var room = new long[2][];
        for (int i = 0; i < 2; i++) {
            var settings = config(format, i == 0 ? 90 : 20, 300, 100);
            derive(noise, settings);
            room[i] =
                    new long[] {
                        Files.size(preview()),
                        Files.size(thumbnail()),
                        Files.size(fullsize(noise, settings))
                    };
        }
        for (int i = 0; i < 3; i++) {
            assertThat(room[1][i]).isLessThan(room[0][i] * 3 / 4);
        }
    }

    @Test
    void refusesByItsHeaderAPictureThatIsTooLarge() throws Exception {
        for (var bomb :
                new Path[] {
                    Pictures.pngBomb(folder, 60_000, 60_000),
                    Pictures.jpegBomb(folder, 60_000, 60_000)
                }) {
            assertThatThrownBy(() -> derive(bomb))
                    .isInstanceOf(Unrecoverable.class)
                    .hasMessageContaining("60000 x 60000")
                    .hasMessageContaining("keepsake.image.max-pixels");
        }
    }

    @Test
    void refusesWhatMustBeDecodedAsAWholeAndIsTooLargeForThat() {
        var tight =
                engine(new ImageSettings(USUAL.engine(), 300_000_000, 200_000, USUAL.timeLimit()));
        assertThatThrownBy(() -> derive(tight, Pictures.fixture("quadrants.webp")))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("keepsake.image.max-decoded-bytes");
    }

    @Test
    void showsAPhotoThatMissesItsLastBytes() throws Exception {
        var whole = Pictures.fixture("meadow.jpg");
        var expected = derive(whole).preview;
        var made = derive(Pictures.cut(folder, whole, 0.999)).preview;
        assertThat(made.getWidth()).isEqualTo(expected.getWidth());
        assertColour(made, 0.5, 0.1, new Color(expected.getRGB(256, 38)));
        assertColour(made, 0.5, 0.9, new Color(expected.getRGB(256, 345)));
    }

    @Test
    void showsTheUpperPartOfAPhotoThatIsMostlyThere() throws Exception {
        var whole = Pictures.fixture("meadow.jpg");
        var expected = derive(whole).preview;
        var made = derive(Pictures.cut(folder, whole, 0.8)).preview;
        assertColour(made, 0.5, 0.25, new Color(expected.getRGB(256, 96)));
        assertColour(made, 0.5, 0.5, new Color(expected.getRGB(256, 192)));
    }

    /** As a copy leaves it that was interrupted: what has come is shown, the rest is grey. */
    @ParameterizedTest
    @ValueSource(doubles = {0.35, 0.6})
    void showsWhatIsThereOfAPhotoThatWasCopiedHalf(double share) throws Exception {
        var whole = Pictures.quadrants(folder, 1200, 800);
        var made = derive(Pictures.cut(folder, whole, share));
        assertThat(made.derived.width()).isEqualTo(1200);
        assertThat(made.derived.height()).isEqualTo(800);
        for (var image : new BufferedImage[] {made.preview, made.thumbnail}) {
            assertColour(image, 0.25, 0.1, Color.RED);
            assertColour(image, 0.75, 0.1, Color.GREEN);
            assertColour(image, 0.5, 0.95, Color.GRAY);
        }
    }

    @Test
    void refusesAPhotoOfWhichNothingIsLeft() throws Exception {
        var stump = Pictures.cut(folder, Pictures.fixture("meadow.jpg"), 0.02);
        assertThatThrownBy(() -> derive(stump)).isInstanceOf(Unrecoverable.class);
    }

    @Test
    void refusesFilesThatAreNoPictures() throws Exception {
        var text = Files.writeString(folder.resolve("text.jpg"), "#EXTM3U\n/etc/passwd\n");
        assertThatThrownBy(() -> derive(text))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("Not a picture");
        var empty = Files.createFile(folder.resolve("empty.jpg"));
        assertThatThrownBy(() -> derive(empty)).isInstanceOf(Unrecoverable.class);
        var svg = Files.writeString(folder.resolve("image.png"), "<svg width='1' height='1'/>");
        assertThatThrownBy(() -> derive(svg)).isInstanceOf(Unrecoverable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "meadow.jpg",
                "quadrants.png",
                "quadrants.gif",
                "quadrants.tiff",
                "quadrants.webp"
            })
    void refusesGarbageBehindARightHeader(String name) throws Exception {
        var head = Files.readAllBytes(Pictures.fixture(name));
        var file = folder.resolve("garbage");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head, 0, 24);
            out.write(new byte[2000]);
        }
        assertThatThrownBy(() -> derive(file)).isInstanceOf(Unrecoverable.class);
    }

    @Test
    void stopsADecodeThatTakesTooLong() throws Exception {
        var long_ = Pictures.noise(folder, 5000, 3000);
        var hasty =
                engine(
                        new ImageSettings(
                                USUAL.engine(), 300_000_000, 640L << 20, Duration.ofMillis(20)));
        assertThatThrownBy(() -> derive(hasty, long_))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("keepsake.image.time-limit");
    }

    /**
     * What decodes of it would stand as the whole photo, or the photo be called broken, for good.
     */
    @Test
    void aDiskThatFailsAmidstIsWorthAnotherTry() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var original = Files.createSymbolicLink(folder.resolve("original.jpg"), pipe);
        try (var executor = Executors.newSingleThreadExecutor()) {
            var failsAfterItsFirstBytes =
                    executor.submit(
                            () -> {
                                try (var out = Files.newOutputStream(pipe)) {
                                    // Any process may open its memory; nothing is at its beginning.
                                    Files.delete(original);
                                    Files.createSymbolicLink(original, Path.of("/proc/self/mem"));
                                    out.write(Files.readAllBytes(Pictures.fixture("grey.jpg")));
                                }
                                return original;
                            });
            assertThatThrownBy(() -> derive(original)).isInstanceOf(IOException.class);
            failsAfterItsFirstBytes.get();
        }
    }

    @Test
    void aMissingFileIsWorthAnotherTry() {
        assertThatThrownBy(() -> derive(folder.resolve("gone.jpg")))
                .isInstanceOf(IOException.class);
    }
}
