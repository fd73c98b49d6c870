package app.keepsake.worker.onnx;

import app.keepsake.onnx.Int8;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which of a model's two forms is used: the one with weights of 8 bits is three times faster on a
 * processor that has operations for it, and may be slower on one that has not. Each kind of machine
 * finds out once, with the first picture.
 */
@Component
public class Precision {

    /** As the operator wants it. */
    public enum Wish {
        AUTO,
        FP32,
        INT8
    }

    /** Two photos that differ by half of this count as duplicates. */
    static final double FARTHEST = 0.02;

    private static final Logger log = LoggerFactory.getLogger(Precision.class);
    private static final int RUNS = 4;

    /** One run of a model on the same picture. */
    @FunctionalInterface
    public interface Trial {
        float[] run() throws IOException;
    }

    /** Opens one form, tries it and closes it: the two are never in memory together. */
    @FunctionalInterface
    public interface Form {
        Timed timed(Path graph) throws IOException;
    }

    /** What a run took in ms, and what came out. */
    public record Timed(double millis, float[] vector) {}

    private record Timing(float fp32Ms, float int8Ms, float distance) {

        boolean isForInt8() {
            return int8Ms < fp32Ms && distance <= FARTHEST;
        }
    }

    private final ModelSettings settings;
    private final JdbcClient jdbc;
    private final String machine = machine(Path.of("/proc/cpuinfo"));
    private final Map<String, Timing> known = new ConcurrentHashMap<>();

    Precision(ModelSettings settings, JdbcClient jdbc) {
        this.settings = settings;
        this.jdbc = jdbc;
    }

    /** The form of a model's graph that is used here. */
    public Path formOf(String model, Path graph) {
        var small = Int8.beside(graph);
        if (settings.modelPrecision() == Wish.FP32 || !Files.exists(small)) {
            return graph;
        }
        var isFaster = timing(model).map(Timing::isForInt8).orElse(false);
        return settings.modelPrecision() == Wish.INT8 || isFaster ? small : graph;
    }

    /** Whether nobody knows yet which form is faster on a machine like this. */
    public boolean isOpen(String model, Path graph) {
        return settings.modelPrecision() == Wish.AUTO
                && Files.exists(Int8.beside(graph))
                && timing(model).isEmpty();
    }

    /** Finds it out, and writes it down for all workers on such machines. */
    public synchronized void settle(String model, Path graph, Form form) throws IOException {
        if (!isOpen(model, graph)) {
            return;
        }
        var exact = form.timed(graph);
        var small = form.timed(Int8.beside(graph));
        double product = 0;
        for (int i = 0; i < exact.vector.length; i++) {
            product += (double) exact.vector[i] * small.vector[i];
        }
        var timing = new Timing((float) exact.millis, (float) small.millis, (float) (1 - product));
        jdbc.sql(
                        """
                        insert into model_timing (model, machine, fp32_ms, int8_ms, distance)
                        values (?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(model, machine, timing.fp32Ms, timing.int8Ms, timing.distance)
                .update();
        log.info(
                "A picture costs {} {} ms with weights of 32 bits and {} ms with 8 (distance {}); {} bits are used",
                model,
                Math.round(timing.fp32Ms),
                Math.round(timing.int8Ms),
                timing.distance,
                timing.isForInt8() ? 8 : 32);
    }

    private Optional<Timing> timing(String model) {
        var timing = known.get(model);
        if (timing == null) {
            timing =
                    jdbc.sql(
                                    """
                                    select fp32_ms, int8_ms, distance from model_timing
                                    where model = ? and machine = ?
                                    """)
                            .params(model, machine)
                            .query(Timing.class)
                            .optional()
                            .orElse(null);
            if (timing != null) {
                known.put(model, timing);
            }
        }
        return Optional.ofNullable(timing);
    }

    /** The best of some runs, after one that fills caches. */
    public Timed best(Trial trial) throws IOException {
        var vector = trial.run();
        double best = Double.MAX_VALUE;
        for (int run = 0; run < RUNS; run++) {
            long before = now();
            vector = trial.run();
            best = Math.min(best, (now() - before) / 1e6);
        }
        return new Timed(best, vector);
    }

    /** What else the machine does must not decide; of several threads only the clock knows. */
    private long now() {
        return settings.modelThreads() == 1
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /** The processor's kind, as far as Linux says it. */
    static String machine(Path cpuInfo) {
        var kind = new StringBuilder(System.getProperty("os.arch"));
        try (var lines = Files.lines(cpuInfo)) {
            lines.filter(
                            line ->
                                    line.startsWith("model name")
                                            || line.startsWith("CPU implementer")
                                            || line.startsWith("CPU part"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .distinct()
                    .forEach(word -> kind.append(' ').append(word));
        } catch (IOException | java.io.UncheckedIOException e) {
            log.debug("The kind of processor is unknown", e);
        }
        return kind.toString();
    }
}
