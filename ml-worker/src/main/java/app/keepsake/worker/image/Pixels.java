package app.keepsake.worker.image;

import java.awt.image.BufferedImage;

/** A picture in sRGB: rows from the top, three bytes (red, green, blue) a pixel. */
public record Pixels(byte[] rgb, int width, int height) {

    public Pixels {
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "%d bytes are not %d x %d pixels".formatted(rgb.length, width, height));
        }
    }

    /** The colours of an opaque picture, as Java converts them to sRGB. */
    static Pixels of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var rgb = new byte[3 * width * height];
        var row = new int[width];
        int at = 0;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                rgb[at++] = (byte) (argb >> 16);
                rgb[at++] = (byte) (argb >> 8);
                rgb[at++] = (byte) argb;
            }
        }
        return new Pixels(rgb, width, height);
    }
}
