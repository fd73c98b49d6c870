package app.keepsake.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge itself: each kind of mistake must be seen. */
class ImmichContractTests {

    private static final String JSON = "application/json";

    private static List<String> pong(String body) {
        return judge("GET", "/api/server/ping", 200, JSON, body);
    }

    private static List<String> judge(
            String method, String path, int status, String type, String body) {
        return ImmichContract.get().violations(method, path, status, type, body);
    }

    private static List<String> version(String body) {
        return judge("GET", "/api/server/version", 200, JSON, body);
    }

    private static List<String> check(String result) {
        return judge(
                "POST",
                "/api/assets/bulk-upload-check",
                200,
                JSON,
                "{\"results\": [%s]}".formatted(result));
    }

    @Test
    void knowsEveryOperation() {
        assertThat(ImmichContract.get().size()).isEqualTo(276);
    }

    @Test
    void acceptsWhatTheDocumentSays() {
        assertThat(pong("{\"res\": \"pong\"}")).isEmpty();
        assertThat(version("{\"major\": 3, \"minor\": 2, \"patch\": 2, \"prerelease\": null}"))
                .isEmpty();
        assertThat(check("{\"id\": \"1\", \"action\": \"accept\"}")).isEmpty();
    }

    @Test
    void seesFieldsThatAreMissingUnknownOrOfAnotherType() {
        assertThat(pong("{}")).isNotEmpty();
        assertThat(pong("{\"res\": \"pong\", \"more\": 1}")).isNotEmpty();
        assertThat(pong("{\"res\": 1}")).isNotEmpty();
        assertThat(pong("{\"res\": null}")).isNotEmpty();
        assertThat(pong("")).isNotEmpty();
        assertThat(version("{\"major\": 3, \"minor\": 2, \"patch\": 2}")).isNotEmpty();
        assertThat(check("{\"id\": \"1\", \"action\": \"perhaps\"}")).isNotEmpty();
        assertThat(check("{\"id\": \"1\", \"action\": \"accept\", \"more\": 1}")).isNotEmpty();
    }

    @Test
    void seesPathsMethodsAndStatusesThatImmichDoesNotHave() {
        assertThat(judge("GET", "/api/nowhere", 200, JSON, "{}")).isNotEmpty();
        assertThat(judge("DELETE", "/api/server/ping", 200, JSON, "{}")).isNotEmpty();
        assertThat(judge("GET", "/api/server/ping", 201, JSON, "{\"res\": \"pong\"}")).isNotEmpty();
        assertThat(judge("GET", "/api/server/ping", 200, "text/html", "")).isNotEmpty();
    }

    @Test
    void wantsFailuresInTheFormOfVersionThree() {
        assertThat(judge("GET", "/api/x", 404, JSON, "{\"message\": \"Not Found\"}")).isEmpty();
        assertThat(judge("GET", "/api/x", 404, JSON, "{\"message\": \"a\", \"statusCode\": 404}"))
                .isNotEmpty();
        assertThat(judge("GET", "/api/x", 404, "text/html", "")).isNotEmpty();
    }
}
