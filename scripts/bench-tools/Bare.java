import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Map;

/**
 * ONNX Runtime alone, as the worker sets it up: what a CLIP model of pictures takes with nothing around it, one picture a
 * run and four.
 *
 * <p>java -cp onnxruntime.jar Bare.java MODEL THREADS RUNS
 */
class Bare {

    private static final int SIDE = 224;
    private static final int WARM = 5;
    private static final int FOUR = 4;

    public static void main(String[] arguments) throws Exception {
        int runs = Integer.parseInt(arguments[2]);
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Integer.parseInt(arguments[1]));
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            var environment = OrtEnvironment.getEnvironment();
            environment.setTelemetry(false);
            try (var session = environment.createSession(arguments[0], options)) {
                System.out.printf(
                        Locale.ROOT,
                        "{%s, %s}%n",
                        of(session, 1, runs, ""),
                        of(session, FOUR, (runs + FOUR - 1) / FOUR, "four_"));
            }
        }
    }

    /** What a picture costs where so many are seen in one run. */
    private static String of(OrtSession session, int together, int runs, String prefix) throws OrtException {
        var pixels = FloatBuffer.allocate(together * 3 * SIDE * SIDE);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, i % 256 / 128f - 1);
        }
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var shape = new long[] {together, 3, SIDE, SIDE};
        try (var tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), pixels, shape)) {
            var input = Map.of(session.getInputNames().iterator().next(), tensor);
            for (int run = 0; run < WARM; run++) {
                session.run(input).close();
            }
            long cpu = system.getProcessCpuTime();
            long wall = System.nanoTime();
            for (int run = 0; run < runs; run++) {
                session.run(input).close();
            }
            int pictures = runs * together;
            return String.format(
                    Locale.ROOT,
                    "\"%scpu_ms_each\": %.1f, \"%sms_each\": %.1f",
                    prefix,
                    (system.getProcessCpuTime() - cpu) / 1e6 / pictures,
                    prefix,
                    (System.nanoTime() - wall) / 1e6 / pictures);
        }
    }
}
