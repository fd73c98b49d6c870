package app.keepsake.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A real PostgreSQL with pgvector and a real Redis for one test run: {@code scripts/services} in a
 * folder of its own, stopped and removed when the JVM ends.
 *
 * <p>The variables are those that server and worker read ({@code KEEPSAKE_DB_URL} and so on); the
 * role may create databases, and a database that it creates has the extension.
 */
public final class TestServices {

    private static final TestServices INSTANCE = new TestServices();

    private final Path directory;
    private final Map<String, String> environment = new TreeMap<>();

    private TestServices() {
        try {
            directory = Files.createTempDirectory("keepsake-services-");
            run("start", "--test");
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
            for (var line : Files.readAllLines(directory.resolve("services.env"))) {
                var parts = line.split("=", 2);
                environment.put(parts[0], parts[1]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the services with the first call. */
    public static Map<String, String> environment() {
        return Map.copyOf(INSTANCE.environment);
    }

    /** One variable, by its name. */
    public static String get(String name) {
        var value = INSTANCE.environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no such variable: " + name);
        }
        return value;
    }

    private void stop() {
        try {
            run("stop");
            run("remove");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String action, String... more) throws IOException {
        var script = Path.of(System.getProperty("keepsake.root", ".."), "scripts", "services");
        var command = new java.util.ArrayList<String>();
        command.add(script.toString());
        command.add(action);
        command.add(directory.toString());
        command.addAll(java.util.List.of(more));
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
