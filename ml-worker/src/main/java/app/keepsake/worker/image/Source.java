package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an engine decodes: an original, or what another program took or made of one.
 *
 * @param orientation how it lies, as Exif's number, where the file itself does not say; else null
 */
public record Source(PictureFormat format, Path file, @Nullable Integer orientation) {

    /** A file as it is. */
    public static Source of(Path file) throws IOException, Unrecoverable {
        var format = PictureFormat.of(file);
        if (format == PictureFormat.HEIF) {
            HeifItems.requireFew(file);
        } else if (format == PictureFormat.JPEG) {
            JpegSegments.requireFew(file);
        }
        return new Source(format, file, null);
    }

    int orientationOr(int itsOwn) {
        return orientation == null ? itsOwn : orientation;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
