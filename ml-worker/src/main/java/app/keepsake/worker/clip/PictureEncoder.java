package app.keepsake.worker.clip;

import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The visual half of CLIP, open. */
record PictureEncoder(Graph graph, int side, ColourScale scale) implements AutoCloseable {

    static PictureEncoder open(Models models, Path folder, Path graphFile) throws IOException {
        var file = folder.resolve("visual/preprocess_cfg.json");
        var json = ModelFiles.read(file);
        var size = ModelFiles.required(json, "/size", file);
        // Read, never assumed: SigLIP and one LAION model use others than CLIP's.
        var scale = ColourScale.ofFractions(three(json, "/mean", file), three(json, "/std", file));
        var graph = models.open(graphFile);
        return new PictureEncoder(graph, (size.isArray() ? size.get(0) : size).asInt(), scale);
    }

    private static float[] three(JsonNode json, String path, Path file) throws IOException {
        var values = ModelFiles.required(json, path, file);
        return new float[] {
            values.get(0).floatValue(), values.get(1).floatValue(), values.get(2).floatValue()
        };
    }

    /**
     * @param square the middle of a picture, of the model's side
     */
    float[] encode(Pixels square) throws IOException {
        return Vectors.normalised(graph.run(square, scale).values().iterator().next());
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
