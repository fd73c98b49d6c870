package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The textual half of CLIP, open. */
record TextEncoder(Graph graph, TextTokens tokens) implements AutoCloseable {

    static TextEncoder open(Models models, Path folder, Path graphFile) throws IOException {
        var otherwise = ModelFiles.contextLength(folder);
        var graph = models.open(graphFile);
        try {
            return new TextEncoder(graph, TextTokens.read(folder, graph.length(otherwise)));
        } catch (IOException e) {
            graph.close();
            throw e;
        }
    }

    float[] encode(String text, @Nullable String language) throws IOException {
        var ids = tokens.of(text, language);
        return Vectors.normalised(graph.run(ids.all(), ids.count()).values().iterator().next());
    }

    @Override
    public void close() throws IOException {
        tokens.close();
        graph.close();
    }
}
