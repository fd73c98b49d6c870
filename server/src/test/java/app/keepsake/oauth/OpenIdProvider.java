package app.keepsake.oauth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A real OpenID Connect provider: {@code src/test/oidc}, run by Node for as long as the tests. */
record OpenIdProvider(String issuer) {

    private static final Path PROGRAM = Path.of("src/test/oidc");

    static OpenIdProvider start() {
        if (!Files.isDirectory(PROGRAM.resolve("node_modules"))) {
            throw new IllegalStateException(
                    "The OpenID provider is not installed: run npm ci in server/" + PROGRAM);
        }
        try {
            // Its standard input ends with this process, and it with that.
            var process =
                    new ProcessBuilder(node(), "provider.mjs")
                            .directory(PROGRAM.toFile())
                            .redirectErrorStream(true)
                            .start();
            var output =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            var said = new StringBuilder();
            String line;
            while ((line = output.readLine()) != null) {
                if (line.startsWith("http://")) {
                    // A virtual one would keep a carrier from all others while it waits for a line.
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> output.lines().forEach(System.out::println));
                    return new OpenIdProvider(line);
                }
                said.append(line).append('\n');
            }
            throw new IllegalStateException("The OpenID provider did not start: " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The PATH's, or the one that scripts/test fetched. */
    private static String node() throws IOException {
        var fetched = Path.of(System.getProperty("user.home"), ".cache/keepsake");
        if (Files.isDirectory(fetched)) {
            try (var folders = Files.newDirectoryStream(fetched, "node-*")) {
                for (var folder : folders) {
                    if (Files.isExecutable(folder.resolve("bin/node"))) {
                        return folder.resolve("bin/node").toString();
                    }
                }
            }
        }
        return "node";
    }

    /** From now on the provider knows a person with these claims. */
    void account(String subject, Map<String, Object> claims) {
        send(
                HttpClient.newHttpClient(),
                request("/test/accounts/" + subject)
                        .PUT(body(JsonMapper.shared().writeValueAsString(claims))));
    }

    /** The next ID token has these claims instead of its own; its signature is right. */
    void forgeNextToken(String claims) {
        send(HttpClient.newHttpClient(), request("/test/forgery").PUT(body(claims)));
    }

    /** The next ID token says what is true, but somebody else has signed it. */
    void haveNextTokenSignedByAStranger() {
        send(HttpClient.newHttpClient(), request("/test/forgery?by=stranger").PUT(body("{}")));
    }

    /** Makes a code too old to be taken. */
    void expire(String code) {
        send(HttpClient.newHttpClient(), request("/test/expire").POST(body(code)));
    }

    /**
     * A token with these claims.
     *
     * @param by "provider", or "stranger", who uses the name of the provider's key
     */
    String sign(Map<String, Object> claims, String type, String by) {
        return send(
                        HttpClient.newHttpClient(),
                        request("/test/sign?typ=%s&by=%s".formatted(type.replace("+", "%2B"), by))
                                .POST(body(JsonMapper.shared().writeValueAsString(claims))))
                .body();
    }

    /**
     * A browser that opens the login page, where this person logs in; returns the address outside
     * of the provider to which it is sent in the end.
     */
    String logIn(String loginPage, String subject) {
        var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        var next = loginPage + "&login_hint=" + subject;
        for (int hops = 0; next.startsWith(issuer); hops++) {
            if (hops == 10) {
                throw new IllegalStateException("The provider sends the browser in circles");
            }
            var answer = send(browser, HttpRequest.newBuilder(URI.create(next)).GET());
            next =
                    answer.headers()
                            .firstValue("Location")
                            .map(answer.uri()::resolve)
                            .map(URI::toString)
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    "The provider shows " + answer.body()));
        }
        return next;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(issuer + path));
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
