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
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An open model of one input. Immich's repositories exist in two generations, so the graph itself
 * is asked how it wants a picture: as float32 NCHW, normalised, or as uint8 NHWC, untouched.
 *
 * <p>Safe for concurrent use.
 */
public final class Graph implements AutoCloseable {

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
            var inputs = List.copyOf(session.getInputInfo().values());
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

    /**
     * Runs the model on one picture.
     *
     * @param scale applied unless the model does so itself
     * @return the outputs by name, flattened, in the model's order
     */
    public Map<String, float[]> run(Pixels picture, ColourScale scale) throws IOException {
        try (var arena = Arena.ofConfined();
                var tensor = takesBytes() ? bytes(picture, arena) : floats(picture, scale, arena)) {
            return run(tensor);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Runs the model on one row of tokens. */
    public Map<String, float[]> run(int[] tokens) throws IOException {
        try (var tensor =
                OnnxTensor.createTensor(
                        environment, IntBuffer.wrap(tokens), new long[] {1, tokens.length})) {
            return run(tensor);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private Map<String, float[]> run(OnnxTensor tensor) throws OrtException {
        try (var result = session.run(Map.of(inputName, tensor))) {
            var outputs = new LinkedHashMap<String, float[]>();
            for (var output : result) {
                outputs.put(
                        output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer().array());
            }
            return outputs;
        }
    }

    private boolean takesBytes() {
        return input.type == OnnxJavaType.UINT8;
    }

    private OnnxTensor bytes(Pixels picture, Arena arena) throws OrtException {
        ByteBuffer buffer = arena.allocate(picture.rgb().length).asByteBuffer();
        buffer.put(picture.rgb()).flip();
        return OnnxTensor.createTensor(
                environment,
                buffer,
                new long[] {1, picture.height(), picture.width(), 3},
                OnnxJavaType.UINT8);
    }

    private OnnxTensor floats(Pixels picture, ColourScale scale, Arena arena) throws OrtException {
        byte[] rgb = picture.rgb();
        int plane = rgb.length / 3;
        // Outside the heap and freed at once: it is as large as a photo, many times a second.
        FloatBuffer buffer =
                arena.allocate((long) rgb.length * Float.BYTES, Float.BYTES)
                        .asByteBuffer()
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        for (int channel = 0; channel < 3; channel++) {
            float[] scaled = scale.table(channel);
            for (int i = 0; i < plane; i++) {
                buffer.put(channel * plane + i, scaled[rgb[3 * i + channel] & 0xff]);
            }
        }
        return OnnxTensor.createTensor(
                environment, buffer, new long[] {1, 3, picture.height(), picture.width()});
    }

    private ModelUnusable failed(OrtException e) {
        return new ModelUnusable(file, "did not run: " + e.getMessage(), e);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
