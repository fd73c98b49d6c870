package app.keepsake.worker.image;

import java.io.IOException;
import java.nio.file.Path;

/** Decodes a preview into memory, for a model to look at. */
public interface PictureDecoder {

    /**
     * The whole picture, perhaps smaller than its file where that is cheaper to decode, but with
     * both sides at least {@code minShorterSide} if the file has as many.
     */
    Pixels decode(Path file, int minShorterSide) throws IOException;
}
