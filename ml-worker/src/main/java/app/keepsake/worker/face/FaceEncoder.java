package app.keepsake.worker.face;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** ArcFace, open: a face, turned upright and cut to 112 pixels, becomes a vector. */
record FaceEncoder(Graph graph, ColourScale scale) implements AutoCloseable {

    private static final ColourScale SCALE = ColourScale.of(127.5f, 127.5f);
    private static final ColourScale RAW = ColourScale.of(0, 1);

    /** Within so many nodes old exports of mxnet scale the colours themselves. */
    private static final int FIRST = 8;

    private static final int SIDE = 112;

    /**
     * Where the model expects eyes, nose and mouth. Source: insightface's {@code face_align.py}.
     */
    private static final List<Point> TEMPLATE =
            List.of(
                    new Point(38.2946, 51.6963),
                    new Point(73.5318, 51.5014),
                    new Point(56.0252, 71.7366),
                    new Point(41.5493, 92.3655),
                    new Point(70.7299, 92.2041));

    static FaceEncoder open(Models models, Path file) throws IOException {
        var graph = models.open(file);
        var isRaw = FirstNodes.of(file, FIRST).containsAll(List.of("Sub", "Mul"));
        return new FaceEncoder(graph, isRaw ? RAW : SCALE);
    }

    /** One face at a time, so that a group photo needs no more memory than a portrait (I7). */
    float[] encode(Pixels picture, List<Point> points) throws IOException {
        var outputs = graph.run(aligned(picture, points), scale);
        return Vectors.normalised(outputs.values().iterator().next());
    }

    private static Pixels aligned(Pixels picture, List<Point> points) {
        // Fitted from the picture to the template, as the model's authors do, and then inverted.
        var toPicture = Similarity.between(points, TEMPLATE).inverse();
        var face = new byte[SIDE * SIDE * 3];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                var from = toPicture.apply(x, y);
                Bilinear.sample(picture, from.x(), from.y(), face, (y * SIDE + x) * 3);
            }
        }
        return new Pixels(face, SIDE, SIDE);
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
