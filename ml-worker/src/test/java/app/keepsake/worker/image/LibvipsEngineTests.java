package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.Unrecoverable;
import java.awt.Color;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibvipsEngineTests extends ImageEngineContract {

    @Override
    ImageEngine engine(ImageSettings settings) {
        return new LibvipsEngine(
                Vips.get().orElseThrow(() -> new AssertionError("install libvips42")), settings);
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
