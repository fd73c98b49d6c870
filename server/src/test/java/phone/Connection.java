package phone;

import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The app's way to its server: one cookie jar, as the phone's own, and nothing else that says who
 * calls. Each answer is held against the document.
 */
final class Connection implements AutoCloseable {

    // The app waits 5 to 7 seconds; a loaded machine that runs tests may need more.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Contract contract;
    private final String deviceModel;
    private final CookieManager jar = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient http;

    /** Where the API is: ends with {@code /api}. */
    private URI endpoint;

    Connection(Contract contract, URI endpoint, String deviceModel) {
        this.contract = contract;
        this.deviceModel = deviceModel;
        this.endpoint = endpoint;
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .cookieHandler(jar)
                        .build();
    }

    URI endpoint() {
        return endpoint;
    }

    /** Another address of the same server (at home, away): the app takes its cookies along. */
    void moveTo(URI other) {
        var cookies = cookies();
        endpoint = other;
        for (var cookie : cookies) {
            var copy = (HttpCookie) cookie.clone();
            copy.setDomain(other.getHost());
            jar.getCookieStore().add(other, copy);
        }
    }

    /** What would be sent to the server now. */
    List<HttpCookie> cookies() {
        return jar.getCookieStore().get(endpoint);
    }

    String cookieHeader() {
        return cookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    void forgetCookies() {
        jar.getCookieStore().removeAll();
    }

    JsonNode get(String path) {
        return call("GET", path, null);
    }

    /**
     * @param path after {@code /api}
     * @return what is missing when the answer has no JSON
     */
    JsonNode call(String method, String path, @Nullable JsonNode body) {
        var request = request(path);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json; charset=utf-8")
                    .method(method, BodyPublishers.ofString(body.toString()));
        }
        return json(method, path, request);
    }

    /** A body that is not JSON. */
    HttpResponse<byte[]> post(
            String path, String contentType, BodyPublisher body, String... headers) {
        var request = request(path).header("Content-Type", contentType).POST(body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return checked("POST", path, request);
    }

    /** A picture or a film. */
    HttpResponse<byte[]> media(String path, String... headers) {
        var request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        var answer = send(request, BodyHandlers.ofByteArray());
        refuse("GET " + path, answer.statusCode(), answer, answer.body());
        return answer;
    }

    /** Lines, while they come. The caller closes the stream, early where the network breaks. */
    InputStream lines(String path, JsonNode body) throws IOException {
        var answer =
                send(
                        request(path)
                                .setHeader("Accept", "application/jsonlines+json")
                                .header("Accept-Encoding", "gzip")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body.toString())),
                        BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            try (var failure = answer.body()) {
                refuse("POST " + path, answer.statusCode(), answer, failure.readAllBytes());
            }
            throw new AppBroke("the stream is answered with " + answer.statusCode());
        }
        var type = answer.headers().firstValue("Content-Type").orElse("none");
        if (!type.startsWith("application/jsonlines+json")) {
            throw new AppBroke("the stream is of the type " + type);
        }
        var isZipped = answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
        return isZipped ? new GZIPInputStream(answer.body()) : answer.body();
    }

    HttpClient http() {
        return http;
    }

    private JsonNode json(String method, String path, HttpRequest.Builder request) {
        var answer = checked(method, path, request);
        return answer.body().length == 0
                ? MissingNode.getInstance()
                : Contract.JSON.readTree(answer.body());
    }

    private HttpResponse<byte[]> checked(String method, String path, HttpRequest.Builder request) {
        var answer = send(request, BodyHandlers.ofByteArray());
        refuse(method + " " + path, answer.statusCode(), answer, answer.body());
        contract.checkAnswer(
                method,
                path.replaceFirst("\\?.*", ""),
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(null),
                answer.body());
        return answer;
    }

    private static void refuse(String call, int status, HttpResponse<?> answer, byte[] body) {
        if (status < 400) {
            return;
        }
        var type = answer.headers().firstValue("Content-Type").orElse("none");
        if (!type.contains("json")) {
            throw new AppBroke(
                    "%s: the failure %d is of the type %s: %s"
                            .formatted(
                                    call, status, type, new String(body, StandardCharsets.UTF_8)));
        }
        var message = Contract.JSON.readTree(body).path("message");
        if (!message.isString() || message.asString().isEmpty()) {
            throw new AppBroke(call + ": a failure without a message");
        }
        throw new Refused(call, status, message.asString());
    }

    private <T> HttpResponse<T> send(
            HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        var sent = request.build();
        try {
            return http.send(sent, handler);
        } catch (IOException e) {
            throw new AppBroke("no answer to %s %s".formatted(sent.method(), sent.uri()), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(endpoint + path))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .header("User-Agent", "immich-android/3.1.0")
                .header("deviceModel", deviceModel)
                .header("deviceType", "Android");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
