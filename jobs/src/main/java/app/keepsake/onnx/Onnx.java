package app.keepsake.onnx;

/** Numbers of the fields that matter here. Source: {@code onnx.proto3} of the ONNX project. */
final class Onnx {

    static final int MODEL_GRAPH = 7;
    static final int MODEL_OPSET = 8;
    static final int MODEL_FUNCTION = 25;
    static final int FUNCTION_NODE = 7;

    static final int GRAPH_NODE = 1;
    static final int GRAPH_NAME = 2;
    static final int GRAPH_INITIALIZER = 5;
    static final int GRAPH_INPUT = 11;
    static final int GRAPH_OUTPUT = 12;
    static final int GRAPH_SPARSE_INITIALIZER = 15;

    static final int NODE_INPUT = 1;
    static final int NODE_OUTPUT = 2;
    static final int NODE_NAME = 3;
    static final int NODE_TYPE = 4;
    static final int NODE_ATTRIBUTE = 5;
    static final int NODE_DOMAIN = 7;

    static final int ATTRIBUTE_NAME = 1;
    static final int ATTRIBUTE_FLOAT = 2;
    static final int ATTRIBUTE_INT = 3;
    static final int ATTRIBUTE_TENSOR = 5;
    static final int ATTRIBUTE_GRAPH = 6;
    static final int ATTRIBUTE_INTS = 8;
    static final int ATTRIBUTE_TENSORS = 10;
    static final int ATTRIBUTE_GRAPHS = 11;
    static final int ATTRIBUTE_KIND = 20;
    static final int ATTRIBUTE_SPARSE = 22;
    static final int ATTRIBUTE_SPARSES = 23;

    static final int TENSOR_DIMENSION = 1;
    static final int TENSOR_TYPE = 2;
    static final int TENSOR_FLOATS = 4;
    static final int TENSOR_NAME = 8;
    static final int TENSOR_RAW = 9;
    static final int TENSOR_EXTERNAL = 13;
    static final int TENSOR_LOCATION = 14;
    static final int ENTRY_KEY = 1;
    static final int ENTRY_VALUE = 2;

    static final int FLOAT = 1;
    static final int INT8 = 3;

    private Onnx() {}
}
