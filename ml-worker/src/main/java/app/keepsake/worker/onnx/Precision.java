package app.keepsake.worker.onnx;

import app.keepsake.onnx.Int8;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which of the two forms of a model's graph is used: the one with weights of 8 bits is three times
 * faster on a processor that has operations for it, and may be slower on one that has not. Whoever
 * sees the first picture by a model finds out, for all machines: vectors of both forms beside each
 * other would make pictures look alike, or not, by where they were seen.
 */
@Component
public class Precision {

    /** As the operator wants it. */
    public enum Wish {
        AUTO,
        FP32,
        INT8
    }

    /** Whatever lies further apart, another picture may lie between. */
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

        /** A form that does not run: as slow as can be, and as wrong. */
        static Timing without8Bits(Timed exact) {
            return new Timing(
                    (float) exact.millis, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);
        }

        boolean isForInt8() {
            return int8Ms < fp32Ms && distance <= FARTHEST;
        }
    }

    private final ModelSettings settings;
    private final JdbcClient jdbc;
    private final String machine = machine(Path.of("/proc/cpuinfo"));

    Precision(ModelSettings settings, JdbcClient jdbc) {
        this.settings = settings;
        this.jdbc = jdbc;
    }

    /** The form of a model's graph that is used. */
    public Path formOf(String model, Path graph) {
        var small = Int8.beside(graph);
        if (settings.modelPrecision() == Wish.FP32 || !Files.exists(small)) {
            return graph;
        }
        var isFaster = timing(model, graph).map(Timing::isForInt8).orElse(false);
        return settings.modelPrecision() == Wish.INT8 || isFaster ? small : graph;
    }

    /** Whether nobody knows yet which form is faster. */
    public boolean isOpen(String model, Path graph) {
        return settings.modelPrecision() == Wish.AUTO
                && Files.exists(Int8.beside(graph))
                && timing(model, graph).isEmpty();
    }

    /** Finds it out, and writes it down for all workers, unless another was quicker. */
    public synchronized void settle(String model, Path graph, Form form) throws IOException {
        if (!isOpen(model, graph)) {
            return;
        }
        var measured = measured(graph, form);
        jdbc.sql(
                        """
                        insert into model_timing (model, graph, machine, fp32_ms, int8_ms, distance)
                        values (?, ?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(
                        model,
                        half(graph),
                        machine,
                        measured.fp32Ms,
                        measured.int8Ms,
                        measured.distance)
                .update();
        log.info(
                "A run of {} ({}) costs {} ms with weights of 32 bits and {} ms with 8 (distance {}); {} bits are used",
                model,
                half(graph),
                "%.0f".formatted(measured.fp32Ms),
                "%.0f".formatted(measured.int8Ms),
                measured.distance,
                timing(model, graph).orElse(measured).isForInt8() ? 8 : 32);
    }

    private static Timing measured(Path graph, Form form) throws IOException {
        var exact = form.timed(graph);
        Timed small;
        try {
            small = form.timed(Int8.beside(graph));
        } catch (IOException e) {
            if (!Files.exists(Int8.beside(graph))) {
                throw e; // the library's disk went away: that says nothing of the form
            }
            log.warn("The form of 8 bits does not run, and is used no more", e);
            return Timing.without8Bits(exact);
        }
        if (small.vector.length != exact.vector.length) {
            return Timing.without8Bits(exact);
        }
        double product = 0;
        for (int i = 0; i < exact.vector.length; i++) {
            product += (double) exact.vector[i] * small.vector[i];
        }
        return new Timing((float) exact.millis, (float) small.millis, (float) (1 - product));
    }

    /** {@code visual} or {@code textual}, as its folder is called. */
    private static String half(Path graph) {
        return Objects.requireNonNull(graph.getParent()).getFileName().toString();
    }

    /** Asked of the database each time: another download has it measured anew, by any machine. */
    private Optional<Timing> timing(String model, Path graph) {
        return jdbc.sql(
                        """
                        select fp32_ms, int8_ms, distance from model_timing
                        where model = ? and graph = ?
                        """)
                .params(model, half(graph))
                .query(Timing.class)
                .optional();
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
