package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the two pictures that clients show from an original, in one decode, and one that is as
 * large as the original.
 *
 * <p>All are upright, opaque (what was transparent is white), and carry no metadata: no place, no
 * camera. Their colours are sRGB, without a profile; or Display P3, with its profile, where that is
 * asked for and the original has such colours. None is larger than the original.
 */
public interface ImageEngine {

    /** What a file is that this engine writes where another format may be asked for. */
    ImageConfig.Format written(ImageConfig.Format wanted);

    /**
     * Reads {@code original} and writes a preview and a thumbnail to the given files, whose names
     * are taken as they are. Both show the original as edited.
     *
     * @throws Unrecoverable if the original is no picture that this engine reads, is too large, or
     *     is too damaged to show: the message says which, for an admin
     * @throws IOException if reading or writing failed, or it took too long: worth another try
     */
    Derived derive(Source original, Edit edit, ImageConfig config, Path preview, Path thumbnail)
            throws IOException, Unrecoverable;

    /**
     * Writes the whole original as edited, which {@link #derive} has found to be readable. It is as
     * large as what is left of that, unless its format cannot hold so much, or it must be held in
     * memory and exceeds the limit for that.
     *
     * @throws Unrecoverable as there
     * @throws IOException as there
     */
    void deriveFullsize(Source original, Edit edit, ImageConfig config, Path fullsize)
            throws IOException, Unrecoverable;
}
