package app.keepsake.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a model takes of memory while it is being opened. */
public final class ToOpen {

    /** Measured: once as the weights lie, and nearly once more as the runtime wants them. */
    private static final int TIMES = 2;

    private ToOpen() {}

    /** About how many bytes a graph with weights of that size takes. */
    public static long bytes(long weights) {
        return TIMES * weights;
    }

    /** About how many bytes it takes; of a form of 8 bits, what it has of its own. */
    public static long bytes(Path model) throws IOException {
        long weights = Files.size(model);
        for (var name : SideFiles.of(model)) {
            if (!Int8.is(model) || name.equals(model.getFileName() + ".data")) {
                weights += Files.size(model.resolveSibling(name));
            }
        }
        return bytes(weights);
    }
}
