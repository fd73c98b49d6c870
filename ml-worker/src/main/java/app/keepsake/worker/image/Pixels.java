package app.keepsake.worker.image;

/** A picture in sRGB: rows from the top, three bytes (red, green, blue) a pixel. */
public record Pixels(byte[] rgb, int width, int height) {

    public Pixels {
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "%d bytes are not %d x %d pixels".formatted(rgb.length, width, height));
        }
    }
}
