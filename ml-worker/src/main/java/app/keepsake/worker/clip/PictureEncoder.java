package app.keepsake.worker.clip;

import app.keepsake.onnx.Int8;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.onnx.ColourScale;
import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The visual half of CLIP, open. */
record PictureEncoder(Graph graph, int side, ColourScale scale, boolean isForSeveral)
        implements AutoCloseable {

    static PictureEncoder open(Models models, Path folder, Path graphFile) throws IOException {
        var file = folder.resolve("visual/preprocess_cfg.json");
        var json = ModelFiles.read(file);
        var size = ModelFiles.required(json, "/size", file);
        // Read, never assumed: SigLIP and one LAION model use others than CLIP's.
        var scale = ColourScale.ofFractions(three(json, "/mean", file), three(json, "/std", file));
        var graph = models.open(graphFile);
        return new PictureEncoder(
                graph,
                (size.isArray() ? size.get(0) : size).asInt(),
                scale,
                // Weights of 8 bits are met by numbers scaled by the largest of the whole run: what
                // one picture looks like would depend on those beside it.
                graph.takesAnyNumber() && !Int8.is(graphFile));
    }

    private static float[] three(JsonNode json, String path, Path file) throws IOException {
        var values = ModelFiles.required(json, path, file);
        return new float[] {
            values.get(0).floatValue(), values.get(1).floatValue(), values.get(2).floatValue()
        };
    }

    /**
     * @param squares the middles of pictures, of the model's side
     */
    List<float[]> encode(List<Pixels> squares) throws IOException {
        var vectors = new ArrayList<float[]>();
        for (var together : isForSeveral ? List.of(squares) : singly(squares)) {
            var output = graph.run(together, scale).values().iterator().next().numbers();
            int length = output.length / together.size();
            for (int from = 0; from < output.length; from += length) {
                vectors.add(Vectors.normalised(Arrays.copyOfRange(output, from, from + length)));
            }
        }
        return vectors;
    }

    private static List<List<Pixels>> singly(List<Pixels> squares) {
        return squares.stream().map(List::of).toList();
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
