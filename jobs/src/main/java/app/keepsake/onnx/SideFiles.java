package app.keepsake.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The files beside a model in which it keeps weights. */
public final class SideFiles {

    private static final int DEEPEST = 16;

    private SideFiles() {}

    /**
     * Refuses a model whose weights would be read from anywhere but its own folder, or are missing:
     * the runtime would open whatever the file names, with the worker's rights.
     *
     * @throws IOException that says what is wrong with the file, as "names weights in …"
     */
    public static void check(Path model) throws IOException {
        var folder = model.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            throw new IOException("is no file in a folder");
        }
        for (var name : of(model)) {
            var file = inside(folder, name);
            if (!Files.isRegularFile(file)) {
                throw new IOException("needs the file %s beside it".formatted(name));
            }
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw new IOException("names weights outside its folder: " + name);
            }
        }
    }

    private static Path inside(Path folder, String name) throws IOException {
        try {
            var file = folder.resolve(name).normalize();
            if (!name.isEmpty() && !name.startsWith("/") && file.startsWith(folder)) {
                return file;
            }
        } catch (java.nio.file.InvalidPathException e) {
            throw new IOException("names weights that cannot be: " + e.getReason(), e);
        }
        throw new IOException("names weights outside its folder: " + name);
    }

    /** As the model names them. */
    public static Set<String> of(Path model) throws IOException {
        try (var channel = FileChannel.open(model);
                var arena = Arena.ofConfined()) {
            var found = new TreeSet<String>();
            var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            for (var field : new Message(bytes).fields()) {
                if (field.number() == Onnx.MODEL_GRAPH) {
                    graph(field.message(), found, 0);
                } else if (field.number() == Onnx.MODEL_FUNCTION) {
                    nodes(field.message(), Onnx.FUNCTION_NODE, found, 0);
                }
            }
            return found;
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw new IOException("is not a protocol buffer", e);
        }
    }

    private static void graph(Message graph, Set<String> found, int depth) throws IOException {
        for (var tensor : graph.fields(Onnx.GRAPH_INITIALIZER)) {
            tensor(tensor.message(), found);
        }
        for (var sparse : graph.fields(Onnx.GRAPH_SPARSE_INITIALIZER)) {
            sparse(sparse.message(), found);
        }
        nodes(graph, Onnx.GRAPH_NODE, found, depth);
    }

    private static void nodes(Message owner, int number, Set<String> found, int depth)
            throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("has graphs within graphs without end");
        }
        for (var node : owner.fields(number)) {
            for (var attribute : node.message().fields(Onnx.NODE_ATTRIBUTE)) {
                for (var field : attribute.message().fields()) {
                    switch (field.number()) {
                        case Onnx.ATTRIBUTE_TENSOR, Onnx.ATTRIBUTE_TENSORS ->
                                tensor(field.message(), found);
                        case Onnx.ATTRIBUTE_GRAPH, Onnx.ATTRIBUTE_GRAPHS ->
                                graph(field.message(), found, depth + 1);
                        case Onnx.ATTRIBUTE_SPARSE, Onnx.ATTRIBUTE_SPARSES ->
                                sparse(field.message(), found);
                        default -> {}
                    }
                }
            }
        }
    }

    private static void sparse(Message sparse, Set<String> found) throws IOException {
        for (var tensor : sparse.fields()) {
            if (tensor.number() <= 2) {
                tensor(tensor.message(), found);
            }
        }
    }

    private static void tensor(Message tensor, Set<String> found) throws IOException {
        for (var entry : tensor.fields(Onnx.TENSOR_EXTERNAL)) {
            if (entry.message().text(Onnx.ENTRY_KEY).equals("location")) {
                found.add(entry.message().text(Onnx.ENTRY_VALUE));
            }
        }
    }
}
