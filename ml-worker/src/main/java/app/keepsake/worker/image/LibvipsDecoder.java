package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Vips.VipsError;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Decodes by libvips, which leaves out the detail of a JPEG that nobody asked for. */
final class LibvipsDecoder implements PictureDecoder {

    private final Vips vips;

    LibvipsDecoder(Vips vips) {
        this.vips = vips;
    }

    @Override
    public Pixels decode(Path file, int minShorterSide, int minLongerSide) throws IOException {
        try (var scope = vips.open()) {
            var source = Source.of(file);
            var stored =
                    scope.sizeOf(LibvipsEngine.load(scope, source, 1, LibvipsEngine.FAIL_ON_NONE));
            int most =
                    PictureDecoder.shrink(
                            stored.width(), stored.height(), minShorterSide, minLongerSide);
            // libjpeg knows 1, 2, 4 and 8.
            int shrink = Math.min(Integer.highestOneBit(most), 8);
            var image =
                    Colours.opaque(
                            scope,
                            LibvipsEngine.load(
                                    scope, source, shrink, LibvipsEngine.FAIL_ON_TRUNCATED),
                            null);
            var srgb = Colours.convert(scope, image, null, Colorspace.SRGB).image();
            var size = scope.sizeOf(srgb);
            var rgb = scope.pixels(srgb).toArray(ValueLayout.JAVA_BYTE);
            return new Pixels(rgb, size.width(), size.height());
        } catch (VipsError | Unrecoverable e) {
            throw new IOException("libvips cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
