package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Vips.Scope;
import app.keepsake.worker.image.Vips.VipsError;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures by libvips: quick, small in memory, and the one that reads HEIC.
 *
 * <p>The original is streamed once into the preview's pixels; all else is made from those. With
 * Debian 12's libvips 8.14 a 12 MP JPEG then takes 0.10 CPU seconds: 0.06 to decode at half size,
 * 0.01 each for the JPEG, the thumbnail's pixels and the WebP. vips_thumbnail, which decodes at
 * full size, takes 0.04 more; vips_resize for the thumbnail 0.11 more; a thumbnail that is not
 * first copied to memory 0.2 more, since saver and hash each compute it anew.
 */
final class LibvipsEngine implements ImageEngine {

    private static final Logger log = LoggerFactory.getLogger(LibvipsEngine.class);

    private static final int ACCESS_SEQUENTIAL = 1;
    static final int FAIL_ON_NONE = 0;
    static final int FAIL_ON_TRUNCATED = 1;
    private static final String ICC = "icc-profile-data";

    /** More pixels a side libjpeg does not write, nor libwebp. */
    private static final int LONGEST_JPEG = 65_500;

    private static final int LONGEST_WEBP = 16_383;

    /** Beyond it, vips_reduce's mask grows too large. */
    private static final double MOST_REDUCTION = 50;

    private final Vips vips;
    private final ImageSettings settings;

    LibvipsEngine(Vips vips, ImageSettings settings) {
        this.vips = vips;
        this.settings = settings;
    }

    /**
     * An image whose colours are known.
     *
     * @param profile null for sRGB, which needs none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Coloured(MemorySegment image, byte @Nullable [] profile) {

        Coloured with(MemorySegment other) {
            return new Coloured(other, profile);
        }
    }

    @Override
    public Format written(Format wanted) {
        return wanted;
    }

    @Override
    public Derived derive(
            Path original, Edit edit, ImageConfig config, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        var format = PictureFormat.of(original);
        try (var time = new TimeLimit(settings.timeLimit(), original.toString())) {
            try {
                return derive(format, original, edit, config, preview, thumbnail, time, null);
            } catch (VipsError damaged) {
                time.check();
                Library.requireReadable(original);
                return deriveLeniently(
                        format, original, edit, config, preview, thumbnail, time, damaged);
            }
        }
    }

    private Derived deriveLeniently(
            PictureFormat format,
            Path original,
            Edit edit,
            ImageConfig config,
            Path preview,
            Path thumbnail,
            TimeLimit time,
            VipsError damage)
            throws IOException, Unrecoverable {
        try {
            var derived = derive(format, original, edit, config, preview, thumbnail, time, damage);
            log.warn("{} is damaged; shown is what decodes: {}", original, damage.reason());
            return derived;
        } catch (VipsError e) {
            time.check();
            throw new Unrecoverable(
                    "libvips %s cannot read this %s: %s"
                            .formatted(vips.version(), format, e.reason()),
                    e);
        }
    }

    /**
     * @param damage why a strict decode failed; null for a strict decode
     */
    private Derived derive(
            PictureFormat format,
            Path original,
            Edit edit,
            ImageConfig config,
            Path preview,
            Path thumbnail,
            TimeLimit time,
            @Nullable VipsError damage)
            throws VipsError, IOException, Unrecoverable {
        try (var scope = vips.open()) {
            var header = load(scope, format, original, 1, FAIL_ON_NONE);
            var stored = scope.sizeOf(header);
            requireWithinLimits(scope, header, format);
            var todo = edit.on(stored, scope.orientationOf(header));
            var image =
                    load(
                            scope,
                            format,
                            original,
                            shrinkOnLoad(format, todo.part().size(), config.preview().size()),
                            damage == null ? FAIL_ON_TRUNCATED : FAIL_ON_NONE);
            time.onExpiry(() -> scope.kill(image));
            try {
                var small = cut(scope, opaque(scope, image), stored, todo.part());
                small = toPreview(scope, small, todo.part().size(), config.preview().size());
                var coloured = toColours(scope, small, config.colorspace());
                var size = scope.sizeOf(coloured.image);
                var pixels = scope.pixels(coloured.image);
                if (damage != null) {
                    Damage.requireMostOf(
                            pixels.toArray(ValueLayout.JAVA_BYTE), size, damage.reason());
                }
                var upright = scope.ofPixels(pixels, size);
                if (todo.turn() != Turn.NONE) {
                    upright = turn(scope, upright, todo.turn());
                }
                var shown = todo.shown();
                return new Derived(
                        shown.width(),
                        shown.height(),
                        save(scope, coloured.with(upright), config, preview, thumbnail));
            } finally {
                // The images are about to be freed.
                time.onExpiry(() -> {});
            }
        }
    }

    @Override
    public void deriveFullsize(Path original, Edit edit, ImageConfig config, Path fullsize)
            throws IOException, Unrecoverable {
        var format = PictureFormat.of(original);
        try (var time = new TimeLimit(settings.timeLimit(), original.toString())) {
            try {
                tryFullsize(format, original, edit, config, fullsize, time);
            } catch (VipsError e) {
                time.check();
                throw new IOException("Cannot write a picture in full: " + e.reason(), e);
            }
        }
    }

    /** Rows pass from the decoder to the file, unless they come out in another order. */
    private void tryFullsize(
            PictureFormat format,
            Path original,
            Edit edit,
            ImageConfig config,
            Path fullsize,
            TimeLimit time)
            throws VipsError, IOException, Unrecoverable {
        try (var scope = vips.open()) {
            var header = load(scope, format, original, 1, FAIL_ON_NONE);
            var stored = scope.sizeOf(header);
            requireWithinLimits(scope, header, format);
            var todo = edit.on(stored, scope.orientationOf(header));
            var image = load(scope, format, original, 1, FAIL_ON_NONE);
            time.onExpiry(() -> scope.kill(image));
            try {
                var wanted = config.fullsize();
                boolean streams = todo.turn() == Turn.NONE && wanted.format() == Format.JPEG;
                var size = largest(todo.part().size(), wanted.format(), streams);
                var part = cut(scope, opaque(scope, image), stored, todo.part());
                var whole = toColours(scope, resize(scope, part, size), config.colorspace());
                if (todo.turn() != Turn.NONE) {
                    var bare = scope.ofPixels(scope.pixels(whole.image), scope.sizeOf(whole.image));
                    scope.set(bare, "orientation", todo.turn().exif());
                    whole = whole.with(scope.make("vips_autorot", bare, List.of()));
                }
                write(
                        scope,
                        whole,
                        fullsize,
                        wanted.format(),
                        wanted.quality(),
                        wanted.progressive());
            } finally {
                time.onExpiry(() -> {});
            }
        }
    }

    /**
     * @param streams whether rows pass through, and are never all held in memory
     */
    private Size largest(Size original, Format format, boolean streams) {
        var size = original.withLongerSide(format == Format.JPEG ? LONGEST_JPEG : LONGEST_WEBP);
        return streams ? size : size.withPixels(settings.maxDecodedBytes() / 3);
    }

    /** Writes both files and returns the hash. All pixels are in memory: an error is the disk's. */
    private byte[] save(
            Scope scope, Coloured upright, ImageConfig config, Path preview, Path thumbnail)
            throws IOException {
        try {
            return trySave(scope, upright, config, preview, thumbnail);
        } catch (VipsError e) {
            throw new IOException("Cannot write a derivative: " + e.reason(), e);
        }
    }

    private static byte[] trySave(
            Scope scope, Coloured upright, ImageConfig config, Path preview, Path thumbnail)
            throws VipsError, IOException {
        write(scope, upright, preview, config.preview());
        var shorter = config.thumbnail().size();
        var small =
                resize(scope, upright.image, scope.sizeOf(upright.image).withShorterSide(shorter));
        // Computed once: every use of an image runs the pipeline behind it again.
        var size = scope.sizeOf(small);
        var bare = scope.ofPixels(scope.pixels(small), size);
        write(scope, upright.with(bare), thumbnail, config.thumbnail());
        var tiny = resize(scope, bare, size.withLongerSide(ThumbHash.LONGEST));
        if (upright.profile != null) {
            tiny = scope.make("vips_icc_transform", tiny, List.of("srgb"), "input_profile", "p3");
        }
        return ThumbHash.of(scope.pixels(tiny).toArray(ValueLayout.JAVA_BYTE), scope.sizeOf(tiny));
    }

    private static void write(
            Scope scope, Coloured picture, Path file, ImageConfig.Generated wanted)
            throws VipsError, IOException {
        write(scope, picture, file, wanted.format(), wanted.quality(), wanted.progressive());
    }

    private static void write(
            Scope scope,
            Coloured picture,
            Path file,
            Format format,
            int quality,
            boolean isProgressive)
            throws VipsError, IOException {
        if (format == Format.WEBP) {
            var size = scope.sizeOf(picture.image);
            var webp = scope.webp(scope.pixels(picture.image), size, quality);
            Files.write(
                    file,
                    picture.profile == null
                            ? webp
                            : ColourProfile.addToWebp(webp, size, picture.profile));
            return;
        }
        scope.save(
                "vips_jpegsave",
                picture.image,
                file,
                "Q",
                quality,
                "interlace",
                isProgressive ? 1 : 0,
                "strip",
                1);
        if (picture.profile != null) {
            ColourProfile.addToJpeg(file, picture.profile);
        }
    }

    static MemorySegment load(
            Scope scope, PictureFormat format, Path original, int shrink, int failOn)
            throws VipsError {
        var function = "vips_%sload".formatted(format.name().toLowerCase(Locale.ROOT));
        var options =
                switch (format) {
                    case JPEG -> new Object[] {"shrink", shrink};
                    case WEBP -> new Object[] {"scale", 1.0 / shrink};
                    default -> new Object[0];
                };
        return scope.make(
                function,
                original.toString(),
                List.of(),
                Stream.concat(
                                Stream.of("access", ACCESS_SEQUENTIAL, "fail_on", failOn),
                                Stream.of(options))
                        .toArray());
    }

    /**
     * Decoders of JPEG and WebP can leave out detail: the largest shrink that stays above the
     * preview's shorter side.
     */
    private static int shrinkOnLoad(PictureFormat format, Size stored, int shorter) {
        if (format != PictureFormat.JPEG && format != PictureFormat.WEBP) {
            return 1;
        }
        int target = stored.withShorterSide(shorter).shorter();
        int shrink = 1;
        while (shrink < 8 && stored.shorter() / (shrink * 2) >= target) {
            shrink *= 2;
        }
        return shrink;
    }

    private void requireWithinLimits(Scope scope, MemorySegment header, PictureFormat format)
            throws Unrecoverable {
        var size = scope.sizeOf(header);
        settings.requireWithin(size);
        boolean streams =
                (format == PictureFormat.JPEG || format == PictureFormat.PNG)
                        && !scope.has(header, "interlaced");
        // Two bytes a sample: what libjpeg keeps of a progressive JPEG, and no less than others do.
        long decoded = size.pixels() * scope.bandsOf(header) * 2;
        if (!streams && decoded > settings.maxDecodedBytes()) {
            throw new Unrecoverable(
                    "The picture says it is %s pixels and must be decoded as a whole, which takes"
                                    .formatted(size)
                            + " %d bytes; the limit is %d (keepsake.image.max-decoded-bytes)"
                                    .formatted(decoded, settings.maxDecodedBytes()));
        }
    }

    /** Eight bits of sRGB-like colour or CMYK, on white where it is transparent. */
    static MemorySegment opaque(Scope scope, MemorySegment image) throws VipsError {
        if (scope.interpretationOf(image) != Vips.INTERPRETATION_CMYK
                && (scope.interpretationOf(image) != Vips.INTERPRETATION_SRGB
                        || scope.formatOf(image) != Vips.FORMAT_UCHAR)) {
            image = scope.make("vips_colourspace", image, List.of(Vips.INTERPRETATION_SRGB));
        }
        if (scope.hasAlpha(image)) {
            image = scope.make("vips_flatten", image, List.of(), "background", scope.numbers(255));
        }
        return image;
    }

    /**
     * As it was decoded where that is near enough, as with most phones' 12 and 48 MP: to bring
     * their 1512 pixels to 1440 would cost half as much again as all else, and some sharpness.
     *
     * @param shorter of the preview's sides, as administrators want it
     */
    private MemorySegment toPreview(Scope scope, MemorySegment image, Size whole, int shorter)
            throws VipsError {
        var decoded = scope.sizeOf(image);
        var most = settings.maxDecodedBytes() / 3;
        return decoded.equals(decoded.withShorterSide(shorter * 11 / 10).withPixels(most))
                ? image
                : resize(scope, image, whole.withShorterSide(shorter).withPixels(most));
    }

    /**
     * Lanczos in one step. vips_resize would average blocks first, which is several times slower in
     * 8.14 and less sharp.
     */
    private static MemorySegment resize(Scope scope, MemorySegment image, Size to)
            throws VipsError {
        var from = scope.sizeOf(image);
        double across = Math.max(1, (double) from.width() / to.width());
        double down = Math.max(1, (double) from.height() / to.height());
        if (across == 1 && down == 1) {
            return image;
        } else if (Math.max(across, down) > MOST_REDUCTION) {
            return scope.make("vips_resize", image, List.of(1 / across), "vscale", 1 / down);
        }
        return scope.make("vips_reduce", image, List.of(across, down));
    }

    /**
     * By the embedded profile, if it describes these colours; what has none is sRGB already, and
     * what is sRGB gains nothing by more room.
     */
    static Coloured toColours(Scope scope, MemorySegment image, Colorspace wanted)
            throws VipsError {
        boolean cmyk = scope.interpretationOf(image) == Vips.INTERPRETATION_CMYK;
        if (scope.has(image, ICC)) {
            var profile = scope.bytes(image, ICC);
            var space =
                    profile.length < 20
                            ? ""
                            : new String(profile, 16, 4, StandardCharsets.US_ASCII);
            // A grey picture's profile does not fit the three bands that it has by now.
            if (space.equals(cmyk ? "CMYK" : "RGB ")) {
                boolean isWide = wanted == Colorspace.P3 && !cmyk && !isSrgb(profile);
                try {
                    var converted =
                            scope.make(
                                    "vips_icc_transform",
                                    image,
                                    List.of(isWide ? "p3" : "srgb"),
                                    "embedded",
                                    1);
                    return new Coloured(converted, isWide ? scope.bytes(converted, ICC) : null);
                } catch (VipsError e) {
                    log.info("A colour profile is broken and not used: {}", e.reason());
                }
            }
        }
        return new Coloured(
                cmyk
                        ? scope.make("vips_colourspace", image, List.of(Vips.INTERPRETATION_SRGB))
                        : image,
                null);
    }

    /** By its name, which is in letters of one byte or of two. */
    private static boolean isSrgb(byte[] profile) {
        return new String(profile, StandardCharsets.ISO_8859_1).replace("\0", "").contains("sRGB");
    }

    /** A part, given in pixels of what is stored, of an image that may be loaded smaller. */
    private static MemorySegment cut(Scope scope, MemorySegment image, Size stored, Part part)
            throws VipsError {
        if (part.size().equals(stored)) {
            return image;
        }
        var loaded = scope.sizeOf(image);
        double across = (double) loaded.width() / stored.width();
        double down = (double) loaded.height() / stored.height();
        int left = Math.min((int) Math.round(part.x() * across), loaded.width() - 1);
        int top = Math.min((int) Math.round(part.y() * down), loaded.height() - 1);
        int width = Math.max(1, (int) Math.round(part.width() * across));
        int height = Math.max(1, (int) Math.round(part.height() * down));
        return scope.make(
                "vips_extract_area",
                image,
                List.of(
                        left,
                        top,
                        Math.min(width, loaded.width() - left),
                        Math.min(height, loaded.height() - top)));
    }

    private static MemorySegment turn(Scope scope, MemorySegment image, Turn turn)
            throws VipsError {
        scope.set(image, "orientation", turn.exif());
        var turned = scope.make("vips_autorot", image, List.of());
        var size = scope.sizeOf(turned);
        return scope.ofPixels(scope.pixels(turned), size);
    }
}
