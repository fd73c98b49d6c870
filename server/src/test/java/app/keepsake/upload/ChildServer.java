package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.TestServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * The real server in a process of its own, on the services of this test run; closed, it is dead.
 */
public final class ChildServer implements AutoCloseable {

    private final Path folder;
    private final Process process;

    private ChildServer(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * @param folder an empty one for its log and for what it says
     * @param library the one of this test run, whose database it shares
     * @param heap as {@code -Xmx} takes it
     * @param tracer a command that runs the server, or nothing
     */
    static ChildServer start(Path folder, Path library, String heap, String... tracer)
            throws IOException {
        return start(folder, library, heap, List.of(tracer), DyingServer.class);
    }

    /**
     * As above.
     *
     * @param program a main class that starts the server, with the folder as its first argument
     */
    public static ChildServer start(
            Path folder, Path library, Class<?> program, String... arguments) throws IOException {
        return start(folder, library, "256m", List.of(), program, arguments);
    }

    private static ChildServer start(
            Path folder,
            Path library,
            String heap,
            List<String> tracer,
            Class<?> program,
            String... arguments)
            throws IOException {
        var command = new ArrayList<>(tracer);
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xmx" + heap,
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        folder.toString()));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(TestServices.environment());
        builder.environment().put("KEEPSAKE_LIBRARY", library.toString());
        builder.environment().put("KEEPSAKE_PORT", "0");
        builder.environment().put("KEEPSAKE_HOST", "127.0.0.1");
        return new ChildServer(folder, builder.start());
    }

    /** Waits until it answers. */
    int port() throws IOException {
        return Integer.parseInt(await("port"));
    }

    /** The next upload that reaches this milestone stops there for ever. */
    void stopAt(Milestone milestone) {
        DyingServer.write(folder.resolve("armed"), milestone.name());
    }

    public void awaitStopped() throws IOException {
        await("reached");
    }

    private String await(String name) throws IOException {
        var file = folder.resolve(name);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(file) || !process.isAlive());
        assertThat(file).as(this::endOfLog).exists();
        return Files.readString(file);
    }

    private String endOfLog() {
        try {
            var lines = Files.readAllLines(folder.resolve("log"));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }

    /** By SIGKILL, as a power cut or the kernel's OOM killer ends it. */
    public void kill() throws InterruptedException {
        // A tracer's child first: it would outlive its tracer.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
