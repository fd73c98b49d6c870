package app.keepsake.worker.image;

import app.keepsake.worker.governor.Governor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the engine, once, and says which. */
@Configuration(proxyBeanMethods = false)
class ImageConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ImageConfiguration.class);

    private final @Nullable Vips vips;

    ImageConfiguration() {
        this(Vips.get().orElse(null));
    }

    /**
     * @param vips libvips, or null where this machine has none
     */
    ImageConfiguration(@Nullable Vips vips) {
        this.vips = vips;
    }

    @Bean
    MemoryGate memoryGate(ImageSettings settings, Governor governor) {
        return new MemoryGate(settings.maxDecodedBytes(), governor::freeMemory);
    }

    @Bean
    ImageEngine imageEngine(ImageSettings settings, MemoryGate memory) {
        var chosen = chosen(settings);
        return chosen == null ? thumbnailator(settings) : libvips(chosen, settings, memory);
    }

    @Bean
    PictureDecoder pictureDecoder(ImageSettings settings) {
        var chosen = chosen(settings);
        return chosen == null ? new ImageIoDecoder() : new LibvipsDecoder(chosen);
    }

    /** libvips, or null where Java alone is to read pictures. */
    private @Nullable Vips chosen(ImageSettings settings) {
        if (settings.engine() == ImageSettings.Engine.LIBVIPS && vips == null) {
            throw new IllegalStateException(
                    "keepsake.image.engine is libvips, which cannot be loaded: install libvips42");
        }
        return settings.engine() == ImageSettings.Engine.THUMBNAILATOR ? null : vips;
    }

    private static ImageEngine libvips(Vips vips, ImageSettings settings, MemoryGate memory) {
        log.info("Pictures are read by libvips {}", vips.version());
        return new LibvipsEngine(vips, settings, memory);
    }

    private static ImageEngine thumbnailator(ImageSettings settings) {
        log.warn("Pictures are read by Java alone: slowly, and HEIC, AVIF and JPEG XL not at all");
        return new ThumbnailatorEngine(settings);
    }
}
