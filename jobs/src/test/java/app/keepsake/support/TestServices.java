package app.keepsake.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real PostgreSQL with pgvector and a real Redis for one test run: containers where there is a
 * Docker engine, else {@code scripts/services} in a folder of its own. Both end with the JVM.
 *
 * <p>The variables are those that server and worker read ({@code KEEPSAKE_DB_URL} and so on); the
 * role may create databases, and a database that it creates has the extension.
 */
public final class TestServices {

    private static final Map<String, String> ENVIRONMENT =
            hasDockerEngine() ? ContainerServices.start() : ScriptServices.start();

    private TestServices() {}

    /** Starts the services with the first call. */
    public static Map<String, String> environment() {
        return ENVIRONMENT;
    }

    /** One variable, by its name. */
    public static String get(String name) {
        var value = ENVIRONMENT.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no such variable: " + name);
        }
        return value;
    }

    private static boolean hasDockerEngine() {
        return System.getenv("DOCKER_HOST") != null
                || Files.exists(Path.of("/var/run/docker.sock"));
    }
}
