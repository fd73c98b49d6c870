package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.onnx.Precision.Wish;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which of two forms is used, once it is known what they cost. */
@WorkerTest
class FormOfAModelTests {

    @Autowired WorkerFixtures given;
    @Autowired JdbcClient jdbc;
    private final Path folder;

    FormOfAModelTests(@TempDir Path folder) {
        this.folder = folder;
    }

    private Precision precision(Wish wish) {
        return new Precision(
                new ModelSettings(folder, folder, wish, 1, Duration.ofMinutes(1)), jdbc);
    }

    private Path graph() throws Exception {
        var graph = onlyGraph();
        Files.createFile(graph.resolveSibling("model.int8.onnx"));
        return graph;
    }

    private Path onlyGraph() throws Exception {
        return Files.createFile(
                Files.createDirectory(folder.resolve("visual")).resolve("model.onnx"));
    }

    private String timed(double fp32, double int8, double distance) {
        var model = "model-" + UUID.randomUUID();
        timed(model, fp32, int8, distance);
        return model;
    }

    private void timed(String model, double fp32, double int8, double distance) {
        given.server()
                .sql(
                        """
                        insert into model_timing (model, graph, machine, fp32_ms, int8_ms, distance)
                        values (?, 'visual', ?, ?, ?, ?)
                        """)
                .params(model, Precision.machine(Path.of("/proc/cpuinfo")), fp32, int8, distance)
                .update();
    }

    @ParameterizedTest
    @CsvSource({
        "90, 30, 0.001, model.int8.onnx",
        "30, 90, 0.001, model.onnx",
        // Faster, and too far off: other photos would be found.
        "90, 30, 0.03, model.onnx"
    })
    void usesTheFasterFormIfItSaysNearlyTheSame(
            double fp32, double int8, double distance, String used) throws Exception {
        var graph = graph();
        var model = timed(fp32, int8, distance);
        var precision = precision(Wish.AUTO);
        assertThat(precision.isOpen(model, graph)).isFalse();
        assertThat(precision.formOf(model, graph)).hasFileName(used);
    }

    @Test
    void usesWhatTheOperatorWants() throws Exception {
        var graph = graph();
        var slow = timed(30, 90, 0.001);
        assertThat(precision(Wish.INT8).formOf(slow, graph)).hasFileName("model.int8.onnx");
        var fast = timed(90, 30, 0.001);
        assertThat(precision(Wish.FP32).formOf(fast, graph)).hasFileName("model.onnx");
        assertThat(precision(Wish.FP32).isOpen("unknown", graph)).isFalse();
        assertThat(precision(Wish.AUTO).isOpen("unknown", graph)).isTrue();
    }

    @Test
    void usesTheFirstFormWhereThereIsNoOther() throws Exception {
        var graph = onlyGraph();
        var model = timed(90, 30, 0.001);
        assertThat(precision(Wish.INT8).formOf(model, graph)).hasFileName("model.onnx");
        assertThat(precision(Wish.AUTO).isOpen("unknown", graph)).isFalse();
    }

    /** Vectors of two forms would lie beside each other otherwise, until the last one restarts. */
    @Test
    void aWorkerThatStaysUpHearsOfWhatWasMeasuredAnew() throws Exception {
        var graph = graph();
        var model = timed(90, 30, 0.001);
        var precision = precision(Wish.AUTO);
        assertThat(precision.formOf(model, graph)).hasFileName("model.int8.onnx");
        given.server().sql("delete from model_timing where model = ?").param(model).update();
        assertThat(precision.isOpen(model, graph)).isTrue();
        timed(model, 30, 90, 0.001);
        assertThat(precision.formOf(model, graph)).hasFileName("model.onnx");
    }
}
