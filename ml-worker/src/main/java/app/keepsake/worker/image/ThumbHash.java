package app.keepsake.worker.image;

import java.util.Arrays;

/**
 * About 25 bytes that hold a blurred likeness of a picture, its shape and its average colour, for a
 * client to paint while the thumbnail is on its way.
 *
 * <p>The algorithm is ThumbHash by Evan Wallace (<a
 * href="https://evanw.github.io/thumbhash/">evanw.github.io/thumbhash</a>, MIT licence), here for
 * opaque pictures only: colours become luminance, yellow-blue and red-green; of each the lowest
 * terms of a cosine transform are kept, in four bits a term.
 */
final class ThumbHash {

    /** The longest side that is worth hashing. */
    static final int LONGEST = 100;

    private ThumbHash() {}

    /**
     * The hash of an opaque sRGB picture.
     *
     * @param rgb rows from the top, three bytes a pixel
     * @param size at most {@link #LONGEST} either way
     */
    static byte[] of(byte[] rgb, Size size) {
        int width = size.width();
        int height = size.height();
        if (width > LONGEST || height > LONGEST || rgb.length != width * height * 3) {
            throw new IllegalArgumentException("%d bytes for %s".formatted(rgb.length, size));
        }
        int count = width * height;
        var luminance = new double[count];
        var yellowBlue = new double[count];
        var redGreen = new double[count];
        for (int i = 0; i < count; i++) {
            double r = 1.0 / 255 * (rgb[3 * i] & 255);
            double g = 1.0 / 255 * (rgb[3 * i + 1] & 255);
            double b = 1.0 / 255 * (rgb[3 * i + 2] & 255);
            luminance[i] = (r + g + b) / 3;
            yellowBlue[i] = (r + g) / 2 - b;
            redGreen[i] = r - g;
        }

        // Seven terms along the longer side, and as many along the other as its length deserves.
        int longer = Math.max(width, height);
        int nx = (int) Math.max(1, Math.round(7.0 * width / longer));
        int ny = (int) Math.max(1, Math.round(7.0 * height / longer));
        var l = Channel.of(luminance, width, height, Math.max(3, nx), Math.max(3, ny));
        var p = Channel.of(yellowBlue, width, height, 3, 3);
        var q = Channel.of(redGreen, width, height, 3, 3);

        boolean landscape = width > height;
        long header24 =
                Math.round(63 * l.dc)
                        | (Math.round(31.5 + 31.5 * p.dc) << 6)
                        | (Math.round(31.5 + 31.5 * q.dc) << 12)
                        | (Math.round(31 * l.scale) << 18);
        long header16 =
                (landscape ? ny : nx)
                        | (Math.round(63 * p.scale) << 3)
                        | (Math.round(63 * q.scale) << 9)
                        | (landscape ? 1 << 15 : 0);
        int terms = l.ac.length + p.ac.length + q.ac.length;
        var hash = new byte[5 + (terms + 1) / 2];
        hash[0] = (byte) header24;
        hash[1] = (byte) (header24 >> 8);
        hash[2] = (byte) (header24 >> 16);
        hash[3] = (byte) header16;
        hash[4] = (byte) (header16 >> 8);
        int next = 0;
        for (var channel : new Channel[] {l, p, q}) {
            for (double term : channel.ac) {
                hash[5 + next / 2] |= (byte) (Math.round(15 * term) << (next % 2 * 4));
                next++;
            }
        }
        return hash;
    }

    /** The constant term, the others scaled to 0..1, and the scale. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Channel(double dc, double[] ac, double scale) {

        static Channel of(double[] values, int width, int height, int nx, int ny) {
            double dc = 0;
            double scale = 0;
            var ac = new double[nx * ny];
            int count = 0;
            var fx = new double[width];
            for (int cy = 0; cy < ny; cy++) {
                for (int cx = 0; cx * ny < nx * (ny - cy); cx++) {
                    for (int x = 0; x < width; x++) {
                        fx[x] = Math.cos(Math.PI / width * cx * (x + 0.5));
                    }
                    double f = 0;
                    for (int y = 0; y < height; y++) {
                        double fy = Math.cos(Math.PI / height * cy * (y + 0.5));
                        for (int x = 0; x < width; x++) {
                            f += values[x + y * width] * fx[x] * fy;
                        }
                    }
                    f /= width * height;
                    if (cx == 0 && cy == 0) {
                        dc = f;
                    } else {
                        ac[count++] = f;
                        scale = Math.max(scale, Math.abs(f));
                    }
                }
            }
            ac = Arrays.copyOf(ac, count);
            if (scale > 0) {
                for (int i = 0; i < count; i++) {
                    ac[i] = 0.5 + 0.5 / scale * ac[i];
                }
            }
            return new Channel(dc, ac, scale);
        }
    }
}
