package app.keepsake.worker.support;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes ONNX files of a few nodes, field by field as the format's {@code onnx.proto} has them. */
public final class TinyGraph {

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT32 = 6;
    private static final int INT64 = 7;

    private final ByteArrayOutputStream nodes = new ByteArrayOutputStream();

    private TinyGraph() {}

    /** {@code dbnet_probs} [batch, h, w]: the mean of the three colours, over 255. */
    public static byte[] brightIsText() {
        var graph = new TinyGraph();
        graph.node("Cast", "image", "float", attribute("to", FLOAT));
        graph.node("ReduceMean", "float", "mean", ints("axes", 3), attribute("keepdims", 0));
        graph.constant("white", 255);
        graph.node("Div", new String[] {"mean", "white"}, "dbnet_probs");
        return graph.model(picture(), output("dbnet_probs", FLOAT, 3));
    }

    /**
     * {@code ctc_indices} [batch, w]: a third of the red of a column, over 28, which is 0 to 3; and
     * {@code ctc_confidence}: how many of a column's colours are not 0, but at most 1.
     */
    public static byte[] redIsLetter() {
        var graph = new TinyGraph();
        graph.node("Cast", "image", "float", attribute("to", FLOAT));
        // Green and blue weigh nothing, so that red first is told from blue first.
        graph.weights("red", 1, 0, 0);
        graph.node("Mul", new String[] {"float", "red"}, "only");
        graph.node("ReduceMean", "only", "column", ints("axes", 1, 3), attribute("keepdims", 0));
        graph.constant("step", 28);
        graph.node("Div", new String[] {"column", "step"}, "letter");
        graph.node("Round", "letter", "whole");
        graph.node("Cast", "whole", "ctc_indices", attribute("to", INT64));
        graph.node("Sigmoid", "column", "ctc_confidence");
        return graph.model(
                picture(), output("ctc_indices", INT64, 2), output("ctc_confidence", FLOAT, 2));
    }

    /**
     * A vector of the tokens themselves; where there is an {@code attention_mask}, 0 for those that
     * do not count.
     *
     * @param length how many a text has; 0 = any number
     */
    public static byte[] tokens(boolean isLong, boolean isMasked, int length) {
        var graph = new TinyGraph();
        int type = isLong ? INT64 : INT32;
        var ids = field(11, tokens("input_ids", type, length));
        if (!isMasked) {
            graph.node("Cast", "input_ids", "embedding", attribute("to", FLOAT));
            return graph.model(ids, output("embedding", FLOAT, 2));
        }
        graph.node("Mul", new String[] {"input_ids", "attention_mask"}, "counting");
        graph.node("Cast", "counting", "embedding", attribute("to", FLOAT));
        var mask = field(11, tokens("attention_mask", type, length));
        // The mask first: it is told by its name.
        return graph.model(join(mask, ids), output("embedding", FLOAT, 2));
    }

    private static byte[] tokens(String name, int type, int length) {
        return length == 0 ? value(name, type, 2) : value(name, type, 1, length);
    }

    private void node(String type, String input, String output, byte[]... attributes) {
        node(type, new String[] {input}, output, attributes);
    }

    private void node(String type, String[] inputs, String output, byte[]... attributes) {
        var node = new ByteArrayOutputStream();
        for (var input : inputs) {
            node.writeBytes(field(1, input));
        }
        node.writeBytes(field(2, output));
        node.writeBytes(field(4, type));
        for (var attribute : attributes) {
            node.writeBytes(field(5, attribute));
        }
        nodes.writeBytes(field(1, node.toByteArray()));
    }

    private void constant(String name, float value) {
        tensor(name, new byte[0], value);
    }

    private void weights(String name, float... values) {
        tensor(name, field(1, values.length), values);
    }

    private void tensor(String name, byte[] shape, float... values) {
        var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        var tensor = join(shape, field(2, FLOAT), field(9, raw.array()));
        var attribute = join(field(1, "value"), field(5, tensor), field(20, 4));
        node("Constant", new String[0], name, attribute);
    }

    private static byte[] picture() {
        return field(11, value("image", UINT8, 4));
    }

    private byte[] model(byte[] inputs, byte[]... outputs) {
        var graph = new ByteArrayOutputStream();
        graph.writeBytes(nodes.toByteArray());
        graph.writeBytes(field(2, "tiny"));
        graph.writeBytes(inputs);
        for (var output : outputs) {
            graph.writeBytes(field(12, output));
        }
        return join(
                field(1, 8),
                field(7, graph.toByteArray()),
                field(8, join(field(1, ""), field(2, 13))));
    }

    private static byte[] output(String name, int type, int dimensions) {
        return value(name, type, dimensions);
    }

    /** A value all of whose sides are free. */
    private static byte[] value(String name, int type, int dimensions) {
        var shape = new ByteArrayOutputStream();
        for (int i = 0; i < dimensions; i++) {
            shape.writeBytes(field(1, field(2, name + i)));
        }
        return value(name, type, shape.toByteArray());
    }

    private static byte[] value(String name, int type, int rows, int columns) {
        return value(name, type, join(field(1, field(1, rows)), field(1, field(1, columns))));
    }

    private static byte[] value(String name, int type, byte[] shape) {
        var tensor = join(field(1, type), field(2, shape));
        return join(field(1, name), field(2, field(1, tensor)));
    }

    private static byte[] attribute(String name, int value) {
        return join(field(1, name), field(3, value), field(20, 2));
    }

    private static byte[] ints(String name, int... values) {
        var attribute = new ByteArrayOutputStream();
        attribute.writeBytes(field(1, name));
        for (int value : values) {
            attribute.writeBytes(field(8, value));
        }
        attribute.writeBytes(field(20, 7));
        return attribute.toByteArray();
    }

    private static byte[] field(int number, int value) {
        return join(varint(number << 3), varint(value));
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[] content) {
        return join(varint(number << 3 | 2), varint(content.length), content);
    }

    private static byte[] varint(int value) {
        var out = new ByteArrayOutputStream();
        int rest = value;
        while (rest > 127) {
            out.write(rest & 127 | 128);
            rest >>>= 7;
        }
        out.write(rest);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
