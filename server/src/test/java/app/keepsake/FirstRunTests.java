package app.keepsake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.ContractCheck;
import app.keepsake.support.ContractFilter;
import app.keepsake.support.CuttableConnection;
import app.keepsake.support.TestServices;
import app.keepsake.upload.Sweep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** A server of its own, from the first start on an empty database that is not there yet. */
@ExtendWith({OutputCaptureExtension.class, ContractCheck.class})
class FirstRunTests {

    private static final String ADMIN =
            """
            {"name": "Ana", "email": "Ana%s@Example.org", "password": "correct horse"}
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    @Test
    void waitsForItsDatabaseTakesOneAdminAndOutlivesAnOutage(
            CapturedOutput log, @TempDir Path library) throws Exception {
        port = freePort();
        var url = URI.create(TestServices.get("KEEPSAKE_DB_URL").substring("jdbc:".length()));
        try (var database =
                        new CuttableConnection(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), url.getPort()));
                var threads = Executors.newCachedThreadPool()) {
            createDatabase("first_run");
            Future<ConfigurableApplicationContext> starting =
                    threads.submit(
                            () ->
                                    start(
                                            "jdbc:postgresql://127.0.0.1:%d/first_run"
                                                    .formatted(database.port()),
                                            library));
            await().atMost(Duration.ofSeconds(60)).until(this::isListening);
            assertUnavailable(get("/api/users/me"));

            database.mend();
            try (var _ = starting.get()) {
                assertThat(get("/api/server/config").body()).contains("\"isInitialized\":false");
                wantsTheCodeFromElsewhere();
                takesExactlyOneAdmin(threads);
                assertThat(get("/api/server/config").body()).contains("\"isInitialized\":true");
                staysClosedWhenTheAdminIsGone(log);

                database.cut();
                // I2: a phone that is told 401 logs out and clears its data.
                assertUnavailable(get("/api/users/me", "x-api-key", "any"));
                assertUnavailable(post("/api/auth/login", ADMIN.formatted("")));
                database.mend();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> get("/api/users/me", "x-api-key", "any").statusCode() == 401);
            }
        }
    }

    private void wantsTheCodeFromElsewhere() throws Exception {
        // As through a proxy on this machine that says nothing of its clients.
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var body = ADMIN.formatted("");
            socket.getOutputStream()
                    .write(
                            """
                            POST /api/auth/admin-sign-up HTTP/1.1\r
                            Host: photos.example.org\r
                            Content-Type: application/json\r
                            Content-Length: %d\r
                            Connection: close\r
                            \r
                            %s"""
                                    .formatted(body.length(), body)
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 403");
        }
        for (var forwarded : new String[] {"203.0.113.9", "10.0.0.7, 203.0.113.9"}) {
            var refused =
                    post(
                            "/api/auth/admin-sign-up",
                            ADMIN.formatted(""),
                            "X-Forwarded-For",
                            forwarded);
            assertThat(refused.statusCode()).isEqualTo(403);
        }
        assertThat(
                        post(
                                        "/api/auth/admin-sign-up",
                                        ADMIN.formatted(""),
                                        "X-Forwarded-For",
                                        "203.0.113.9",
                                        "x-keepsake-setup-code",
                                        "AAAA-AAAA-AAAA-AAAA")
                                .statusCode())
                .isEqualTo(403);
    }

    /** A machine that is busy enough may say "try again later", so one does. */
    private HttpResponse<String> signUp(String body) throws Exception {
        HttpResponse<String> answer;
        do {
            answer = post("/api/auth/admin-sign-up", body);
        } while (answer.statusCode() == 503);
        return answer;
    }

    private void takesExactlyOneAdmin(ExecutorService threads) throws Exception {
        assertThat(signUp(ADMIN.formatted("ü")).statusCode()).isEqualTo(400);
        List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
        for (var i = 0; i < 8; i++) {
            var body = ADMIN.formatted(i);
            calls.add(() -> signUp(body));
        }
        var statuses = new ArrayList<Integer>();
        for (var answer : threads.invokeAll(calls)) {
            statuses.add(answer.get().statusCode());
            if (answer.get().statusCode() == 201) {
                var user = JsonMapper.shared().readTree(answer.get().body());
                assertThat(user.path("isAdmin").asBoolean()).isTrue();
                assertThat(user.path("email").asString()).matches("ana\\d@example.org");
            }
        }
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status == 400)).hasSize(7);
    }

    /** Not even the code of the log opens it again. */
    private void staysClosedWhenTheAdminIsGone(CapturedOutput log) throws Exception {
        inDatabase("first_run", "delete from \"user\"");
        var late =
                post(
                        "/api/auth/admin-sign-up",
                        ADMIN.formatted("again"),
                        "x-keepsake-setup-code",
                        codeOf(log));
        assertThat(late.statusCode()).isEqualTo(400);
        assertThat(late.body()).isEqualTo("{\"message\":\"The server already has an admin\"}");
    }

    @Test
    void takesAnAdminFromElsewhereWhoKnowsTheCode(CapturedOutput log, @TempDir Path library)
            throws Exception {
        port = freePort();
        createDatabase("far_away");
        var url = databaseUrl("far_away");
        try (var _ = start(url, library)) {
            var made =
                    post(
                            "/api/auth/admin-sign-up",
                            ADMIN.formatted(""),
                            "X-Forwarded-For",
                            "203.0.113.9",
                            "x-keepsake-setup-code",
                            codeOf(log).toLowerCase(Locale.ROOT));
            assertThat(made.statusCode()).isEqualTo(201);

            var login =
                    post(
                            "/api/auth/login",
                            "{\"email\": \"ana@example.org\", \"password\": \"correct horse\"}",
                            "X-Forwarded-Proto",
                            "https");
            assertThat(login.statusCode()).isEqualTo(201);
            assertThat(login.headers().allValues("Set-Cookie"))
                    .hasSize(3)
                    .allMatch(cookie -> cookie.contains("; Secure;"));
        }
        inDatabase(
                "far_away",
                """
                insert into flyway_schema_history
                select 99, '99', 'from the future', 'SQL', 'V99__from_the_future.sql', 1,
                    'keepsake', now(), 1, true
                """);
        assertThatThrownBy(() -> start(url, library))
                .rootCause()
                .hasMessageContaining("written by a newer Keepsake");
    }

    /** I2: an empty database must not take a full library for a new one. */
    @Test
    void leavesTheLibraryOfALostDatabaseAlone(CapturedOutput log, @TempDir Path library)
            throws Exception {
        var original = library.resolve("upload/somebody/ab/cd/photo.jpg");
        Files.createDirectories(original.getParent());
        Files.writeString(original, "a photo");
        var marker = Files.writeString(library.resolve(".keepsake"), "id=" + UUID.randomUUID());
        port = freePort();
        createDatabase("lost");
        try (var server = start(databaseUrl("lost"), library)) {
            assertUnavailable(get("/api/server/config"));
            assertUnavailable(post("/api/auth/admin-sign-up", ADMIN.formatted("")));
            assertThat(log).contains("Was the database lost?").doesNotContain("setup code:");
            assertThatThrownBy(() -> server.getBean(Sweep.class).run())
                    .isInstanceOf(Problem.Unavailable.class);
        }
        assertThat(original).hasContent("a photo");
        assertThat(library.resolve("quarantine")).doesNotExist();

        // An administrator decides that it is a new library.
        Files.move(library.resolve("upload"), library.resolve("old"));
        try (var _ = start(databaseUrl("lost"), library)) {
            assertThat(post("/api/auth/admin-sign-up", ADMIN.formatted("")).statusCode())
                    .isEqualTo(201);
        }
        assertThat(marker).exists();
    }

    @Test
    void takesTheNameThatAScriptGaveToItsEmptyLibrary(@TempDir Path library) throws Exception {
        var name = UUID.randomUUID().toString();
        Files.writeString(library.resolve(".keepsake"), name + "\n");
        port = freePort();
        createDatabase("named");
        try (var server = start(databaseUrl("named"), library)) {
            assertThat(post("/api/auth/admin-sign-up", ADMIN.formatted("")).statusCode())
                    .isEqualTo(201);
            var kept = server.getBean(Library.class);
            Files.writeString(library.resolve(".keepsake"), "id=" + name + "\n");
            kept.requireStillPresent();
            Files.writeString(library.resolve(".keepsake"), "id=" + UUID.randomUUID() + "\n");
            assertThatThrownBy(kept::requireStillPresent).isInstanceOf(Problem.Unavailable.class);
        }
    }

    @Test
    void hasToldTheSetupCodeWhenItAnswers(CapturedOutput log, @TempDir Path library)
            throws Exception {
        port = freePort();
        createDatabase("told");
        var application = KeepsakeServer.application();
        var saidBefore = new AtomicReference<String>();
        application.addListeners(
                (ApplicationListener<WebServerInitializedEvent>) _ -> saidBefore.set(log.getAll()));
        try (var _ = start(application, databaseUrl("told"), library)) {
            assertThat(saidBefore.get()).contains("setup code: " + codeOf(log));
        }
    }

    @Test
    void neverWritesOverAMarkerThatItCannotRead(CapturedOutput log, @TempDir Path library)
            throws Exception {
        var marker = Files.writeString(library.resolve(".keepsake"), "something else\n");
        port = freePort();
        createDatabase("strange");
        try (var _ = start(databaseUrl("strange"), library)) {
            assertUnavailable(post("/api/auth/admin-sign-up", ADMIN.formatted("")));
        }
        assertThat(marker).hasContent("something else");
        assertThat(log).contains("cannot be read (there is no line id=<uuid>)");
    }

    private static String codeOf(CapturedOutput log) {
        var code = Pattern.compile("setup code: (\\S+)").matcher(log.getAll());
        assertThat(code.find()).isTrue();
        return code.group(1);
    }

    private static String databaseUrl(String name) {
        return TestServices.get("KEEPSAKE_DB_URL").replaceFirst("/keepsake$", "/" + name);
    }

    private ConfigurableApplicationContext start(String databaseUrl, Path library) {
        return start(KeepsakeServer.application(), databaseUrl, library);
    }

    private ConfigurableApplicationContext start(
            SpringApplication application, String databaseUrl, Path library) {
        ContractFilter.addTo(application);
        return application.run(
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--spring.datasource.url=" + databaseUrl,
                "--spring.datasource.username=" + TestServices.get("KEEPSAKE_DB_USER"),
                "--spring.datasource.password=" + TestServices.get("KEEPSAKE_DB_PASSWORD"),
                "--keepsake.redis-url=" + TestServices.get("KEEPSAKE_REDIS_URL"),
                "--keepsake.library=" + library);
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.headers().firstValue("Content-Type").orElse("")).contains("json");
        assertThat(response.body()).contains("\"message\"");
    }

    private boolean isListening() {
        try {
            get("/api/server/ping");
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        var request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void createDatabase(String name) throws SQLException {
        inDatabase("keepsake", "create database " + name);
    }

    private static void inDatabase(String name, String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                databaseUrl(name),
                                TestServices.get("KEEPSAKE_DB_USER"),
                                TestServices.get("KEEPSAKE_DB_PASSWORD"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
