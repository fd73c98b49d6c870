package app.keepsake.oauth;

import app.keepsake.storage.Library;
import app.keepsake.support.Form;
import app.keepsake.support.SecondServer;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A person at the provider, and the browser by which they come to a server. */
final class Visitor {

    private static final OpenIdProvider PROVIDER = OpenIdProvider.start();

    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final String subject = UUID.randomUUID().toString();
    private final int port;

    Visitor(int port, Map<String, ?> claims) {
        this.port = port;
        has(claims);
    }

    static String issuer() {
        return PROVIDER.issuer();
    }

    /** What a server must be told on its command line, so that they can log in there. */
    static List<String> settings() {
        return List.of(
                "--KEEPSAKE_OAUTH_ISSUER=" + PROVIDER.issuer(),
                "--KEEPSAKE_OAUTH_CLIENT_ID=keepsake",
                "--KEEPSAKE_OAUTH_CLIENT_SECRET=a secret between the two");
    }

    /** Another server on the same database, where they can log in. */
    static ConfigurableApplicationContext serverOn(Library library, String... settings) {
        var all = new ArrayList<>(settings());
        all.addAll(List.of(settings));
        return SecondServer.start(library, all.toArray(String[]::new));
    }

    String subject() {
        return subject;
    }

    /** From now on the provider says this of them. */
    void has(Map<String, ?> claims) {
        PROVIDER.account(subject, Map.copyOf(claims));
    }

    /** Goes to the provider and comes back. */
    HttpResponse<String> logIn() throws IOException, InterruptedException {
        var begun = post("oauth/authorize", Map.of("redirectUri", "http://localhost/auth/login"));
        var back = PROVIDER.logIn(json(begun).path("url").asString(), subject);
        return post("oauth/callback", Map.of("url", back));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> upload(Form form) throws IOException, InterruptedException {
        return send(
                request("assets")
                        .header("Content-Type", form.contentType())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form.bytes())));
    }

    HttpResponse<String> post(String path, Map<String, ?> body)
            throws IOException, InterruptedException {
        var json = JsonMapper.shared().writeValueAsString(body);
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/" + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
