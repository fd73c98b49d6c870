package app.keepsake.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a second form of a model whose matrices have weights of 8 bits, one scale a column; what is
 * multiplied with them is rounded to 8 bits as it comes (ONNX's dynamic quantisation). Whatever
 * else is large is not written again but read from the first form: the second must stay beside it.
 */
public final class Int8 {

    private static final String ENDING = ".int8.onnx";

    /** What is smaller is not worth a conversion of what it is multiplied with. */
    private static final long SMALLEST = 64 * 64;

    private static final long LARGEST = 64 << 20;
    private static final long INLINE = 16 << 10;
    private static final long PAGE = 4096;
    private static final int OLDEST_OPERATORS = 11;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private record Matrix(String name, int rows, int columns, MemorySegment floats) {}

    /** A matrix of 8 bits in the graph: how it and its columns' scales are called. */
    private record Small(String weights, String scales) {}

    private final Path model;
    private final Arena arena;
    private final MemorySegment file;
    private final FileChannel data;
    private final String dataName;
    private final Map<String, Matrix> matrices = new HashMap<>();
    private final Map<String, Small> made = new HashMap<>();
    private final Set<String> rounded = new HashSet<>();
    private final List<Draft> nodes = new ArrayList<>();
    private final List<Draft> initializers = new ArrayList<>();

    private Int8(Path model, Arena arena, MemorySegment file, FileChannel data, String dataName) {
        this.model = model;
        this.arena = arena;
        this.file = file;
        this.data = data;
        this.dataName = dataName;
    }

    /** The file beside a model that has its weights in 8 bits. */
    public static Path beside(Path model) {
        return model.resolveSibling(
                model.getFileName().toString().replaceFirst("\\.onnx$", "") + ENDING);
    }

    /** Whether a file is such a one. */
    public static boolean is(Path model) {
        return model.toString().endsWith(ENDING);
    }

    /**
     * Writes {@link #beside} and the file of its weights, the latter first and both durably.
     *
     * @return how many matrices have 8 bits in it; with none, nothing is written
     */
    public static int quantise(Path model) throws IOException {
        var target = beside(model);
        var data = target.resolveSibling(target.getFileName() + ".data");
        var draft = target.resolveSibling(target.getFileName() + ".new");
        SideFiles.check(model);
        Files.deleteIfExists(target); // it would read from weights that are being written
        int count = 0;
        try (var arena = Arena.ofConfined();
                var channel = FileChannel.open(model);
                var to =
                        FileChannel.open(
                                data,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)) {
            var file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            var int8 = new Int8(model, arena, file, to, data.getFileName().toString());
            var bytes = int8.rewritten();
            count = int8.made.size();
            to.force(true);
            if (count > 0) {
                try (var out =
                        FileChannel.open(
                                draft,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)) {
                    write(out, ByteBuffer.wrap(bytes));
                    out.force(true);
                }
            }
            if (count > 0) {
                Files.move(draft, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw new IOException("is not a protocol buffer", e);
        } finally {
            if (!Files.exists(target)) {
                Files.deleteIfExists(draft);
                Files.deleteIfExists(data);
            }
        }
        return count;
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private byte[] rewritten() throws IOException {
        var result = new Draft();
        for (var field : new Message(file).fields()) {
            if (field.number() == Onnx.MODEL_GRAPH) {
                result.message(Onnx.MODEL_GRAPH, graph(field.message()));
            } else {
                if (field.number() == Onnx.MODEL_OPSET) {
                    requireOperators(field.message());
                }
                result.as(field);
            }
        }
        return result.toBytes();
    }

    private static void requireOperators(Message opset) throws IOException {
        if (opset.text(1).isEmpty() && opset.number(2, 0) < OLDEST_OPERATORS) {
            throw new IOException("is of operators older than those for 8 bits");
        }
    }

    private Draft graph(Message graph) throws IOException {
        for (var tensor : graph.fields(Onnx.GRAPH_INITIALIZER)) {
            var matrix = matrix(tensor.message());
            if (matrix != null) {
                matrices.put(matrix.name, matrix);
            }
        }
        var stillUsed = new HashSet<String>();
        for (var node : graph.fields(Onnx.GRAPH_NODE)) {
            if (!rewrite(node.message())) {
                nodes.add(new Draft().as(node));
                uses(node.message(), stillUsed);
            }
        }
        for (var output : graph.fields(Onnx.GRAPH_OUTPUT)) {
            stillUsed.add(output.message().text(1));
        }
        var result = new Draft();
        for (var node : nodes) {
            result.as(MemorySegment.ofArray(node.toBytes()));
        }
        for (var field : graph.fields()) {
            switch (field.number()) {
                case Onnx.GRAPH_NODE -> {}
                case Onnx.GRAPH_INITIALIZER -> {
                    var name = field.message().text(Onnx.TENSOR_NAME);
                    if (!matrices.containsKey(name) || stillUsed.contains(name)) {
                        result.message(Onnx.GRAPH_INITIALIZER, byReference(field.message()));
                    }
                }
                default -> result.as(field);
            }
        }
        for (var initializer : initializers) {
            result.message(Onnx.GRAPH_INITIALIZER, initializer);
        }
        return result;
    }

    /** Inputs of a node, and whatever graphs within it may name. */
    private static void uses(Message node, Set<String> names) throws IOException {
        for (var input : node.fields(Onnx.NODE_INPUT)) {
            names.add(input.text());
        }
        for (var attribute : node.fields(Onnx.NODE_ATTRIBUTE)) {
            for (var field : attribute.message().fields()) {
                if (field.number() == Onnx.ATTRIBUTE_GRAPH
                        || field.number() == Onnx.ATTRIBUTE_GRAPHS) {
                    for (var inner : field.message().fields(Onnx.GRAPH_NODE)) {
                        uses(inner.message(), names);
                    }
                }
            }
        }
    }

    private @Nullable Matrix matrix(Message tensor) throws IOException {
        var dimensions = tensor.numbers(Onnx.TENSOR_DIMENSION);
        if (tensor.number(Onnx.TENSOR_TYPE, 0) != Onnx.FLOAT || dimensions.size() != 2) {
            return null;
        }
        int rows = Math.toIntExact(dimensions.getFirst());
        int columns = Math.toIntExact(dimensions.getLast());
        long count = Math.multiplyExact((long) rows, columns);
        if (rows < 1 || columns < 1 || count < SMALLEST || count > LARGEST) {
            return null;
        }
        var floats = floats(tensor);
        if (floats.byteSize() != count * Float.BYTES) {
            throw new IOException("has a matrix of another size than it says");
        }
        return new Matrix(tensor.text(Onnx.TENSOR_NAME), rows, columns, floats);
    }

    private MemorySegment floats(Message tensor) throws IOException {
        if (tensor.number(Onnx.TENSOR_LOCATION, 0) == 0) {
            var raw = tensor.fields(Onnx.TENSOR_RAW);
            return raw.isEmpty()
                    ? tensor.fields(Onnx.TENSOR_FLOATS).stream()
                            .findFirst()
                            .map(Message.Field::bytes)
                            .orElse(MemorySegment.NULL)
                    : raw.getFirst().bytes();
        }
        var where = new HashMap<String, String>();
        for (var entry : tensor.fields(Onnx.TENSOR_EXTERNAL)) {
            where.put(entry.message().text(Onnx.ENTRY_KEY), entry.message().text(Onnx.ENTRY_VALUE));
        }
        // Checked before that it is in the model's own folder.
        try (var side =
                FileChannel.open(model.resolveSibling(where.getOrDefault("location", "")))) {
            long offset = Long.parseLong(where.getOrDefault("offset", "0"));
            long length =
                    Long.parseLong(
                            where.getOrDefault("length", String.valueOf(side.size() - offset)));
            if (offset < 0 || length < 0 || offset > side.size() - length) {
                throw new IOException("names weights beyond the end of " + where.get("location"));
            }
            return side.map(MapMode.READ_ONLY, offset, length, arena);
        } catch (NumberFormatException e) {
            throw new IOException("does not say where its weights are", e);
        }
    }

    /** A tensor whose bytes are read from where they are. */
    private Draft byReference(Message tensor) throws IOException {
        var raw = tensor.fields(Onnx.TENSOR_RAW);
        var copy = new Draft();
        if (raw.isEmpty() || raw.getFirst().bytes().byteSize() < INLINE) {
            for (var field : tensor.fields()) {
                copy.as(field);
            }
            return copy;
        }
        for (var field : tensor.fields()) {
            if (field.number() != Onnx.TENSOR_RAW && field.number() != Onnx.TENSOR_LOCATION) {
                copy.as(field);
            }
        }
        var bytes = raw.getFirst().bytes();
        return external(
                copy,
                model.getFileName().toString(),
                bytes.address() - file.address(),
                bytes.byteSize());
    }

    private static Draft external(Draft tensor, String file, long offset, long length) {
        entry(tensor, "location", file);
        entry(tensor, "offset", String.valueOf(offset));
        entry(tensor, "length", String.valueOf(length));
        return tensor.number(Onnx.TENSOR_LOCATION, 1);
    }

    private static void entry(Draft tensor, String key, String value) {
        tensor.message(
                Onnx.TENSOR_EXTERNAL,
                new Draft().text(Onnx.ENTRY_KEY, key).text(Onnx.ENTRY_VALUE, value));
    }

    private boolean rewrite(Message node) throws IOException {
        var type = node.text(Onnx.NODE_TYPE);
        var inputs = new ArrayList<String>();
        for (var input : node.fields(Onnx.NODE_INPUT)) {
            inputs.add(input.text());
        }
        var outputs = node.fields(Onnx.NODE_OUTPUT);
        var domain = node.text(Onnx.NODE_DOMAIN);
        if (!(domain.isEmpty() || domain.equals("ai.onnx"))
                || inputs.size() < 2
                || outputs.isEmpty()
                || !matrices.containsKey(inputs.get(1))
                || matrices.containsKey(inputs.getFirst())) {
            return false;
        }
        var output = outputs.getFirst().text();
        return switch (type) {
            case "MatMul" -> {
                multiply(inputs.get(0), inputs.get(1), false, output);
                yield true;
            }
            case "Gemm" -> {
                boolean turned = false;
                for (var attribute : node.fields(Onnx.NODE_ATTRIBUTE)) {
                    var name = attribute.message().text(Onnx.ATTRIBUTE_NAME);
                    long value = attribute.message().number(Onnx.ATTRIBUTE_INT, 0);
                    if (name.equals("transB")) {
                        turned = value != 0;
                    } else if (name.equals("transA") ? value != 0 : !isOne(attribute.message())) {
                        yield false;
                    }
                }
                var product = inputs.size() > 2 ? output + ":product" : output;
                multiply(inputs.get(0), inputs.get(1), turned, product);
                if (inputs.size() > 2) {
                    node("Add", List.of(product, inputs.get(2)), List.of(output), null);
                }
                yield true;
            }
            default -> false;
        };
    }

    private static boolean isOne(Message attribute) throws IOException {
        var value = attribute.fields(Onnx.ATTRIBUTE_FLOAT);
        return value.isEmpty() || value.getFirst().bytes().get(FLOAT, 0) == 1;
    }

    /** As ONNX Runtime recognises it, and makes one operation of it. */
    private void multiply(String input, String weights, boolean turned, String output)
            throws IOException {
        var small = small(weights, turned);
        if (rounded.add(input)) {
            node(
                    "DynamicQuantizeLinear",
                    List.of(input),
                    List.of(input + ":8", input + ":scale", input + ":zero"),
                    null);
        }
        node(
                "MatMulInteger",
                List.of(input + ":8", small.weights, input + ":zero"),
                List.of(output + ":32"),
                null);
        node("Cast", List.of(output + ":32"), List.of(output + ":float"), Onnx.FLOAT);
        node("Mul", List.of(input + ":scale", small.scales), List.of(output + ":scale"), null);
        node("Mul", List.of(output + ":float", output + ":scale"), List.of(output), null);
    }

    private void node(
            String type, List<String> inputs, List<String> outputs, @Nullable Integer castTo) {
        var node = new Draft();
        inputs.forEach(input -> node.text(Onnx.NODE_INPUT, input));
        outputs.forEach(output -> node.text(Onnx.NODE_OUTPUT, output));
        node.text(Onnx.NODE_NAME, outputs.getFirst() + ":" + type).text(Onnx.NODE_TYPE, type);
        if (castTo != null) {
            node.message(
                    Onnx.NODE_ATTRIBUTE,
                    new Draft()
                            .text(Onnx.ATTRIBUTE_NAME, "to")
                            .number(Onnx.ATTRIBUTE_INT, castTo)
                            .number(Onnx.ATTRIBUTE_KIND, 2));
        }
        nodes.add(new Draft().message(Onnx.GRAPH_NODE, node));
    }

    private Small small(String name, boolean turned) throws IOException {
        var key = turned ? name + ":turned" : name;
        var known = made.get(key);
        if (known != null) {
            return known;
        }
        var matrix = Objects.requireNonNull(matrices.get(name));
        int rows = turned ? matrix.columns : matrix.rows;
        int columns = turned ? matrix.rows : matrix.columns;
        var scales = new float[columns];
        for (int i = 0; i < matrix.rows; i++) {
            for (int j = 0; j < matrix.columns; j++) {
                int column = turned ? i : j;
                scales[column] = Math.max(scales[column], Math.abs(at(matrix, i, j)));
            }
        }
        for (int column = 0; column < columns; column++) {
            scales[column] = scales[column] > 0 ? scales[column] / 127 : 1;
        }
        var bytes = new byte[rows * columns];
        for (int i = 0; i < matrix.rows; i++) {
            for (int j = 0; j < matrix.columns; j++) {
                int row = turned ? j : i;
                int column = turned ? i : j;
                bytes[row * columns + column] =
                        (byte) Math.round(at(matrix, i, j) / scales[column]);
            }
        }
        long offset = (data.position() + PAGE - 1) / PAGE * PAGE;
        data.position(offset);
        write(data, ByteBuffer.wrap(bytes));
        var small = new Small(key + ":8", key + ":scales");
        initializers.add(
                external(
                        new Draft()
                                .number(Onnx.TENSOR_DIMENSION, rows)
                                .number(Onnx.TENSOR_DIMENSION, columns)
                                .number(Onnx.TENSOR_TYPE, Onnx.INT8)
                                .text(Onnx.TENSOR_NAME, small.weights),
                        dataName,
                        offset,
                        bytes.length));
        initializers.add(
                new Draft()
                        .number(Onnx.TENSOR_DIMENSION, columns)
                        .number(Onnx.TENSOR_TYPE, Onnx.FLOAT)
                        .text(Onnx.TENSOR_NAME, small.scales)
                        .floats(Onnx.TENSOR_RAW, scales));
        made.put(key, small);
        return small;
    }

    private static float at(Matrix matrix, int row, int column) {
        return matrix.floats.get(FLOAT, ((long) row * matrix.columns + column) * Float.BYTES);
    }
}
