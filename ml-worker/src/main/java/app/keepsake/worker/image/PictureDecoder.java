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

    /**
     * The middle of a picture, as CLIP models were trained to see it: its shorter side becomes
     * {@code side} by an antialiased bicubic (a = -0.5, as Pillow's), and the longer one is cut.
     *
     * @throws IOException if it cannot be read whole; the message says which file and why
     */
    default Pixels centreSquare(Path file, int side) throws IOException {
        // Twice the side: the decoder's cheap shrinking is then invisible.
        return Bicubic.centreSquare(decode(file, 2 * side, 0), side);
    }

    /** How often either side may be divided so. */
    static int shrink(int width, int height, int minShorterSide, int minLongerSide) {
        int shorter = Math.min(width, height) / Math.max(minShorterSide, 1);
        int longer = Math.max(width, height) / Math.max(minLongerSide, 1);
        return Math.max(Math.min(shorter, longer), 1);
    }
}
