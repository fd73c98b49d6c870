package app.keepsake.worker.ocr;

import app.keepsake.worker.image.Pixels;
import java.util.Arrays;

/** Resizes by taking the mean of what each new pixel covers. */
final class Shrink {

    private Shrink() {}

    static Pixels to(Pixels picture, int width, int height) {
        if (picture.width() == width && picture.height() == height) {
            return picture;
        }
        var columns = Cover.of(picture.width(), width);
        var rows = Cover.of(picture.height(), height);
        var to = new byte[width * height * 3];
        int stride = picture.width() * 3;
        var sums = new float[stride];
        for (int y = 0; y < height; y++) {
            sumRows(picture.rgb(), stride, rows, y, sums);
            for (int x = 0; x < width; x++) {
                float red = 0;
                float green = 0;
                float blue = 0;
                int at = columns.first[x] * 3;
                for (float weight : columns.weights[x]) {
                    red += weight * sums[at];
                    green += weight * sums[at + 1];
                    blue += weight * sums[at + 2];
                    at += 3;
                }
                int i = (y * width + x) * 3;
                to[i] = (byte) (red + 0.5f);
                to[i + 1] = (byte) (green + 0.5f);
                to[i + 2] = (byte) (blue + 0.5f);
            }
        }
        return new Pixels(to, width, height);
    }

    private static void sumRows(byte[] from, int stride, Cover rows, int y, float[] sums) {
        Arrays.fill(sums, 0);
        int start = rows.first[y] * stride;
        for (float weight : rows.weights[y]) {
            for (int i = 0; i < stride; i++) {
                sums[i] += weight * (from[start + i] & 0xff);
            }
            start += stride;
        }
    }

    /** For each new position, the first old one that it covers, and how much of each from there. */
    private record Cover(int[] first, float[][] weights) {

        static Cover of(int from, int to) {
            double scale = (double) from / to;
            var cover = new Cover(new int[to], new float[to][]);
            for (int i = 0; i < to; i++) {
                double start = i * scale;
                double end = Math.min((i + 1) * scale, from);
                int first = Math.min((int) start, from - 1);
                int last = Math.max(first, (int) Math.ceil(end) - 1);
                cover.first[i] = first;
                cover.weights[i] = new float[last - first + 1];
                for (int k = first; k <= last; k++) {
                    double covered = Math.min(end, k + 1.0) - Math.max(start, k);
                    cover.weights[i][k - first] = (float) (covered / (end - start));
                }
            }
            return cover;
        }
    }
}
