package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;

/**
 * Judges a picture whose file ends too early or is broken inside.
 *
 * <p>Phones leave such files: a missing last byte, a few lost blocks. What decodes is shown, since
 * a person wants to see what is left. Decoders fill the rest with one colour, from some row to the
 * bottom; where that is nearly all of the picture, there is nothing to show.
 */
final class Damage {

    private static final double MOST = 0.98;

    /** Resizing and JPEG's chroma leave the fill a little uneven. */
    private static final int TOLERANCE = 2;

    private Damage() {}

    /**
     * Throws if next to nothing of a picture was decoded.
     *
     * @param rgb rows in the order of the file, three bytes a pixel
     * @param reason what the decoder complained of
     */
    static void requireSomeOf(byte[] rgb, Size size, String reason) throws Unrecoverable {
        int row = size.width() * 3;
        int flat = 0;
        while (flat < size.height() && isFill(rgb, (size.height() - 1 - flat) * row, row)) {
            flat++;
        }
        if (flat > MOST * size.height()) {
            throw new Unrecoverable(
                    "The file is damaged, only %d %% of the picture is left: %s"
                            .formatted(100 * (size.height() - flat) / size.height(), reason));
        }
    }

    /** Whether a row has the colour of the last pixel of all. */
    private static boolean isFill(byte[] rgb, int from, int row) {
        int last = rgb.length - 3;
        for (int i = 0; i < row; i++) {
            int difference = (rgb[from + i] & 255) - (rgb[last + i % 3] & 255);
            if (Math.abs(difference) > TOLERANCE) {
                return false;
            }
        }
        return true;
    }
}
