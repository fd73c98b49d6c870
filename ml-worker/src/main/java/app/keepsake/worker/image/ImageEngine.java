package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the two pictures that clients show from an original, in one decode, and an edited one to
 * keep.
 *
 * <p>All are upright, in sRGB, opaque (what was transparent is white), and carry no metadata: no
 * place, no camera, no colour profile. None is larger than the original.
 */
public interface ImageEngine {

    /** Length in pixels of a preview's shorter side. */
    int PREVIEW = 1440;

    /** The same where it is cheaper to leave it larger. */
    int LARGEST_PREVIEW = PREVIEW * 11 / 10;

    /** Length in pixels of a thumbnail's shorter side. */
    int THUMBNAIL = 250;

    /** Quality of both, on the scale of libjpeg and libwebp. */
    int QUALITY = 80;

    /** Of what is kept instead of the original. */
    int FULLSIZE_QUALITY = 95;

    /** What a thumbnail is, as the extension of its file: {@code webp} or {@code jpeg}. */
    String thumbnailExtension();

    /** As below, of the original as it is. */
    default Derived derive(Path original, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        return derive(original, Edit.NONE, preview, thumbnail);
    }

    /**
     * Reads {@code original} and writes a JPEG to {@code preview} and a thumbnail to {@code
     * thumbnail}, whose names are taken as they are. Both show the original as edited.
     *
     * @throws Unrecoverable if the original is no picture that this engine reads, is too large, or
     *     is too damaged to show: the message says which, for an admin
     * @throws IOException if reading or writing failed, or it took too long: worth another try
     */
    Derived derive(Path original, Edit edit, Path preview, Path thumbnail)
            throws IOException, Unrecoverable;

    /**
     * Writes a JPEG of the whole original as edited, which {@link #derive} has found to be
     * readable. It is as large as what is left of that, unless it must be held in memory and
     * exceeds the limit for that.
     *
     * @throws Unrecoverable as there
     * @throws IOException as there
     */
    void deriveFullsize(Path original, Edit edit, Path fullsize) throws IOException, Unrecoverable;
}
