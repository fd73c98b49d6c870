package app.keepsake.worker.image;

import static app.keepsake.config.ImageConfig.Format.JPEG;
import static app.keepsake.config.ImageConfig.Format.WEBP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import app.keepsake.config.ImageConfig;
import app.keepsake.worker.image.ImageSettings.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which engine a machine gets, by what it has. */
class ImageConfigurationTests {

    private static final @Nullable Vips LIBVIPS = Vips.get().orElse(null);
    private static final @Nullable Vips MISSING = Vips.start("libvips-of-no-machine.so.42");

    private static final MemoryGate ROOM = new MemoryGate(64 << 20, () -> Long.MAX_VALUE);

    private static ImageSettings settings(Engine engine) {
        return new ImageSettings(engine, 1_000_000, 64 << 20, Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "THUMBNAILATOR"})
    void withoutLibvipsJavaMakesTheThumbnailsAndReadsThePreviews(Engine asked, @TempDir Path folder)
            throws Exception {
        var without = new ImageConfiguration(MISSING);
        var engine = without.imageEngine(settings(asked), ROOM);
        assertThat(engine.written(WEBP)).isEqualTo(JPEG);
        var preview = folder.resolve("preview.jpeg");
        engine.derive(
                Source.of(Pictures.fixture("quadrants.png")),
                Edit.NONE,
                ImageConfig.DEFAULT,
                preview,
                folder.resolve("thumbnail"));
        assertThat(Files.size(folder.resolve("thumbnail"))).isPositive();
        var read = without.pictureDecoder(settings(asked)).decode(preview, 0, 10_000);
        assertThat(read.width()).isEqualTo(320);
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "LIBVIPS"})
    void withLibvipsThumbnailsAreWebp(Engine asked) {
        var engine = new ImageConfiguration(LIBVIPS).imageEngine(settings(asked), ROOM);
        assertThat(engine.written(WEBP)).isEqualTo(WEBP);
    }

    @Test
    void javaReadsPicturesWhereItIsAskedTo() {
        var engine =
                new ImageConfiguration(LIBVIPS).imageEngine(settings(Engine.THUMBNAILATOR), ROOM);
        assertThat(engine.written(WEBP)).isEqualTo(JPEG);
    }

    @Test
    void libvipsThatIsAskedForAndMissingIsNamed() {
        var without = new ImageConfiguration(MISSING);
        assertThatIllegalStateException()
                .isThrownBy(() -> without.imageEngine(settings(Engine.LIBVIPS), ROOM))
                .withMessageContaining("install libvips42");
    }
}
