package app.keepsake.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The services as {@code scripts/services} starts them, in a folder that goes with the JVM. */
final class ScriptServices {

    private final Path directory;

    private ScriptServices(Path directory) {
        this.directory = directory;
    }

    static Map<String, String> start() {
        try {
            var services = new ScriptServices(Files.createTempDirectory("keepsake-services-"));
            services.run("start", "--test");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> services.run("remove")));
            return Files.readAllLines(services.directory.resolve("services.env")).stream()
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String action, String... more) {
        var script = Path.of(System.getProperty("keepsake.root", ".."), "scripts", "services");
        var command = new ArrayList<>(List.of(script.toString(), action, directory.toString()));
        command.addAll(List.of(more));
        try {
            // Not inherited: the daemons would keep the build's output open after it has ended.
            var log = directory.resolve("services.log").toFile();
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .start();
            if (process.waitFor() != 0) {
                throw new IOException(
                        "scripts/services %s failed: %s"
                                .formatted(action, Files.readString(log.toPath())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
