package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.Graph;
import app.keepsake.worker.onnx.Models;
import app.keepsake.worker.onnx.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The textual half of CLIP, open. */
record TextEncoder(Graph graph, Tokenizer tokenizer) implements AutoCloseable {

    static TextEncoder open(Models models, Path folder, Path graphFile) throws IOException {
        var tokenizer = Tokenizer.read(folder);
        return new TextEncoder(models.open(graphFile), tokenizer);
    }

    float[] encode(String text, @Nullable String language) throws IOException {
        var outputs = graph.run(tokenizer.encode(text));
        return Vectors.normalised(outputs.values().iterator().next());
    }

    @Override
    public void close() throws Exception {
        graph.close();
    }
}
