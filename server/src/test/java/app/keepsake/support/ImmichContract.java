package app.keepsake.support;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document of Immich 3.2.2, as a judge of answers. Stricter than the document: a field
 * that it does not name is a violation too.
 */
public final class ImmichContract {

    /** One method of one path, and the schema of its JSON answer for each declared status. */
    record Operation(String method, PathPattern path, Map<Integer, Optional<Schema>> jsonByStatus) {

        @Override
        public String toString() {
            return method + " " + path.getPatternString();
        }
    }

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String BASE = "https://keepsake.test/immich";
    private static final ImmichContract INSTANCE = new ImmichContract();

    private final JsonNode document;
    private final Schema strict;
    private final Map<String, Schema> named = new ConcurrentHashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Schema error;
    private final Map<String, Boolean> covered = new ConcurrentHashMap<>();

    public static ImmichContract get() {
        return INSTANCE;
    }

    private ImmichContract() {
        try (var stream = ImmichContract.class.getResourceAsStream("/immich-openapi.json")) {
            document = MAPPER.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var closed = document.deepCopy();
        toJsonSchema(closed.path("components").path("schemas"));
        toJsonSchema(closed.path("paths"));
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        strict = registry.getSchema(SchemaLocation.of(BASE), closed);
        error =
                registry.getSchema(
                        """
                        {"type": "object", "required": ["message"], "additionalProperties": false,
                         "properties": {
                           "message": {"type": "string", "minLength": 1},
                           "errors": {"type": "array", "minItems": 1, "items": {
                             "type": "object", "required": ["path", "message"],
                             "properties": {"path": {"type": "array"},
                                            "message": {"type": "string"}}}}}}
                        """,
                        InputFormat.JSON);
        for (var path : closed.path("paths").properties()) {
            var pattern = PathPatternParser.defaultInstance.parse("/api" + path.getKey());
            for (var operation : path.getValue().properties()) {
                operations.add(operation(operation.getKey(), pattern, path.getKey(), operation));
            }
        }
        operations.sort(Comparator.comparing(Operation::path));
    }

    private Operation operation(
            String method, PathPattern pattern, String path, Map.Entry<String, JsonNode> node) {
        var byStatus = new TreeMap<Integer, Optional<Schema>>();
        for (var response : node.getValue().path("responses").properties()) {
            var json = response.getValue().path("content").path("application/json");
            byStatus.put(
                    Integer.valueOf(response.getKey()),
                    json.has("schema")
                            ? Optional.of(
                                    at(
                                            "paths",
                                            path,
                                            node.getKey(),
                                            "responses",
                                            response.getKey(),
                                            "content",
                                            "application/json",
                                            "schema"))
                            : Optional.empty());
        }
        return new Operation(method.toUpperCase(java.util.Locale.ROOT), pattern, byStatus);
    }

    /** The named schema as the document has it. */
    public JsonNode schema(String name) {
        return document.path("components").path("schemas").path(name);
    }

    /** What is wrong with a value that should be of the named schema, empty when nothing is. */
    public List<String> violations(String schema, JsonNode value) {
        return violations(schema, value.toString());
    }

    /** The whole document, as it is. */
    public JsonNode document() {
        return document;
    }

    int size() {
        return operations.size();
    }

    /** Counts a served answer. */
    void count(String method, String path, int status) {
        if (status < 400) {
            find(method, path).ifPresent(operation -> covered.put(operation.toString(), true));
        }
    }

    int covered() {
        return covered.size();
    }

    /**
     * What is wrong with an answer, empty when nothing is.
     *
     * @param contentType null when the answer has none
     * @param body the text, when {@code contentType} is JSON
     */
    List<String> violations(
            String method, String path, int status, @Nullable String contentType, String body) {
        if (path.startsWith("/api/keepsake/") || status == 304 || status == 101) {
            return List.of();
        }
        var isJson = contentType != null && contentType.contains("json");
        if (status >= 400) {
            if (method.equals("HEAD")) {
                return List.of();
            }
            return isJson ? check(error, body) : List.of("a failure that is not JSON");
        }
        var operation = find(method, path);
        if (operation.isEmpty()) {
            return List.of("Immich has no such operation");
        }
        var isMedia =
                operation.get().jsonByStatus().values().stream().noneMatch(Optional::isPresent);
        if (isMedia && (status == 206 || status == 302 || status == 307)) {
            return List.of(); // ranges and redirects of media, which the document leaves out
        }
        if (!operation.get().jsonByStatus().containsKey(status)) {
            return List.of("Immich answers " + operation.get().jsonByStatus().keySet() + " here");
        }
        var schema = operation.get().jsonByStatus().get(status);
        if (schema.isEmpty() || method.equals("HEAD")) {
            return status == 204 && !body.isEmpty() ? List.of("204 with a body") : List.of();
        }
        return isJson ? check(schema.get(), body) : List.of("the answer should be JSON");
    }

    /** What is wrong with a piece of JSON that should be of the named schema. */
    public List<String> violations(String schemaName, String json) {
        return check(
                named.computeIfAbsent(schemaName, name -> at("components", "schemas", name)), json);
    }

    /** A part of the one document: the registry would keep a copy of the whole for each. */
    private Schema at(String... steps) {
        var path = strict.getSchemaLocation().getFragment();
        for (var step : steps) {
            path = path.append(step);
        }
        return strict.getSubSchema(path);
    }

    private Optional<Operation> find(String method, String path) {
        var container = PathContainer.parsePath(path);
        var wanted = method.equals("HEAD") ? "GET" : method;
        return operations.stream()
                .filter(o -> o.path().matches(container))
                .filter(
                        o ->
                                o.method().equals(wanted)
                                        // 3.x has hidden PATCH twins of its PUT routes.
                                        || wanted.equals("PATCH") && o.method().equals("PUT"))
                .findFirst();
    }

    private static List<String> check(Schema schema, String body) {
        try {
            return schema.validate(body, InputFormat.JSON).stream().map(Object::toString).toList();
        } catch (RuntimeException e) {
            return List.of("not valid JSON: " + e.getMessage());
        }
    }

    /** From OpenAPI 3.0 to JSON Schema in place: null becomes a type, and objects are closed. */
    private static void toJsonSchema(JsonNode node) {
        node.forEach(ImmichContract::toJsonSchema);
        if (!(node instanceof ObjectNode schema)) {
            return;
        }
        if (schema.path("properties").isObject()
                && schema.path("type").isString()
                && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        if (schema.path("nullable").asBoolean(false)) {
            schema.remove("nullable");
            if (schema.path("type").isString()) {
                var type = schema.remove("type");
                schema.putArray("type").add(type).add("null");
            }
            if (schema.path("enum") instanceof ArrayNode values) {
                values.addNull();
            }
            for (var combination : List.of("allOf", "oneOf", "anyOf")) {
                if (schema.has(combination)) {
                    var inner = MAPPER.createObjectNode();
                    inner.set(combination, schema.remove(combination));
                    schema.putArray("anyOf").add(inner).addObject().put("type", "null");
                }
            }
        }
    }
}
