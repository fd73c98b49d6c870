package app.keepsake.worker.image;

import java.io.IOException;
import java.nio.file.Path;

/** Decodes a preview into memory, for a model to look at. */
public interface PictureDecoder {

    /**
     * The whole picture, upright as it lies in the file. It may come smaller, where that is cheaper
     * to decode, but never below the given sides if the file is not below them itself.
     *
     * @throws IOException if it cannot be read whole; the message says which file and why
     */
    Pixels decode(Path file, int minShorterSide, int minLongerSide) throws IOException;

    /** How often either side may be divided so. */
    static int shrink(int width, int height, int minShorterSide, int minLongerSide) {
        int shorter = Math.min(width, height) / Math.max(minShorterSide, 1);
        int longer = Math.max(width, height) / Math.max(minLongerSide, 1);
        return Math.max(Math.min(shorter, longer), 1);
    }
}
