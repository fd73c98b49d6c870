package app.keepsake.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that uploads over HTTP.
 *
 * @param authorization the header of that name, as {@link Fixtures#bearer} gives it, or null
 */
public record UploadClient(int port, @Nullable String authorization) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Uploads, and waits for the answer. {@code headers} are names and values in turn. */
    public HttpResponse<String> upload(Form form, String... headers)
            throws IOException, InterruptedException {
        return post("/api/assets", form.contentType(), form.bytes(), headers);
    }

    /** Uploads what a stream gives, without a length. */
    public HttpResponse<String> upload(String contentType, InputStream body)
            throws IOException, InterruptedException {
        var publisher = HttpRequest.BodyPublishers.ofInputStream(() -> body);
        return send(request("/api/assets", contentType, publisher));
    }

    /** Uploads, and does not wait. */
    public CompletableFuture<HttpResponse<String>> begin(Form form) {
        var publisher = HttpRequest.BodyPublishers.ofByteArray(form.bytes());
        return HTTP.sendAsync(
                request("/api/assets", form.contentType(), publisher).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> post(
            String path, String contentType, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request = request(path, contentType, HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    /** A part of a file, as clients ask for it. */
    public HttpResponse<String> range(String path, long first, long last)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return send(request.header("Range", "bytes=%d-%d".formatted(first, last)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(
            String path, String contentType, HttpRequest.BodyPublisher body) {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", contentType)
                        .POST(body);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    /** What a refused client is told. */
    public static String message(HttpResponse<String> answer) {
        return json(answer).path("message").asString();
    }
}
