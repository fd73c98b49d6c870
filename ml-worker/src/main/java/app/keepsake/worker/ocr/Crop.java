package app.keepsake.worker.ocr;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.Graph;
import java.util.Arrays;

/** Parts of a picture. */
final class Crop {

    /** Beyond it a line was longer than any that is read. */
    private static final int MOST_WIDE = 3200;

    private static final int MOST_SAMPLES = 4;

    /** As black as white: what a model was trained to take for nothing. */
    private static final byte GREY = 127;

    private Crop() {}

    static Pixels part(Pixels picture, int left, int top, int width, int height) {
        if (width == picture.width() && height == picture.height()) {
            return picture;
        }
        var part = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            System.arraycopy(
                    picture.rgb(),
                    ((top + y) * picture.width() + left) * 3,
                    part,
                    y * width * 3,
                    width * 3);
        }
        return new Pixels(part, width, height);
    }

    /** Those who take floats were trained with blue first. */
    static Pixels forModel(Pixels picture, Graph graph) {
        if (graph.takesBytes()) {
            return picture;
        }
        var rgb = picture.rgb();
        var bgr = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i += 3) {
            bgr[i] = rgb[i + 2];
            bgr[i + 1] = rgb[i + 1];
            bgr[i + 2] = rgb[i];
        }
        return new Pixels(bgr, picture.width(), picture.height());
    }

    /**
     * A line of text as a picture of that height, upright. One that is much higher than wide runs
     * from top to bottom, or the other way round.
     */
    static Pixels line(Pixels picture, Rectangle place, int height) {
        boolean isTurned = place.height() >= 1.5 * place.width();
        double length = isTurned ? place.height() : place.width();
        double thickness = isTurned ? place.width() : place.height();
        int width = (int) Math.clamp(Math.ceil(length / thickness * height), 1, MOST_WIDE);
        var line = new byte[width * height * 3];
        // Several samples a pixel, where the text is larger: else its strokes would break.
        int across = samples(length / width);
        int down = samples(thickness / height);
        // Where it begins, and how far it goes to its end and to its foot.
        var begin = isTurned ? place.at(1, 0) : place.at(0, 0);
        var end = isTurned ? place.at(1, 1) : place.at(1, 0);
        var foot = isTurned ? place.at(0, 0) : place.at(0, 1);
        double alongX = end.x() - begin.x();
        double alongY = end.y() - begin.y();
        double belowX = foot.x() - begin.x();
        double belowY = foot.y() - begin.y();
        var sum = new float[3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                Arrays.fill(sum, 0.5f);
                for (int j = 0; j < down; j++) {
                    for (int i = 0; i < across; i++) {
                        double along = (x + (i + 0.5) / across) / width;
                        double below = (y + (j + 0.5) / down) / height;
                        double atX = begin.x() + along * alongX + below * belowX;
                        double atY = begin.y() + along * alongY + below * belowY;
                        add(picture, atX - 0.5, atY - 0.5, 1f / (across * down), sum);
                    }
                }
                int to = (y * width + x) * 3;
                line[to] = (byte) sum[0];
                line[to + 1] = (byte) sum[1];
                line[to + 2] = (byte) sum[2];
            }
        }
        return new Pixels(line, width, height);
    }

    private static int samples(double scale) {
        return (int) Math.clamp(Math.ceil(scale), 1, MOST_SAMPLES);
    }

    /** The colour between four pixels; beyond the edge it goes on as there. */
    private static void add(Pixels from, double x, double y, float weight, float[] sum) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        float right = (float) (x - left);
        float bottom = (float) (y - top);
        add(from, left, top, weight * (1 - right) * (1 - bottom), sum);
        add(from, left + 1, top, weight * right * (1 - bottom), sum);
        add(from, left, top + 1, weight * (1 - right) * bottom, sum);
        add(from, left + 1, top + 1, weight * right * bottom, sum);
    }

    private static void add(Pixels from, int x, int y, float weight, float[] sum) {
        int at =
                (Math.clamp(y, 0, from.height() - 1) * from.width()
                                + Math.clamp(x, 0, from.width() - 1))
                        * 3;
        sum[0] += weight * (from.rgb()[at] & 0xff);
        sum[1] += weight * (from.rgb()[at + 1] & 0xff);
        sum[2] += weight * (from.rgb()[at + 2] & 0xff);
    }

    /** The same upside down. */
    static Pixels turned(Pixels line) {
        int pixels = line.width() * line.height();
        var turned = new byte[line.rgb().length];
        for (int i = 0; i < pixels; i++) {
            System.arraycopy(line.rgb(), 3 * i, turned, 3 * (pixels - 1 - i), 3);
        }
        return new Pixels(turned, line.width(), line.height());
    }

    /** The same with nothing behind it. */
    static Pixels padded(Pixels line, int width) {
        if (line.width() == width) {
            return line;
        }
        var padded = new byte[width * line.height() * 3];
        Arrays.fill(padded, GREY);
        for (int y = 0; y < line.height(); y++) {
            System.arraycopy(
                    line.rgb(), y * line.width() * 3, padded, y * width * 3, line.width() * 3);
        }
        return new Pixels(padded, width, line.height());
    }
}
