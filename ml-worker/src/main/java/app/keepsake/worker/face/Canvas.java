package app.keepsake.worker.face;

import app.keepsake.worker.image.Pixels;

/**
 * A picture as the detector looks at it: in the top left corner of a black square, as large as
 * fits.
 *
 * @param scale from the picture to the canvas, the same for both directions
 */
record Canvas(Pixels pixels, double scale) {

    /** Resizes without antialiasing, as the detector was trained (OpenCV's bilinear). */
    static Canvas of(Pixels picture, int side) {
        double ratio = (double) picture.height() / picture.width();
        int width = ratio > 1 ? (int) (side / ratio) : side;
        int height = ratio > 1 ? side : (int) (side * ratio);
        var canvas = new byte[side * side * 3];
        for (int y = 0; y < height; y++) {
            double fromY = source(y, height, picture.height());
            for (int x = 0; x < width; x++) {
                double fromX = source(x, width, picture.width());
                Bilinear.sample(picture, fromX, fromY, canvas, (y * side + x) * 3);
            }
        }
        return new Canvas(new Pixels(canvas, side, side), (double) height / picture.height());
    }

    /** The place a new pixel's centre comes from; edges are stretched, not mixed with black. */
    private static double source(int position, int to, int from) {
        return Math.clamp((position + 0.5) * from / to - 0.5, 0, from - 1.0);
    }
}
