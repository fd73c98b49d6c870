package app.keepsake.worker.image;

import static app.keepsake.worker.image.ImageEngineContract.assertColour;
import static app.keepsake.worker.image.ImageEngineContract.assertQuadrants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.jobs.Unrecoverable;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By which way a file comes to be shown that the engines do not read, or not whole. */
class SourcesTests {

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    private final Sources sources = Engines.sources();

    /** What is shown of an original, where previews are to have so long a shorter side. */
    private BufferedImage shown(Path original, int size, boolean extractEmbedded)
            throws IOException, Unrecoverable {
        var generated = new ImageConfig.Generated(Format.JPEG, 90, size, false);
        var config =
                new ImageConfig(
                        generated,
                        generated,
                        new ImageConfig.Fullsize(true, Format.JPEG, 90, false),
                        Colorspace.SRGB,
                        extractEmbedded);
        var preview = folder.resolve("preview.jpeg");
        sources.make(
                original,
                config,
                false,
                source ->
                        Engines.libvips()
                                .derive(
                                        source,
                                        Edit.NONE,
                                        config,
                                        preview,
                                        folder.resolve("thumbnail")));
        return ImageIO.read(preview.toFile());
    }

    /** libjpeg would be at it for many minutes, and take the worker with it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJpegOfAMillionSegmentsIsRefused(boolean beforeThePixels) throws Exception {
        var jpeg = Files.readAllBytes(Pictures.fixture("progressive.jpg"));
        var piece = new byte[] {(byte) 0xff, (byte) 0xe2, 0, 3, 'x'};
        int lastScan = jpeg.length - 1;
        while (jpeg[lastScan] != (byte) 0xff || jpeg[lastScan + 1] != (byte) 0xda) {
            lastScan--;
        }
        int at = beforeThePixels ? 2 : lastScan;
        var file = folder.resolve("segments.jpg");
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(jpeg, 0, at);
            for (int i = 0; i < 1_000_000; i++) {
                out.write(piece);
            }
            out.write(jpeg, at, jpeg.length - at);
        }
        assertThatThrownBy(() -> shown(file))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("more than 5000 segments");
    }

    private BufferedImage shown(Path original) throws IOException, Unrecoverable {
        return shown(original, 200, true);
    }

    private byte[] orange(int width, int height) throws IOException {
        return Files.readAllBytes(Pictures.plain(folder, width, height, Color.ORANGE, "jpeg"));
    }

    @Test
    void aRawFileIsShownByTheCamerasOwnPicture() throws Exception {
        var raw = RawFiles.developable(folder.resolve("photo.DNG"), 1, orange(320, 240));
        assertColour(shown(raw), 0.1, 0.1, Color.ORANGE);
    }

    @Test
    void aRawFileIsDevelopedWhereAdministratorsWantThat() throws Exception {
        var raw = RawFiles.developable(folder.resolve("photo.dng"), 1, orange(320, 240));
        assertQuadrants(shown(raw, 200, false), Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    @Test
    void aRawFileIsDevelopedWhereTheCamerasPictureIsTooSmall() throws Exception {
        var raw = RawFiles.developable(folder.resolve("photo.dng"), 1, orange(160, 120));
        assertQuadrants(shown(raw), Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    @Test
    void aSmallPictureIsBetterThanNoneWhereARawFileCannotBeDeveloped() throws Exception {
        var raw = RawFiles.withPreview(folder.resolve("photo.arw"), "SONY", 1, orange(160, 120));
        var shown = shown(raw);
        assertColour(shown, 0.5, 0.5, Color.ORANGE);
        assertThat(shown.getWidth()).isEqualTo(160);
    }

    @Test
    void aRawFileOfAnUnknownKindTellsWhichWaysFailed() throws Exception {
        var raw = Files.write(folder.resolve("photo.ari"), new byte[5000]);
        assertThatThrownBy(() -> shown(raw))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("no preview of 200 pixels")
                .hasMessageFindingMatch("dcraw_emu|no picture that can be decoded")
                .hasMessageContaining("no preview of 1 pixels");
    }

    /** Temporary files would fill a disk in time. */
    @Test
    void whatWasMadeOnTheWayIsRemoved() throws Exception {
        var raw = RawFiles.developable(folder.resolve("photo.dng"), 1);
        var made =
                sources.make(
                        raw,
                        ImageConfig.DEFAULT,
                        false,
                        source -> {
                            assertThat(source.file()).exists().isNotEqualTo(raw);
                            return source.file();
                        });
        assertThat(made.getParent()).doesNotExist();
    }

    @Test
    void nothingIsWrittenBesideARawFile() throws Exception {
        var library = Files.createDirectory(folder.resolve("library"));
        var raw = RawFiles.developable(library.resolve("photo.dng"), 1);
        shown(raw);
        assertThat(library).isDirectoryContaining(file -> file.equals(raw));
        assertThat(library.toFile().list()).hasSize(1);
    }

    private Path svg(String inner) throws IOException {
        return Files.writeString(
                folder.resolve("drawing.svg"),
                """
                <?xml version="1.0"?>
                <svg xmlns="http://www.w3.org/2000/svg" xmlns:xi="http://www.w3.org/2001/XInclude"
                     width="320" height="240">
                  <rect width="160" height="120" fill="#f00"/>
                  <rect x="160" width="160" height="120" fill="#0f0"/>
                  <rect y="120" width="160" height="120" fill="#00f"/>
                  %s
                </svg>
                """
                        .formatted(inner));
    }

    @Test
    void aDrawingIsShownOnWhite() throws Exception {
        assertQuadrants(shown(svg("")), Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
    }

    /** Neither by an absolute name, nor one beside it, nor its scripts, nor an entity. */
    @Test
    void aDrawingShowsNoOtherFile() throws Exception {
        var secret = Pictures.plain(folder, 100, 100, Color.BLACK, "png");
        var beside = secret.getFileName();
        var drawing =
                svg(
                        """
                        <image href="%s" x="160" y="120" width="160" height="120"/>
                        <image href="file://%s" x="160" y="120" width="160" height="120"/>
                        <image href="%s" x="160" y="120" width="160" height="120"/>
                        <text x="170" y="200" font-size="40">
                          <xi:include href="/etc/hostname" parse="text"/></text>
                        <script>document.documentElement.innerHTML = ''</script>
                        """
                                .formatted(secret, secret, beside));
        assertQuadrants(shown(drawing), Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);
        var entity =
                Files.writeString(
                        folder.resolve("entity.svg"),
                        """
                        <!DOCTYPE svg [<!ENTITY host SYSTEM "file:///etc/passwd">]>
                        <svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">
                        <text y="100" font-size="40">&host;</text></svg>
                        """);
        try {
            var shown = shown(entity);
            for (int x = 0; x < shown.getWidth(); x++) {
                for (int y = 0; y < shown.getHeight(); y++) {
                    assertThat(shown.getRGB(x, y) & 0xff).isEqualTo(255);
                }
            }
        } catch (Unrecoverable e) {
            assertThat(e).hasMessageContaining("rsvg-convert");
        }
    }

    @Test
    void aDrawingThatSaysThatItIsHugeIsShownSmaller() throws Exception {
        var huge =
                Files.writeString(
                        folder.resolve("huge.svg"),
                        """
                        <svg xmlns="http://www.w3.org/2000/svg" width="80000" height="40000">
                        <rect width="80000" height="40000" fill="#ffc800"/></svg>
                        """);
        assertColour(shown(huge), 0.5, 0.5, Color.ORANGE);
    }

    @Test
    void aDrawingOfEndlessEntitiesIsRefused() throws Exception {
        var entities = new StringBuilder("<!ENTITY a0 \"aaaaaaaaaa\">");
        for (int i = 1; i < 12; i++) {
            entities.append(
                    "<!ENTITY a%d \"%s\">".formatted(i, "&a%d;".formatted(i - 1).repeat(10)));
        }
        var bomb =
                Files.writeString(
                        folder.resolve("bomb.svg"),
                        "<!DOCTYPE svg ["
                                + entities
                                + "]><svg xmlns='http://www.w3.org/2000/svg'"
                                + " width='9' height='9'><text>&a11;</text></svg>");
        assertThatThrownBy(() -> shown(bomb)).isInstanceOf(Unrecoverable.class);
    }

    @Test
    void previewsAreTakenOutWithinLittleMemory() throws Exception {
        var few = RawFiles.withPreviews(folder.resolve("few.nef"), 4, 16 << 20, orange(320, 240));
        assertColour(shown(few), 0.5, 0.5, Color.ORANGE);
        var many =
                RawFiles.withPreviews(folder.resolve("many.nef"), 40, 16 << 20, orange(320, 240));
        assertThatThrownBy(() -> shown(many))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("no preview");
    }

    @Test
    void aDamagedPhotoIsShownByItsPreview() throws Exception {
        var whole =
                RawFiles.withPreview(folder.resolve("photo.tif"), "Keepsake", 1, orange(320, 240));
        assertColour(shown(whole), 0.5, 0.5, Color.ORANGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bmp", "psd", "svg", "jp2", "dng"})
    void aFileThatEndsTooEarlyIsShownOrRefused(String extension) throws Exception {
        var whole = Files.readAllBytes(Samples.of(extension, folder));
        for (double share : new double[] {0.01, 0.1, 0.5, 0.9}) {
            var cut =
                    Files.write(
                            folder.resolve("cut." + extension),
                            Arrays.copyOf(whole, (int) (whole.length * share)));
            try {
                assertThat(shown(cut).getWidth()).isPositive();
            } catch (Unrecoverable e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
