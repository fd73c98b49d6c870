package phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Immich's OpenAPI document, applied as the app's generated Dart classes apply it: what they need
 * must be there and of its type, and what they do not know they leave aside.
 */
final class Contract {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode document;

    Contract() {
        try (var stream = Contract.class.getResourceAsStream("/immich-openapi.json")) {
            document = JSON.readTree(Objects.requireNonNull(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of an object of the document, and what each may be. */
    JsonNode fields(String schema) {
        return schema(schema).path("properties");
    }

    /** Throws unless the value is one of this schema. */
    void check(String schema, JsonNode value) {
        check(schema(schema), value, schema);
    }

    /**
     * Throws unless the document has this operation, with this status and such an answer.
     *
     * @param path after {@code /api}, without its query
     * @param contentType null when the answer has none
     */
    void checkAnswer(
            String method, String path, int status, @Nullable String contentType, byte[] body) {
        var call = method + " " + path;
        var operation = operation(method, path);
        var response = operation.path("responses").path(String.valueOf(status));
        if (response.isMissingNode()) {
            throw new AppBroke("%s: the status %d is not Immich's".formatted(call, status));
        }
        var schema = response.path("content").path("application/json").path("schema");
        if (schema.isMissingNode()) {
            if (status == 204 && body.length > 0) {
                throw new AppBroke(call + ": 204 with a body");
            }
            return;
        }
        if (contentType == null || !contentType.contains("json")) {
            throw new AppBroke("%s: JSON expected, got %s".formatted(call, contentType));
        }
        if (body.length == 0) {
            throw new AppBroke(call + ": an empty answer");
        }
        check(schema, JSON.readTree(body), call);
    }

    private JsonNode operation(String method, String path) {
        var wanted = path.split("/");
        var verb = method.toLowerCase(Locale.ROOT);
        return document.path("paths").properties().stream()
                .filter(entry -> matches(entry.getKey().split("/"), wanted))
                // A fixed path goes before one with a place for an id.
                .sorted(Comparator.comparing(entry -> entry.getKey().contains("{")))
                .map(entry -> twin(entry.getValue(), verb))
                .filter(operation -> !operation.isMissingNode())
                .findFirst()
                .orElseThrow(() -> new AppBroke("Immich has no " + method + " " + path));
    }

    /** Since 3.x each PUT that updates something has a PATCH beside it, which is not declared. */
    private static JsonNode twin(JsonNode path, String verb) {
        return verb.equals("patch") && !path.has("patch") ? path.path("put") : path.path(verb);
    }

    private static boolean matches(String[] template, String[] path) {
        if (template.length != path.length) {
            return false;
        }
        for (int i = 0; i < path.length; i++) {
            if (!template[i].startsWith("{") && !template[i].equals(path[i])) {
                return false;
            }
        }
        return true;
    }

    private JsonNode schema(String name) {
        return document.path("components").path("schemas").required(name);
    }

    private void check(JsonNode schema, JsonNode value, String where) {
        if (schema.has("$ref")) {
            var reference = schema.path("$ref").asString();
            check(schema(reference.substring(reference.lastIndexOf('/') + 1)), value, where);
            return;
        }
        if (value.isNull()) {
            if (!schema.path("nullable").asBoolean(false)) {
                throw new AppBroke(where + " is null");
            }
            return;
        }
        schema.path("allOf").forEach(part -> check(part, value, where));
        if (schema.has("anyOf")) {
            checkAny(schema.path("anyOf"), value, where);
        }
        if (schema.has("enum")) {
            var values = new HashSet<JsonNode>();
            schema.path("enum").forEach(values::add);
            if (!values.contains(value)) {
                throw new AppBroke("%s is %s, which the app does not know".formatted(where, value));
            }
        }
        switch (schema.path("type").asString("")) {
            case "object" -> checkObject(schema, value, where);
            case "array" -> {
                require(value.isArray(), value, "a list", where);
                for (int i = 0; i < value.size(); i++) {
                    check(schema.path("items"), value.path(i), where + "[" + i + "]");
                }
            }
            case "string" -> checkText(schema, value, where);
            case "integer" -> {
                require(value.isIntegralNumber(), value, "a whole number", where);
                checkRange(schema, value, where);
            }
            case "number" -> {
                require(value.isNumber(), value, "a number", where);
                checkRange(schema, value, where);
            }
            case "boolean" -> require(value.isBoolean(), value, "a boolean", where);
            default -> {}
        }
    }

    private void checkObject(JsonNode schema, JsonNode value, String where) {
        require(value.isObject(), value, "an object", where);
        for (var name : schema.path("required")) {
            if (!value.has(name.asString())) {
                throw new AppBroke("%s.%s is missing".formatted(where, name.asString()));
            }
        }
        var fields = schema.path("properties");
        for (var field : value.properties()) {
            var inner = fields.path(field.getKey());
            if (!inner.isMissingNode()) {
                check(inner, field.getValue(), where + "." + field.getKey());
            }
        }
    }

    private void checkAny(JsonNode schemas, JsonNode value, String where) {
        for (var schema : schemas) {
            try {
                check(schema, value, where);
                return;
            } catch (AppBroke notThisOne) {
                // another one may fit
            }
        }
        throw new AppBroke("%s fits nothing: %s".formatted(where, value));
    }

    private static void checkText(JsonNode schema, JsonNode value, String where) {
        require(value.isString(), value, "a text", where);
        var text = value.asString();
        try {
            switch (schema.path("format").asString("")) {
                case "date-time" -> OffsetDateTime.parse(text);
                case "date" -> LocalDate.parse(text);
                default -> {}
            }
        } catch (DateTimeParseException e) {
            throw new AppBroke(where, e);
        }
        if (schema.has("pattern")
                && !Pattern.compile(schema.path("pattern").asString()).matcher(text).find()) {
            throw new AppBroke("%s is %s".formatted(where, value));
        }
    }

    private static void checkRange(JsonNode schema, JsonNode value, String where) {
        if (schema.has("minimum") && value.asDouble() < schema.path("minimum").asDouble()
                || schema.has("maximum") && value.asDouble() > schema.path("maximum").asDouble()) {
            throw new AppBroke("%s is %s".formatted(where, value));
        }
    }

    private static void require(boolean holds, JsonNode value, String wanted, String where) {
        if (!holds) {
            throw new AppBroke("%s is not %s: %s".formatted(where, wanted, value));
        }
    }

    /** A body of a call: names and values in turn. */
    static JsonNode body(Object... namesAndValues) {
        var body = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
        }
        return body;
    }

    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
