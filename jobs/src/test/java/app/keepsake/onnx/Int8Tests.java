package app.keepsake.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no proper model; the worker's tests run proper ones. */
class Int8Tests {

    private static final int SIDE = 64;

    /** A product of whatever comes with a matrix. */
    private static Path model(Path folder, Draft node, int floats) throws IOException {
        var weights =
                new Draft()
                        .number(Onnx.TENSOR_DIMENSION, SIDE)
                        .number(Onnx.TENSOR_DIMENSION, SIDE)
                        .number(Onnx.TENSOR_TYPE, Onnx.FLOAT)
                        .text(Onnx.TENSOR_NAME, "weights")
                        .floats(Onnx.TENSOR_RAW, new float[floats]);
        var graph =
                new Draft()
                        .message(Onnx.GRAPH_NODE, node)
                        .message(Onnx.GRAPH_INITIALIZER, weights)
                        .message(Onnx.GRAPH_OUTPUT, new Draft().text(1, "y"));
        return Files.write(
                folder.resolve("model.onnx"),
                new Draft().message(Onnx.MODEL_GRAPH, graph).toBytes());
    }

    private static Draft product() {
        return new Draft()
                .text(Onnx.NODE_TYPE, "MatMul")
                .text(Onnx.NODE_INPUT, "x")
                .text(Onnx.NODE_INPUT, "weights");
    }

    @Test
    void leavesAloneWhatHasNoOutput(@TempDir Path folder) throws IOException {
        assertThat(Int8.quantise(model(folder, product(), SIDE * SIDE))).isZero();
        assertThat(Int8.quantise(model(folder, product().text(Onnx.NODE_OUTPUT, "y"), SIDE * SIDE)))
                .isOne();
    }

    @Test
    void leavesNothingOfAFormThatCannotBeMade(@TempDir Path folder) throws IOException {
        var model = model(folder, product().text(Onnx.NODE_OUTPUT, "y"), SIDE * SIDE);
        Int8.quantise(model);
        model(folder, product().text(Onnx.NODE_OUTPUT, "y"), SIDE);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Int8.quantise(model))
                .withMessageContaining("another size");
        assertThat(folder).isDirectoryNotContaining(file -> !file.equals(model));
    }
}
