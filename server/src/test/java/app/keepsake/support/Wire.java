package app.keepsake.support;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.MissingNode;

/** Calls of the API as JSON: {@code wire.put(ana, "/api/…", "{…}", 200)}. */
public final class Wire {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MockMvcTester http;
    private final Fixtures users;
    private final Map<Caller, String> tokens = new HashMap<>();

    public Wire(MockMvcTester http, Fixtures users) {
        this.http = http;
        this.users = users;
    }

    public JsonNode get(Caller caller, String path) {
        return call(caller, HttpMethod.GET, path, null, 200);
    }

    public JsonNode post(Caller caller, String path, String body, int status) {
        return call(caller, HttpMethod.POST, path, body, status);
    }

    public JsonNode put(Caller caller, String path, String body, int status) {
        return call(caller, HttpMethod.PUT, path, body, status);
    }

    public JsonNode delete(Caller caller, String path, int status) {
        return call(caller, HttpMethod.DELETE, path, null, status);
    }

    /** The JSON that was answered, or a missing node when nothing was. */
    public JsonNode call(
            Caller caller, HttpMethod method, String path, @Nullable String body, int status) {
        var answer = send(caller, method, path, body);
        assertThat(answer).as("%s %s", method, path).hasStatus(status);
        return json(answer);
    }

    /** The reason that a refused call was given. */
    public String refusal(Caller caller, HttpMethod method, String path, @Nullable String body) {
        return call(caller, method, path, body, 400).path("message").asString();
    }

    /** Whatever the answer is. */
    public MvcTestResult send(
            Caller caller, HttpMethod method, String path, @Nullable String body) {
        var request =
                http.method(method)
                        .uri(path)
                        .header("Authorization", tokens.computeIfAbsent(caller, users::bearer));
        if (body != null) {
            request = request.contentType(MediaType.APPLICATION_JSON).content(body);
        }
        return request.exchange();
    }

    /** From a client that has no session yet. */
    public static MvcTestResult login(MockMvcTester http, String email, String password) {
        return http.post()
                .uri("/api/auth/login")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password))
                .exchange();
    }

    /** What was answered, or a missing node when nothing was. */
    public static JsonNode json(MvcTestResult answer) {
        var bytes = answer.getResponse().getContentAsByteArray();
        return bytes.length == 0
                ? MissingNode.getInstance()
                : JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    }

    /** {@code {"ids": […]}}. */
    public static String ids(UUID... ids) {
        return "{\"ids\": " + list(List.of(ids)) + "}";
    }

    public static String list(Collection<UUID> ids) {
        return ids.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    /** One field of each element, as text. */
    public static List<String> each(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.path(field).asString())
                .toList();
    }

    public static UUID id(JsonNode object) {
        return UUID.fromString(object.path("id").asString());
    }
}
