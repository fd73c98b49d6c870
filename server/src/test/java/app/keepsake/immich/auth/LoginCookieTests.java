package app.keepsake.immich.auth;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The cookies as they come over a connection, with a proxy in between or not. */
@ServerTest
class LoginCookieTests {

    private static final String TRUSTED = "127.0.0.1";
    private static final String UNTRUSTED = "127.0.0.2";

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @LocalServerPort int port;

    private List<String> cookies(String peer, String... headers)
            throws IOException, InterruptedException {
        var ana = given.userWithPassword();
        var login =
                post(
                        peer,
                        "/api/auth/login",
                        "{\"email\": \"%s@example.org\", \"password\": \"correct horse\"}"
                                .formatted(ana.userId()),
                        headers);
        assertThat(login.statusCode()).isEqualTo(201);
        return login.headers().allValues("Set-Cookie");
    }

    private HttpResponse<String> post(String peer, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var http = HttpClient.newBuilder().localAddress(InetAddress.getByName(peer)).build()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void areSecureBehindAProxyThatSpeaksHttps() throws Exception {
        assertThat(cookies(TRUSTED, "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9"))
                .hasSize(3)
                .allMatch(cookie -> cookie.contains("; Secure"));
    }

    /** A Secure cookie over plain http would be dropped: the phone would be logged out for good. */
    @Test
    void areNotSecureOverPlainHttp() throws Exception {
        for (var cookies :
                List.of(
                        cookies(TRUSTED),
                        cookies(TRUSTED, "X-Forwarded-Proto", "http"),
                        cookies(UNTRUSTED))) {
            assertThat(cookies).hasSize(3).noneMatch(cookie -> cookie.contains("Secure"));
        }
    }

    @Test
    void believeNoStranger() throws Exception {
        for (var header : List.of("X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Ssl")) {
            assertThat(cookies(UNTRUSTED, header, header.endsWith("Ssl") ? "on" : "https"))
                    .noneMatch(cookie -> cookie.contains("Secure"));
        }
        assertThat(cookies(UNTRUSTED, "Forwarded", "proto=https"))
                .noneMatch(cookie -> cookie.contains("Secure"));
    }

    @Test
    void areTakenBackByThoseWhoGaveThem() throws Exception {
        for (var proto : List.of("http", "https")) {
            var token =
                    cookies(TRUSTED, "X-Forwarded-Proto", proto).getFirst().replaceAll(";.*", "");
            var logout =
                    post(
                            TRUSTED,
                            "/api/auth/logout",
                            "",
                            "X-Forwarded-Proto",
                            proto,
                            "Cookie",
                            token);
            assertThat(logout.statusCode()).isEqualTo(200);
            assertThat(logout.headers().allValues("Set-Cookie"))
                    .hasSize(3)
                    .allMatch(cookie -> cookie.contains("=; Path=/; Max-Age=0;"))
                    .allMatch(cookie -> cookie.contains("Secure") == proto.equals("https"));
        }
    }
}
