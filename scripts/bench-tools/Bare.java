import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Map;

/**
 * ONNX Runtime alone, as the worker sets it up: what one run of a CLIP model of pictures takes with nothing around it.
 *
 * <p>java -cp onnxruntime.jar Bare.java MODEL THREADS RUNS
 */
class Bare {

    private static final int SIDE = 224;
    private static final int WARM = 5;

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
            var pixels = FloatBuffer.allocate(3 * SIDE * SIDE);
            for (int i = 0; i < pixels.capacity(); i++) {
                pixels.put(i, i % 256 / 128f - 1);
            }
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            try (var session = environment.createSession(arguments[0], options);
                    var tensor = OnnxTensor.createTensor(environment, pixels, new long[] {1, 3, SIDE, SIDE})) {
                var input = Map.of(session.getInputNames().iterator().next(), tensor);
                for (int run = 0; run < WARM; run++) {
                    session.run(input).close();
                }
                long cpu = system.getProcessCpuTime();
                long wall = System.nanoTime();
                for (int run = 0; run < runs; run++) {
                    session.run(input).close();
                }
                System.out.printf(
                        Locale.ROOT,
                        "{\"cpu_ms_each\": %.1f, \"ms_each\": %.1f}%n",
                        (system.getProcessCpuTime() - cpu) / 1e6 / runs,
                        (System.nanoTime() - wall) / 1e6 / runs);
            }
        }
    }
}
