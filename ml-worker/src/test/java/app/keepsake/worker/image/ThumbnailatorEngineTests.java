package app.keepsake.worker.image;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.Unrecoverable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThumbnailatorEngineTests extends ImageEngineContract {

    @Override
    ImageEngine engine(ImageSettings settings) {
        return new ThumbnailatorEngine(settings);
    }

    @Override
    int previewOf3000() {
        return 1440;
    }

    @ParameterizedTest
    @ValueSource(strings = {"quadrants.heic", "quadrants.avif", "quadrants.jxl"})
    void saysThatTheFormatNeedsLibvips(String name) {
        assertThatThrownBy(() -> derive(Pictures.fixture(name)))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("needs libvips");
    }
}
