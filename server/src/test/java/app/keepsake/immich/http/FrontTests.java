package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;

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
        var huge = "{\"name\": \"%s\"}".formatted("x".repeat(11 << 20));
        var login = request("/api/auth/login").header("Content-Type", "application/json");
        assertThat(send(login.copy().POST(text(huge))).statusCode()).isEqualTo(413);
        var chunked =
                HttpRequest.BodyPublishers.ofInputStream(
                        () ->
                                new java.io.ByteArrayInputStream(
                                        huge.getBytes(StandardCharsets.UTF_8)));
        assertThat(send(login.copy().POST(chunked)).statusCode()).isEqualTo(413);
    }
}
