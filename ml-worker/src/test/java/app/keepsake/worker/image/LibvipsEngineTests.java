package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.Unrecoverable;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibvipsEngineTests extends ImageEngineContract {

    @Override
    ImageEngine engine(ImageSettings settings) {
        return new LibvipsEngine(
                Vips.get().orElseThrow(() -> new AssertionError("install libvips42")), settings);
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

    @Test
    void refusesAProgressiveJpegThatIsTooLargeToDecodeAsAWhole() {
        var tight =
                engine(new ImageSettings(USUAL.engine(), 300_000_000, 200_000, USUAL.timeLimit()));
        assertThatThrownBy(() -> derive(tight, Pictures.fixture("progressive.jpg")))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("keepsake.image.max-decoded-bytes");
    }

    @Test
    void failsInTheWordsOfLibvips() throws Exception {
        var broken = folder.resolve("broken.heic");
        var bytes = Files.readAllBytes(Pictures.fixture("quadrants.heic"));
        Files.write(broken, java.util.Arrays.copyOf(bytes, 40));
        assertThatThrownBy(() -> derive(broken))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("libvips 8.")
                .hasMessageContaining("heif");
    }
}
