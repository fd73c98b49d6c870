package app.keepsake.worker.face;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.ModelUnusable;
import app.keepsake.worker.onnx.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * SCRFD, or a RetinaFace pack before it, open. The model looks at a canvas in grids of cells of 8,
 * 16 and 32 pixels, or also of 64 and 128; each of a cell's one or two anchors says how sure it is
 * of a face, and how far from the cell's corner the face's sides and points lie, in cells. Source:
 * insightface's {@code scrfd.py}.
 */
record FaceDetector(Path file, Graph graph) implements AutoCloseable {

    private static final ColourScale SCALE = ColourScale.of(127.5f, 128);
    private static final int POINTS = 5;

    /** In fractions of a face's box. */
    private static final List<Point> USUAL =
            List.of(
                    new Point(0.3, 0.38),
                    new Point(0.7, 0.38),
                    new Point(0.5, 0.6),
                    new Point(0.34, 0.8),
                    new Point(0.66, 0.8));

    private static final int CANVAS = 640;
    private static final double SAME_FACE = 0.4;

    /**
     * How a model looks, which the number of its outputs tells.
     *
     * @param strides the sides of its grids' cells, in pixels
     * @param anchors of each cell
     * @param hasPoints whether it says where eyes, nose and mouth are
     */
    private record Layout(List<Integer> strides, int anchors, boolean hasPoints) {

        private static final List<Integer> THREE = List.of(8, 16, 32);
        private static final List<Integer> FIVE = List.of(8, 16, 32, 64, 128);

        static Layout of(Path file, int outputs) throws ModelUnusable {
            return switch (outputs) {
                case 6 -> new Layout(THREE, 2, false);
                case 9 -> new Layout(THREE, 2, true);
                case 10 -> new Layout(FIVE, 1, false);
                case 15 -> new Layout(FIVE, 1, true);
                default ->
                        throw new ModelUnusable(
                                file,
                                "has %d outputs, not 6, 9, 10 or 15: choose a pack with an SCRFD"
                                                .formatted(outputs)
                                        + " detector, as buffalo_l");
            };
        }
    }

    static FaceDetector open(Models models, Path file) throws IOException {
        return new FaceDetector(file, models.open(file));
    }

    /** Faces of at least that score, the surest first, in pixels of the picture. */
    List<Detection> detect(Pixels picture, double minScore) throws IOException {
        int side = graph.side(CANVAS);
        var canvas = Canvas.of(picture, side);
        var outputs = graph.run(canvas.pixels(), SCALE);
        var layout = Layout.of(file, outputs.size());
        int levels = layout.strides.size();
        var found = new ArrayList<Detection>();
        for (int level = 0; level < levels; level++) {
            int stride = layout.strides.get(level);
            var scores = output(outputs, "scores" + stride, level);
            var boxes = output(outputs, "boxes" + stride, levels + level);
            var points =
                    layout.hasPoints
                            ? output(outputs, "kps" + stride, 2 * levels + level)
                            : new float[0];
            int columns = side / stride;
            requireLength(scores, columns * columns * layout.anchors);
            requireLength(boxes, 4 * scores.length);
            requireLength(points, layout.hasPoints ? 2 * POINTS * scores.length : 0);
            for (int i = 0; i < scores.length; i++) {
                if (scores[i] >= minScore) {
                    int cell = i / layout.anchors;
                    double x = (double) (cell % columns) * stride;
                    double y = (double) (cell / columns) * stride;
                    var box = box(boxes, 4 * i, x, y, stride, canvas);
                    found.add(
                            new Detection(
                                    box,
                                    scores[i],
                                    layout.hasPoints
                                            ? points(points, 2 * POINTS * i, x, y, stride, canvas)
                                            : usualPoints(box)));
                }
            }
        }
        return distinct(found);
    }

    /** The second generation names its outputs; the first has only their order. */
    private static float[] output(Map<String, float[]> outputs, String name, int position) {
        var named = outputs.get(name);
        return named != null ? named : List.copyOf(outputs.values()).get(position);
    }

    private void requireLength(float[] output, int length) throws ModelUnusable {
        if (output.length != length) {
            throw new ModelUnusable(
                    file,
                    "answers with %d numbers where an SCRFD detector has %d: choose another pack"
                            .formatted(output.length, length));
        }
    }

    private static Box box(float[] all, int at, double x, double y, int stride, Canvas canvas) {
        return new Box(
                (x - all[at] * stride) / canvas.scale(),
                (y - all[at + 1] * stride) / canvas.scale(),
                (x + all[at + 2] * stride) / canvas.scale(),
                (y + all[at + 3] * stride) / canvas.scale());
    }

    private static List<Point> points(
            float[] all, int at, double x, double y, int stride, Canvas canvas) {
        var points = new ArrayList<Point>(POINTS);
        for (int k = at; k < at + 2 * POINTS; k += 2) {
            points.add(
                    new Point(
                            (x + all[k] * stride) / canvas.scale(),
                            (y + all[k + 1] * stride) / canvas.scale()));
        }
        return points;
    }

    /** Where they are on an upright face, for a model that does not say. */
    private static List<Point> usualPoints(Box box) {
        double width = box.x2() - box.x1();
        double height = box.y2() - box.y1();
        return USUAL.stream()
                .map(at -> new Point(box.x1() + at.x() * width, box.y1() + at.y() * height))
                .toList();
    }

    /** Neighbouring cells see the same face: only the surest of them is kept. */
    static List<Detection> distinct(List<Detection> found) {
        found.sort(Comparator.comparingDouble(Detection::score).reversed());
        var kept = new ArrayList<Detection>();
        for (var next : found) {
            if (kept.stream().allMatch(k -> k.box().overlap(next.box(), 1) <= SAME_FACE)) {
                kept.add(next);
            }
        }
        return kept;
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
