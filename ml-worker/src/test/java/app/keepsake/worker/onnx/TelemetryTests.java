package app.keepsake.worker.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.support.WorkerFixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryTests {

    /**
     * With 5,000 letters of options, as the runtime's telemetry ends a process that has more than
     * 3,000.
     */
    @Test
    void theRuntimeLeavesNothingInTheHomeFolderAndLivesWithALongCommandLine(@TempDir Path home)
            throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin/java");
        var builder =
                new ProcessBuilder(
                                java.toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dlong=" + "x".repeat(5_000),
                                TelemetryTests.class.getName(),
                                WorkerFixtures.models()
                                        .resolve("clip/tiny-colours/visual/model.onnx")
                                        .toAbsolutePath()
                                        .toString())
                        .redirectErrorStream(true);
        // The runtime is silent of itself where CI is set.
        builder.environment().keySet().retainAll(Set.of("PATH"));
        builder.environment().put("HOME", home.toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")));
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).endsWith("open\n");
        assertThat(home).isEmptyDirectory();
    }

    public static void main(String[] arguments) throws Exception {
        var file = Path.of(arguments[0]);
        var settings = new ModelSettings(file, file, Precision.Wish.AUTO, 1, Duration.ofMinutes(1));
        try (var graph = new Models(settings, _ -> true, () -> Long.MAX_VALUE).open(file)) {
            System.out.println(graph.side(0) > 0 ? "open" : Files.size(file));
        }
    }
}
