package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Colours.Coloured;
import app.keepsake.worker.image.Vips.Scope;
import app.keepsake.worker.image.Vips.VipsError;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    /** More pixels a side libjpeg does not write, nor libwebp. */
    private static final int LONGEST_JPEG = 65_500;

    private static final int LONGEST_WEBP = 16_383;

    /** Beyond it, vips_reduce's mask grows too large. */
    static final double MOST_REDUCTION = 50;

    private static final Set<PictureFormat> DECODED =
            EnumSet.range(PictureFormat.JPEG, PictureFormat.JP2);

    private final Vips vips;
    private final ImageSettings settings;
    private final MemoryGate memory;

    LibvipsEngine(Vips vips, ImageSettings settings, MemoryGate memory) {
        this.vips = vips;
        this.settings = settings;
        this.memory = memory;
    }

    @Override
    public Format written(Format wanted) {
        return wanted;
    }

    @Override
    public Derived derive(
            Source source, Edit edit, ImageConfig config, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        try (var _ = memory.enter(needOf(source));
                var time = new TimeLimit(settings.timeLimit(), source.toString())) {
            try {
                return derive(source, edit, config, preview, thumbnail, time, null);
            } catch (VipsError damaged) {
                time.check();
                Library.requireReadable(source.file());
                return deriveLeniently(source, edit, config, preview, thumbnail, time, damaged);
            }
        }
    }

    /**
     * The memory that a picture takes, by its header; 0 where that is broken, as its decoder will
     * say.
     *
     * @throws Unrecoverable if it is too large
     */
    private long needOf(Source source) throws IOException, Unrecoverable {
        try (var scope = vips.open();
                var _ = new TimeLimit(settings.timeLimit(), source.toString())) {
            var header = load(scope, source, 1, FAIL_ON_NONE);
            settings.requireWithin(scope.sizeOf(header));
            return Need.of(scope, header, source.format()).within(settings);
        } catch (VipsError e) {
            return 0;
        }
    }

    private Derived deriveLeniently(
            Source source,
            Edit edit,
            ImageConfig config,
            Path preview,
            Path thumbnail,
            TimeLimit time,
            VipsError damage)
            throws IOException, Unrecoverable {
        try {
            var derived = derive(source, edit, config, preview, thumbnail, time, damage);
            log.warn("{} is damaged; shown is what decodes: {}", source, damage.reason());
            return derived;
        } catch (VipsError e) {
            time.check();
            throw new Unrecoverable(
                    "libvips %s cannot read this %s: %s"
                            .formatted(vips.version(), source.format(), e.reason()),
                    e);
        }
    }

    /**
     * @param damage why a strict decode failed; null for a strict decode
     */
    private Derived derive(
            Source source,
            Edit edit,
            ImageConfig config,
            Path preview,
            Path thumbnail,
            TimeLimit time,
            @Nullable VipsError damage)
            throws VipsError, IOException, Unrecoverable {
        try (var scope = vips.open()) {
            var header = load(scope, source, 1, FAIL_ON_NONE);
            var stored = scope.sizeOf(header);
            var signal = Colours.signalOf(scope, header, source);
            var todo = edit.on(stored, source.orientationOr(scope.orientationOf(header)));
            var image =
                    load(
                            scope,
                            source,
                            shrinkOnLoad(
                                    source.format(), todo.part().size(), config.preview().size()),
                            damage == null ? FAIL_ON_TRUNCATED : FAIL_ON_NONE);
            time.onExpiry(() -> scope.kill(image));
            try {
                var small = cut(scope, Colours.opaque(scope, image, signal), stored, todo.part());
                small = toPreview(scope, small, todo.part().size(), config.preview().size());
                var coloured = Colours.convert(scope, small, signal, config.colorspace());
                var size = scope.sizeOf(coloured.image());
                var pixels = scope.pixels(coloured.image());
                if (damage != null) {
                    Damage.requireSomeOf(
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
                        scope.durationOf(header),
                        save(scope, coloured.with(upright), config, preview, thumbnail));
            } finally {
                // The images are about to be freed.
                time.onExpiry(() -> {});
            }
        }
    }

    @Override
    public void deriveFullsize(Source source, Edit edit, ImageConfig config, Path fullsize)
            throws IOException, Unrecoverable {
        try (var _ = memory.enter(needOf(source));
                var time = new TimeLimit(settings.timeLimit(), source.toString())) {
            try {
                tryFullsize(source, edit, config, fullsize, time);
            } catch (VipsError e) {
                time.check();
                throw new IOException("Cannot write a picture in full: " + e.reason(), e);
            }
        }
    }

    /** Rows pass from the decoder to the file, unless they come out in another order. */
    private void tryFullsize(
            Source source, Edit edit, ImageConfig config, Path fullsize, TimeLimit time)
            throws VipsError, IOException, Unrecoverable {
        try (var scope = vips.open()) {
            var header = load(scope, source, 1, FAIL_ON_NONE);
            var stored = scope.sizeOf(header);
            var signal = Colours.signalOf(scope, header, source);
            var todo = edit.on(stored, source.orientationOr(scope.orientationOf(header)));
            var image = load(scope, source, 1, FAIL_ON_NONE);
            time.onExpiry(() -> scope.kill(image));
            try {
                var wanted = config.fullsize();
                boolean streams = todo.turn() == Turn.NONE && wanted.format() == Format.JPEG;
                var size = largest(todo.part().size(), wanted.format(), streams);
                var part = cut(scope, Colours.opaque(scope, image, signal), stored, todo.part());
                var whole =
                        Colours.convert(
                                scope, resize(scope, part, size), signal, config.colorspace());
                if (todo.turn() != Turn.NONE) {
                    var bare =
                            scope.ofPixels(
                                    scope.pixels(whole.image()), scope.sizeOf(whole.image()));
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
                resize(
                        scope,
                        upright.image(),
                        scope.sizeOf(upright.image()).withShorterSide(shorter));
        // Computed once: every use of an image runs the pipeline behind it again.
        var size = scope.sizeOf(small);
        var bare = scope.ofPixels(scope.pixels(small), size);
        write(scope, upright.with(bare), thumbnail, config.thumbnail());
        var tiny = resize(scope, bare, size.withLongerSide(ThumbHash.LONGEST));
        if (upright.profile() != null) {
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
            var size = scope.sizeOf(picture.image());
            var webp = scope.webp(scope.pixels(picture.image()), size, quality);
            Files.write(
                    file,
                    picture.profile() == null
                            ? webp
                            : ColourProfile.addToWebp(webp, size, picture.profile()));
            return;
        }
        scope.save(
                "vips_jpegsave",
                picture.image(),
                file,
                "Q",
                quality,
                "interlace",
                isProgressive ? 1 : 0,
                "strip",
                1);
        if (picture.profile() != null) {
            ColourProfile.addToJpeg(file, picture.profile());
        }
    }

    static MemorySegment load(Scope scope, Source source, int shrink, int failOn) throws VipsError {
        var format = source.format();
        if (!DECODED.contains(format)) {
            throw new VipsError("no loader is trusted with " + format);
        }
        var name = format == PictureFormat.JP2 ? "jp2k" : format.name().toLowerCase(Locale.ROOT);
        var options =
                switch (format) {
                    case JPEG -> new Object[] {"shrink", shrink};
                    case WEBP -> new Object[] {"scale", 1.0 / shrink};
                    default -> new Object[0];
                };
        return scope.make(
                "vips_%sload".formatted(name),
                source.toString(),
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
