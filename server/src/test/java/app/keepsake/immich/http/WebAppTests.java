package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The web app's files, as the build left them in its jar. */
@ServerTest
class WebAppTests {

    @LocalServerPort int port;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void isBuilt() {
        // -Dweb.skip leaves it out of quick loops.
        assumeThat(getClass().getResource("/web/index.html")).isNotNull();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/photos/5b3c1b2e-7f0e-4b8e-9d53-1f6a2c9d7e10", "/search?q=red+car"})
    void everyAddressOfTheAppIsItsPage(String path) throws Exception {
        var page = get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).contains("id=\"app\"");
        // The page names the files of this build: a kept copy would ask for those of another.
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
    }

    @Test
    void nothingInThePageRunsInline() throws Exception {
        var page = get("/");
        assertThat(page.body()).doesNotContainPattern("<script(?![^>]* src=)");
        assertThat(page.body()).doesNotContainPattern("\\s(style|on\\w+)=");
    }

    @Test
    void onlyTheServerItselfIsTrusted() throws Exception {
        var policy = get("/").headers().firstValue("content-security-policy").orElseThrow();
        assertThat(policy.split("; "))
                .containsExactlyInAnyOrder(
                        "default-src 'self'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "img-src 'self' data: blob:",
                        "media-src 'self' blob:",
                        "worker-src 'self' blob:",
                        "object-src 'none'",
                        "base-uri 'none'",
                        "form-action 'self'",
                        "frame-ancestors 'none'");
    }

    @Test
    void whatHasItsContentInItsNameIsKeptForEver() throws Exception {
        var names = Pattern.compile("/assets/[^\"]+").matcher(get("/").body());
        assertThat(names.find()).isTrue();
        do {
            var file = get(names.group());
            assertThat(file.statusCode()).isEqualTo(200);
            assertThat(file.headers().firstValue("cache-control").orElseThrow())
                    .contains("immutable");
        } while (names.find());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/of-another-build.js", "/api/no-such-thing"})
    void whatIsMissingIsNotAnsweredWithThePage(String path) throws Exception {
        assertThat(get(path).statusCode()).isIn(401, 404);
    }
}
