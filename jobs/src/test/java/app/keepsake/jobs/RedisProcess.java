package app.keepsake.jobs;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Redis of a test's own, that may go away and come back. */
final class RedisProcess implements AutoCloseable {

    private final Path directory = Files.createTempDirectory("keepsake-redis-");
    private final int port = freePort();
    private Process process = launch();

    RedisProcess() throws IOException {}

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        // Debian's redis-tools has the whole program under another name.
                        "bash",
                        "-c",
                        "exec -a redis-server redis-check-rdb \"$@\"",
                        "-",
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always",
                        "--save",
                        "",
                        "--dir",
                        directory.toString())
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** As a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void start() throws IOException {
        process = launch();
    }

    @Override
    public void close() throws Exception {
        kill();
        try (var files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
