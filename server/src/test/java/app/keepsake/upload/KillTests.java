package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestServices;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A server is killed (SIGKILL) at each step of an upload; another one on the same database and
 * library, this test's, then finds nothing but whole assets (I1).
 */
@ServerTest
class KillTests {

    @Autowired Fixtures given;
    @Autowired Uploads uploads;
    @Autowired Sweep sweep;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;

    private record Row(String originalPath, String sidecarPath, long size) {}

    final byte[] first = new byte[50_000];
    final byte[] second = new byte[2_000_000];
    final HttpClient http = HttpClient.newHttpClient();
    Caller ana;
    String session;

    @BeforeEach
    void photos() {
        var random = new Random();
        random.nextBytes(first);
        random.nextBytes(second);
        ana = given.user();
        session = given.bearer(ana);
    }

    /** The worst moment; {@link #losesNothingWhenKilledAt} has them all. */
    @Test
    void losesNothingWhenKilledBetweenDiskAndDatabase(@TempDir Path folder) throws Exception {
        losesNothingWhenKilledAt(Step.NAME_SYNCED, folder);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(Step.class)
    void losesNothingWhenKilledAt(Step step, @TempDir Path folder) throws Exception {
        var server = start(folder);
        try {
            var port = awaitFile(folder.resolve("port"), server);
            assertThat(send(port, first).get().statusCode()).isEqualTo(201);
            Files.writeString(folder.resolve("armed"), step.name());
            var unanswered = send(port, second);
            awaitFile(folder.resolve("reached"), server);
            assertThat(unanswered).isNotDone();
            server.destroyForcibly().waitFor();
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(unanswered::get);
        } finally {
            server.destroyForcibly();
        }

        assertNoRowWithoutBytes();
        sweep.run();
        assertOnlyWholeAssets(step == Step.COMMITTED ? 2 : 1);

        var form = form(second);
        var again =
                uploads.receive(
                        ana,
                        null,
                        new Uploads.Body(
                                new ByteArrayInputStream(form.bytes()), form.contentType(), -1));
        assertThat(again.isNew()).isEqualTo(step != Step.COMMITTED);
        assertOnlyWholeAssets(2);
    }

    private void assertOnlyWholeAssets(int count) throws IOException {
        assertNoRowWithoutBytes();
        assertThat(rows()).hasSize(count);
        try (var files = Files.walk(library.resolve("upload/" + ana.userId()))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2 * count);
        }
        try (var temps = Files.walk(library.resolve("upload/.tmp"))) {
            assertThat(temps.filter(Files::isRegularFile)).allMatch(f -> f.endsWith("lock"));
        }
    }

    private void assertNoRowWithoutBytes() {
        for (var row : rows()) {
            assertThat(library.resolve(row.originalPath()))
                    .hasBinaryContent(row.size() == first.length ? first : second);
            assertThat(library.resolve(row.sidecarPath())).hasContent("<x/>");
        }
    }

    private List<Row> rows() {
        return jdbc.sql(
                        """
                        select original_path, sidecar_path, size_in_bytes as size
                        from asset where owner_id = ?
                        """)
                .param(ana.userId())
                .query(Row.class)
                .list();
    }

    private Process start(Path folder) throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DyingServer.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(TestServices.environment());
        builder.environment().put("KEEPSAKE_LIBRARY", library.root().toString());
        builder.environment().put("KEEPSAKE_PORT", "0");
        builder.environment().put("KEEPSAKE_HOST", "127.0.0.1");
        return builder.start();
    }

    private static String awaitFile(Path file, Process server) throws IOException {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(file) || !server.isAlive());
        assertThat(file).as(() -> tail(file.resolveSibling("log"))).exists();
        return Files.readString(file);
    }

    private static String tail(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }

    private Form form(byte[] photo) {
        return Form.photo("a.jpg", photo).file("sidecarData", "a.xmp", "<x/>".getBytes());
    }

    private CompletableFuture<HttpResponse<String>> send(String port, byte[] photo) {
        var form = form(photo);
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/assets"))
                        .header("Content-Type", form.contentType())
                        .header("Authorization", session)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
