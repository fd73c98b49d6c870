package app.keepsake.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * How derivatives of pictures are made, from the next job on; those that are there stay as they
 * are.
 *
 * @param extractEmbedded whether a RAW file's own preview is taken instead of developing it
 */
public record ImageConfig(
        Generated thumbnail,
        Generated preview,
        Fullsize fullsize,
        Colorspace colorspace,
        boolean extractEmbedded) {

    /** What holds where nobody has changed anything. */
    public static final ImageConfig DEFAULT = of(SystemConfig.defaults());

    /** What holds now. */
    public static ImageConfig of(SystemConfig config) {
        return config.section("image", ImageConfig.class);
    }

    /** The files that derivatives may be. */
    public enum Format {
        @JsonProperty("jpeg")
        JPEG,
        @JsonProperty("webp")
        WEBP;

        /** Without its dot. */
        public String extension() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which colours derivatives may have. What was never more than sRGB is sRGB in both. */
    public enum Colorspace {
        @JsonProperty("srgb")
        SRGB,
        @JsonProperty("p3")
        P3
    }

    /**
     * @param quality 1 to 100, on the scale of libjpeg and libwebp
     * @param size length of the shorter side in pixels
     * @param progressive whether a JPEG shows as a whole before it has all its detail
     */
    public record Generated(Format format, int quality, int size, boolean progressive) {

        public Generated {
            if (quality < 1 || quality > 100 || size < 1) {
                throw new IllegalArgumentException(
                        "no picture has quality %d and size %d".formatted(quality, size));
            }
        }
    }

    /**
     * As large as the original.
     *
     * @param enabled whether there is one of each original that browsers do not show
     */
    public record Fullsize(boolean enabled, Format format, int quality, boolean progressive) {

        public Fullsize {
            if (quality < 1 || quality > 100) {
                throw new IllegalArgumentException("no picture has quality " + quality);
            }
        }
    }
}
