package app.keepsake.worker.image;

/**
 * The resampling that CLIP models were trained with: Pillow's antialiased bicubic (a = -0.5), bit
 * by bit, also its rounding between the two passes. Java2D's moves a vector by up to a third of the
 * distance at which two photos count as duplicates.
 */
final class Bicubic {

    private static final int PRECISION = 22;
    private static final int HALF = 1 << (PRECISION - 1);

    private Bicubic() {}

    /** The shorter side becomes {@code side}, proportions kept; then the centre is cut. */
    static Pixels centreSquare(Pixels picture, int side) {
        int width = picture.width();
        int height = picture.height();
        var resized = resized(width, height, side);
        // Only what the cut keeps is ever computed, however long a panorama is.
        var columns = Taps.of(width, resized.width(), start(resized.width(), side), side);
        var rows = Taps.of(height, resized.height(), start(resized.height(), side), side);
        return new Pixels(vertical(horizontal(picture, columns), side, rows), side, side);
    }

    /** What a picture becomes whose shorter side shall be {@code side}. */
    static Size resized(int width, int height, int side) {
        return width < height
                ? new Size(side, (int) ((double) height / width * side))
                : new Size((int) ((double) width / height * side), side);
    }

    /** Where the middle of a line begins. */
    static int start(int length, int side) {
        return (int) (length / 2.0 - side / 2.0);
    }

    private static byte[] horizontal(Pixels picture, Taps taps) {
        byte[] from = picture.rgb();
        int width = taps.first.length;
        var to = new byte[picture.height() * width * 3];
        int at = 0;
        for (int y = 0; y < picture.height(); y++) {
            int row = y * picture.width() * 3;
            for (int x = 0; x < width; x++) {
                int red = HALF;
                int green = HALF;
                int blue = HALF;
                int i = row + taps.first[x] * 3;
                for (int weight : taps.weights[x]) {
                    red += (from[i] & 0xff) * weight;
                    green += (from[i + 1] & 0xff) * weight;
                    blue += (from[i + 2] & 0xff) * weight;
                    i += 3;
                }
                to[at++] = clamp(red);
                to[at++] = clamp(green);
                to[at++] = clamp(blue);
            }
        }
        return to;
    }

    private static byte[] vertical(byte[] from, int width, Taps taps) {
        int stride = width * 3;
        int height = taps.first.length;
        var to = new byte[height * stride];
        for (int y = 0; y < height; y++) {
            int top = taps.first[y] * stride;
            for (int x = 0; x < stride; x++) {
                int sum = HALF;
                int i = top + x;
                for (int weight : taps.weights[y]) {
                    sum += (from[i] & 0xff) * weight;
                    i += stride;
                }
                to[y * stride + x] = clamp(sum);
            }
        }
        return to;
    }

    private static byte clamp(int sum) {
        return (byte) Math.clamp(sum >> PRECISION, 0, 255);
    }

    /** For each new position, the first old one that counts, and the weights from there on. */
    private record Taps(int[] first, int[][] weights) {

        /**
         * Of a line of {@code from} resized to {@code to}, the {@code count} from {@code start}.
         */
        static Taps of(int from, int to, int start, int count) {
            double scale = (double) from / to;
            double stretch = Math.max(scale, 1);
            double reach = 2 * stretch;
            var taps = new Taps(new int[count], new int[count][]);
            for (int i = 0; i < count; i++) {
                double centre = (start + i + 0.5) * scale;
                int first = Math.max((int) (centre - reach + 0.5), 0);
                int end = Math.min((int) (centre + reach + 0.5), from);
                var weights = new double[end - first];
                double sum = 0;
                for (int k = 0; k < weights.length; k++) {
                    weights[k] = kernel((first + k - centre + 0.5) / stretch);
                    sum += weights[k];
                }
                taps.first[i] = first;
                taps.weights[i] = new int[weights.length];
                for (int k = 0; k < weights.length; k++) {
                    double fixed = weights[k] / sum * (1 << PRECISION);
                    taps.weights[i][k] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
                }
            }
            return taps;
        }

        private static double kernel(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    }
}
