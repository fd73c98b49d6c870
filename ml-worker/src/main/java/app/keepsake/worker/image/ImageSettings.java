package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which engine decodes, and what one picture may cost (I7).
 *
 * @param engine the one to use; {@code AUTO} takes libvips where it can be loaded
 * @param maxPixels a picture with more is refused by its header. Pictures up to this size are
 *     decoded row by row where their format allows it
 * @param maxDecodedBytes what a picture may need in memory whose format must be decoded as a whole
 *     (HEIC, WebP, progressive JPEG, ...); more is refused by its header
 * @param timeLimit after which decoding is stopped; a minute later the process ends, since a
 *     decoder that does not stop would hold its thread for ever
 */
@ConfigurationProperties("keepsake.image")
public record ImageSettings(
        @DefaultValue("auto") Engine engine,
        @DefaultValue("300000000") long maxPixels,
        @DefaultValue("671088640") long maxDecodedBytes,
        @DefaultValue("60s") Duration timeLimit) {

    /** The engines that can be asked for. */
    public enum Engine {
        AUTO,
        LIBVIPS,
        THUMBNAILATOR
    }

    /** Throws if a header promises more pixels than a picture may have. */
    void requireWithin(Size size) throws Unrecoverable {
        if (size.pixels() > maxPixels) {
            throw new Unrecoverable(
                    "The picture says it is %s pixels; the limit is %d (keepsake.image.max-pixels)"
                            .formatted(size, maxPixels));
        }
    }
}
