package app.keepsake.worker.image;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the engine, once, and says which. */
@Configuration(proxyBeanMethods = false)
class ImageConfiguration {

    private static final Logger log = LoggerFactory.getLogger(ImageConfiguration.class);

    @Bean
    ImageEngine imageEngine(ImageSettings settings) {
        return switch (settings.engine()) {
            case LIBVIPS ->
                    Vips.get()
                            .map(vips -> libvips(vips, settings))
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    "keepsake.image.engine is libvips, which cannot"
                                                            + " be loaded: install libvips42"));
            case THUMBNAILATOR -> thumbnailator(settings);
            case AUTO ->
                    Vips.get()
                            .map(vips -> libvips(vips, settings))
                            .orElseGet(() -> thumbnailator(settings));
        };
    }

    @Bean
    PictureDecoder pictureDecoder(ImageSettings settings) {
        return settings.engine() == ImageSettings.Engine.THUMBNAILATOR
                ? new ImageIoDecoder()
                : Vips.get()
                        .<PictureDecoder>map(LibvipsDecoder::new)
                        .orElseGet(ImageIoDecoder::new);
    }

    private static ImageEngine libvips(Vips vips, ImageSettings settings) {
        log.info("Pictures are read by libvips {}", vips.version());
        return new LibvipsEngine(vips, settings);
    }

    private static ImageEngine thumbnailator(ImageSettings settings) {
        log.warn("Pictures are read by Java alone: slowly, and HEIC, AVIF and JPEG XL not at all");
        return new ThumbnailatorEngine(settings);
    }
}
