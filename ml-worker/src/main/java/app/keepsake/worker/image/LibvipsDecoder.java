package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Vips.Scope;
import app.keepsake.worker.image.Vips.VipsError;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/** Decodes by libvips, which leaves out the detail of a JPEG that nobody asked for. */
final class LibvipsDecoder implements PictureDecoder {

    private static final int CUBIC = 2; // VipsKernel: Catmull and Rom's, a = -0.5

    private final Vips vips;

    LibvipsDecoder(Vips vips) {
        this.vips = vips;
    }

    @Override
    public Pixels decode(Path file, int minShorterSide, int minLongerSide) throws IOException {
        return read(file, scope -> pixels(scope, load(scope, file, minShorterSide, minLongerSide)));
    }

    /** By libvips' operations for many pixels at a time, which take a quarter of Java's time. */
    @Override
    public Pixels centreSquare(Path file, int side) throws IOException {
        return read(
                file,
                scope -> {
                    var image = load(scope, file, 2 * side, 0);
                    var size = scope.sizeOf(image);
                    var to = Bicubic.resized(size.width(), size.height(), side);
                    double across = (double) size.width() / to.width();
                    double down = (double) size.height() / to.height();
                    if (Math.min(across, down) < 1
                            || Math.max(across, down) > LibvipsEngine.MOST_REDUCTION) {
                        return Bicubic.centreSquare(pixels(scope, image), side);
                    }
                    var resized =
                            scope.make(
                                    "vips_reduce", image, List.of(across, down), "kernel", CUBIC);
                    var middle =
                            List.of(
                                    Bicubic.start(to.width(), side),
                                    Bicubic.start(to.height(), side),
                                    side,
                                    side);
                    return pixels(scope, scope.make("vips_extract_area", resized, middle));
                });
    }

    @FunctionalInterface
    private interface Reading {
        Pixels in(Scope scope) throws IOException, VipsError, Unrecoverable;
    }

    private Pixels read(Path file, Reading reading) throws IOException {
        try (var scope = vips.open()) {
            return reading.in(scope);
        } catch (VipsError | Unrecoverable e) {
            throw new IOException("libvips cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static MemorySegment load(Scope scope, Path file, int minShorterSide, int minLongerSide)
            throws IOException, VipsError, Unrecoverable {
        var source = Source.of(file);
        var stored = scope.sizeOf(LibvipsEngine.load(scope, source, 1, LibvipsEngine.FAIL_ON_NONE));
        int most =
                PictureDecoder.shrink(
                        stored.width(), stored.height(), minShorterSide, minLongerSide);
        // libjpeg knows 1, 2, 4 and 8.
        int shrink = Math.min(Integer.highestOneBit(most), 8);
        var image =
                Colours.opaque(
                        scope,
                        LibvipsEngine.load(scope, source, shrink, LibvipsEngine.FAIL_ON_TRUNCATED),
                        null);
        return Colours.convert(scope, image, null, Colorspace.SRGB).image();
    }

    private static Pixels pixels(Scope scope, MemorySegment image) throws VipsError {
        var size = scope.sizeOf(image);
        var rgb = scope.pixels(image).toArray(ValueLayout.JAVA_BYTE);
        return new Pixels(rgb, size.width(), size.height());
    }
}
