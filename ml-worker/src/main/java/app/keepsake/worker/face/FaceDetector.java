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
 * SCRFD, open. The model looks at a canvas in a grid of cells of 8, 16 and 32 pixels; each of a
 * cell's two anchors says how sure it is of a face, and how far from the cell's corner the face's
 * sides and points lie, in cells. Source: insightface's {@code scrfd.py}.
 */
record FaceDetector(Path file, Graph graph) implements AutoCloseable {

    private static final ColourScale SCALE = ColourScale.of(127.5f, 128);
    private static final int[] STRIDES = {8, 16, 32};
    private static final int ANCHORS = 2;
    private static final int POINTS = 5;
    private static final int CANVAS = 640;
    private static final double SAME_FACE = 0.4;

    static FaceDetector open(Models models) throws IOException {
        var file = models.faces().resolve("detection/model.onnx");
        return new FaceDetector(file, models.open(file));
    }

    /** Faces of at least that score, the surest first, in pixels of the picture. */
    List<Detection> detect(Pixels picture, double minScore) throws IOException {
        int side = graph.side(CANVAS);
        var canvas = Canvas.of(picture, side);
        var outputs = graph.run(canvas.pixels(), SCALE);
        var found = new ArrayList<Detection>();
        for (int level = 0; level < STRIDES.length; level++) {
            int stride = STRIDES[level];
            var scores = output(outputs, "scores", level);
            var boxes = output(outputs, "boxes", STRIDES.length + level);
            var points = output(outputs, "kps", 2 * STRIDES.length + level);
            int columns = side / stride;
            requireLength(scores, columns * columns * ANCHORS);
            requireLength(boxes, 4 * scores.length);
            requireLength(points, 2 * POINTS * scores.length);
            for (int i = 0; i < scores.length; i++) {
                if (scores[i] >= minScore) {
                    int cell = i / ANCHORS;
                    double x = (double) (cell % columns) * stride;
                    double y = (double) (cell / columns) * stride;
                    found.add(
                            new Detection(
                                    box(boxes, 4 * i, x, y, stride, canvas),
                                    scores[i],
                                    points(points, 2 * POINTS * i, x, y, stride, canvas)));
                }
            }
        }
        return distinct(found);
    }

    /** The second generation names its outputs; the first has only their order. */
    private float[] output(Map<String, float[]> outputs, String name, int position)
            throws ModelUnusable {
        if (outputs.size() != 3 * STRIDES.length) {
            throw new ModelUnusable(
                    file,
                    "has %d outputs, not 9: choose a pack with an SCRFD detector, as buffalo_l"
                            .formatted(outputs.size()));
        }
        var named = outputs.get(name + STRIDES[position % STRIDES.length]);
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

    /** Neighbouring cells see the same face: only the surest of them is kept. */
    private static List<Detection> distinct(List<Detection> found) {
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
