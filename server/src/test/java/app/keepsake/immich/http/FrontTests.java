package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What every answer has in common, over a real connection. */
@ServerTest
@ExtendWith(OutputCaptureExtension.class)
class FrontTests {

    @Autowired Fixtures given;
    @Autowired AssetFixtures givenAssets;
    @LocalServerPort int port;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    /** Sends these very bytes; the whole answer as text. */
    private String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    @Test
    void failsInJsonWhateverTheMistake() throws Exception {
        var login = "/api/auth/login";
        assertFailure(404, send(request("/api/nowhere")));
        assertFailure(404, send(request("/api")));
        for (var method : new String[] {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            var unbuilt = send(request("/api/nowhere").method(method, text("{}")));
            assertFailure(404, unbuilt);
            assertThat(unbuilt.body()).isEqualTo("{\"message\":\"Not Found\"}");
        }
        assertFailure(405, send(request(login)));
        assertFailure(
                415, send(request(login).header("Content-Type", "text/plain").POST(text("{}"))));
        for (var body : new String[] {"", "{", "[]", "{\"email\": {}}", "null"}) {
            assertFailure(
                    400,
                    send(
                            request(login)
                                    .header("Content-Type", "application/json")
                                    .POST(text(body))));
        }
        assertFailure(401, send(request("/api/users/me").header("Accept", "image/webp")));
        assertFailure(
                400,
                send(
                        request(login)
                                .header("Content-Type", "application/json")
                                .POST(
                                        text(
                                                """
                                                {"email": "a\\u0000@example.org", "password": "x"}
                                                """))));
    }

    private static void assertFailure(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/json");
        assertThat(response.body()).contains("\"message\":\"");
        assertThat(response.headers().firstValue("X-Correlation-ID")).isPresent();
        assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("frame-ancestors 'none'");
    }

    /** As a proxy forwards that sends a port along, or hides its clients. */
    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7:51234", "[2001:db8::1]:443", "unknown"})
    void comparesPasswordsWhateverTheClientsAddressLooksLike(String forwarded) throws Exception {
        var answer =
                send(
                        request("/api/auth/login")
                                .header("X-Forwarded-For", forwarded)
                                .header("Content-Type", "application/json")
                                .POST(
                                        text(
                                                """
                                                {"email": "nobody@example.org", "password": "x"}
                                                """)));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void answersTheStylesThatImmichsPagesAskFor() throws Exception {
        var styles = send(request("/custom.css"));
        assertThat(styles.statusCode()).isEqualTo(200);
        assertThat(styles.headers().firstValue("Content-Type").orElse("")).startsWith("text/css");
        assertThat(styles.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/a?apiKey=<secret> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            })
    void keepsTheContainersOwnRefusalsFromBeingHtml(String request) throws IOException {
        var answer = raw(request);
        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContainIgnoringCase("<html");
    }

    @Test
    void writesNoTokenIntoItsLog(CapturedOutput log) throws Exception {
        send(request("/api/users/me?apiKey=tell-nobody"));
        send(request("/api/nowhere?sessionKey=tell-nobody"));
        raw("GET /api/a?apiKey=tell-nobody<> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(log.getAll()).doesNotContain("tell-nobody");
    }

    @Test
    void letsATelevisionsPageShowWhatIsCastAndNothingElse() throws Exception {
        var ana = given.user();
        var photo = "/api/assets/" + givenAssets.asset(ana, Map.of());
        var token = "?sessionKey=" + given.token(ana);
        for (var path : List.of("/thumbnail", "/original", "/video/playback")) {
            assertThat(
                            send(request(photo + path + token))
                                    .headers()
                                    .firstValue("Cross-Origin-Resource-Policy"))
                    .hasValue("cross-origin");
        }
        for (var path : List.of(photo, photo + "/metadata", "/api/users/me", "/", "/api/nowhere")) {
            assertThat(
                            send(request(path + token))
                                    .headers()
                                    .firstValue("Cross-Origin-Resource-Policy"))
                    .hasValue("same-origin");
        }
    }

    @Test
    void savesAClientThatKnowsTheAnswerAlready() throws Exception {
        var path = "/api/server/media-types";
        var first = send(request(path));
        var tag = first.headers().firstValue("ETag").orElseThrow();
        var second = send(request(path).header("If-None-Match", tag));
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(send(request(path).header("If-None-Match", "W/\"other\"")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesBodiesThatDoNotFitIntoMemory() throws Exception {
        var ana = given.bearer(given.user());
        var login = request("/api/auth/login");
        var search = request("/api/search/metadata").header("Authorization", ana);
        var check = request("/api/assets/bulk-upload-check").header("Authorization", ana);
        refuses(login, 65 << 10, "64 KB");
        refuses(search, 1025 << 10, "1 MB");
        refuses(check, 11 << 20, "10 MB");

        assertThat(send(sized(login, 60 << 10)).statusCode()).isEqualTo(400);
        assertThat(send(sized(search, 1000 << 10)).statusCode()).isNotEqualTo(413);
        assertThat(send(sized(check, 9 << 20)).statusCode()).isEqualTo(200);
    }

    private void refuses(HttpRequest.Builder request, int size, String limit) throws Exception {
        var message = "{\"message\":\"The request body is larger than %s\"}".formatted(limit);
        var answer = send(sized(request, size));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo(message);
        var bytes = json(size).getBytes(StandardCharsets.UTF_8);
        var chunked =
                send(
                        sized(request, 0)
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new java.io.ByteArrayInputStream(bytes))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(chunked.body()).isEqualTo(message);
    }

    private static HttpRequest.Builder sized(HttpRequest.Builder request, int size) {
        return request.copy().header("Content-Type", "application/json").POST(text(json(size)));
    }

    private static String json(int size) {
        return "{\"assets\": [], \"password\": \"%s\"}".formatted("x".repeat(size));
    }
}
