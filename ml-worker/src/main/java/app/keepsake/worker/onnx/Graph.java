package app.keepsake.worker.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import app.keepsake.worker.image.Pixels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An open model of one input, beside which one of words may have a mask. Immich's repositories
 * exist in two generations, so the graph itself is asked how it wants a picture: as float32 NCHW,
 * normalised, or as uint8 NHWC, untouched.
 *
 * <p>Safe for concurrent use.
 */
public final class Graph implements AutoCloseable {

    /** Asked for by M-CLIP's models of words: 1 for each token that is of the text. */
    private static final String MASK = "attention_mask";

    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String inputName;
    private final TensorInfo input;

    private Graph(
            Path file,
            OrtEnvironment environment,
            OrtSession session,
            String inputName,
            TensorInfo input) {
        this.file = file;
        this.environment = environment;
        this.session = session;
        this.inputName = inputName;
        this.input = input;
    }

    /** A graph that owns the session; one that is refused closes it, or each retry would leak. */
    static Graph of(Path file, OrtEnvironment environment, OrtSession session)
            throws OrtException, ModelUnusable {
        try {
            var inputs = new ArrayList<>(session.getInputInfo().values());
            inputs.removeIf(input -> input.getName().equals(MASK));
            if (inputs.size() == 1 && inputs.getFirst().getInfo() instanceof TensorInfo input) {
                return new Graph(file, environment, session, inputs.getFirst().getName(), input);
            }
            throw new ModelUnusable(
                    file, "has inputs %s, not one".formatted(session.getInputNames()));
        } catch (OrtException | ModelUnusable e) {
            session.close();
            throw e;
        }
    }

    /** The side of the square picture that the model wants, or the default where it takes any. */
    public int side(int otherwise) {
        long height = input.getShape()[takesBytes() ? 1 : 2];
        return height > 0 ? Math.toIntExact(height) : otherwise;
    }

    /** Whether it looks at several pictures in one run. */
    public boolean takesAnyNumber() {
        return input.getShape()[0] < 0;
    }

    /**
     * Runs the model on one picture.
     *
     * @param scale applied unless the model does so itself
     * @return the outputs by name, flattened, in the model's order
     */
    public Map<String, float[]> run(Pixels picture, ColourScale scale) throws IOException {
        try (var arena = Arena.ofConfined();
                var tensor =
                        takesBytes()
                                ? bytes(List.of(picture), arena)
                                : floats(List.of(picture), scale, arena)) {
            return run(Map.of(inputName, tensor));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /**
     * One of a model's answers.
     *
     * @param numbers row by row, whatever their type in the model
     */
    public record Output(float[] numbers, long[] shape) {}

    /**
     * Runs the model on several pictures of one size.
     *
     * @param scale applied unless the model does so itself
     * @return the outputs by name, in the model's order
     */
    public Map<String, Output> run(List<Pixels> pictures, ColourScale scale) throws IOException {
        try (var arena = Arena.ofConfined();
                var tensor =
                        takesBytes() ? bytes(pictures, arena) : floats(pictures, scale, arena);
                var result = session.run(Map.of(inputName, tensor))) {
            var outputs = new LinkedHashMap<String, Output>();
            for (var output : result) {
                outputs.put(output.getKey(), output((OnnxTensor) output.getValue()));
            }
            return outputs;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static Output output(OnnxTensor tensor) {
        var info = tensor.getInfo();
        if (info.type != OnnxJavaType.INT32 && info.type != OnnxJavaType.INT64) {
            return new Output(tensor.getFloatBuffer().array(), info.getShape());
        }
        boolean isLong = info.type == OnnxJavaType.INT64;
        var numbers =
                isLong
                        ? Arrays.stream(tensor.getLongBuffer().array()).asDoubleStream().toArray()
                        : Arrays.stream(tensor.getIntBuffer().array()).asDoubleStream().toArray();
        var floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return new Output(floats, info.getShape());
    }

    /** How many tokens a text has for the model, or the default where it takes any number. */
    public int length(int otherwise) {
        var shape = input.getShape();
        return shape.length == 2 && shape[1] > 0 ? Math.toIntExact(shape[1]) : otherwise;
    }

    /**
     * Runs the model on one row of tokens.
     *
     * @param count how many of them are of the text; padding follows
     */
    public Map<String, float[]> run(int[] tokens, int count) throws IOException {
        var mask = new int[tokens.length];
        Arrays.fill(mask, 0, count, 1);
        try (var ids = row(tokens);
                var counting = row(mask)) {
            return run(
                    session.getInputNames().contains(MASK)
                            ? Map.of(inputName, ids, MASK, counting)
                            : Map.of(inputName, ids));
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private OnnxTensor row(int[] numbers) throws OrtException {
        var shape = new long[] {1, numbers.length};
        return input.type == OnnxJavaType.INT64
                ? OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap(Arrays.stream(numbers).asLongStream().toArray()),
                        shape)
                : OnnxTensor.createTensor(environment, IntBuffer.wrap(numbers), shape);
    }

    private Map<String, float[]> run(Map<String, OnnxTensor> tensors) throws OrtException {
        try (var result = session.run(tensors)) {
            var outputs = new LinkedHashMap<String, float[]>();
            for (var output : result) {
                outputs.put(
                        output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer().array());
            }
            return outputs;
        }
    }

    /** Whether it takes pictures as they are, red first, and scales their colours itself. */
    public boolean takesBytes() {
        return input.type == OnnxJavaType.UINT8;
    }

    private OnnxTensor bytes(List<Pixels> pictures, Arena arena) throws OrtException {
        var first = pictures.getFirst();
        ByteBuffer buffer =
                arena.allocate((long) pictures.size() * first.rgb().length).asByteBuffer();
        pictures.forEach(picture -> buffer.put(picture.rgb()));
        buffer.flip();
        return OnnxTensor.createTensor(
                environment,
                buffer,
                new long[] {pictures.size(), first.height(), first.width(), 3},
                OnnxJavaType.UINT8);
    }

    private OnnxTensor floats(List<Pixels> pictures, ColourScale scale, Arena arena)
            throws OrtException {
        var first = pictures.getFirst();
        int plane = first.width() * first.height();
        // Outside the heap and freed at once: it is as large as a photo, many times a second.
        FloatBuffer buffer =
                arena.allocate(3L * plane * pictures.size() * Float.BYTES, Float.BYTES)
                        .asByteBuffer()
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        // Row by row: to put numbers singly takes as long as to decode the picture.
        var row = new float[first.width()];
        for (var picture : pictures) {
            byte[] rgb = picture.rgb();
            for (int channel = 0; channel < 3; channel++) {
                float[] scaled = scale.table(channel);
                for (int from = channel; from < rgb.length; from += 3 * row.length) {
                    for (int x = 0; x < row.length; x++) {
                        row[x] = scaled[rgb[from + 3 * x] & 0xff];
                    }
                    buffer.put(row);
                }
            }
        }
        buffer.flip();
        return OnnxTensor.createTensor(
                environment,
                buffer,
                new long[] {pictures.size(), 3, first.height(), first.width()});
    }

    private ModelUnusable failed(OrtException e) {
        return new ModelUnusable(file, "failed: " + e.getMessage(), e);
    }

    @Override
    public void close() throws ModelUnusable {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }
}
