package app.keepsake.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the API document says of calling one route, and a call as it wants one.
 *
 * @param path as the document has it, without {@code /api}
 */
public record Operation(String path, JsonNode node) {

    /** Finds a route of the server, whatever it calls its variables. */
    public static Optional<Operation> find(String method, String route) {
        var wanted = shape(route);
        for (var path : ImmichContract.get().document().path("paths").properties()) {
            if (shape("/api" + path.getKey()).equals(wanted)) {
                var operations = path.getValue();
                var name = method.toLowerCase(java.util.Locale.ROOT);
                // 3.x has hidden PATCH twins of its PUT routes.
                var found = operations.path(operations.has(name) ? name : twinOf(name));
                if (found.isObject()) {
                    return Optional.of(new Operation(path.getKey(), found));
                }
            }
        }
        return Optional.empty();
    }

    private static String twinOf(String method) {
        return method.equals("patch") ? "put" : method;
    }

    private static String shape(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }

    public boolean isPublic() {
        return node.path("security").isMissingNode();
    }

    public boolean isForAdmins() {
        return node.path("x-immich-admin-only").asBoolean(false);
    }

    /** Null where any key will do. */
    public @Nullable String permission() {
        return node.path("x-immich-permission").asString(null);
    }

    /** The first word of the path: what the route is about. */
    public String subject() {
        return path.split("/")[1];
    }

    public boolean takesJson() {
        return node.at("/requestBody/content").has("application/json");
    }

    public boolean takesForm() {
        return node.at("/requestBody/content").has("multipart/form-data");
    }

    /**
     * The path with something in place of each variable.
     *
     * @param ids by the word in paths: {@code assets}
     */
    public String uri(Function<String, UUID> ids) {
        var filled = path;
        for (var parameter : parameters("path")) {
            var name = parameter.path("name").asString();
            var schema = resolve(parameter.path("schema"));
            var isId = name.equals("id") || name.endsWith("Id");
            var value = isId ? ids.apply(word(name)).toString() : sample(name, schema, ids);
            filled = filled.replace("{" + name + "}", String.valueOf(value));
        }
        return "/api" + filled;
    }

    /** Whether the path's {@code {id}} names something of the kind that it begins with. */
    public boolean isAboutOne() {
        return path.startsWith("/" + subject() + "/{id}");
    }

    /**
     * The parameters that must be there; then, for each other one that is an id, the same with it.
     */
    public List<Map<String, String>> queries(Function<String, UUID> ids) {
        var required = new TreeMap<String, String>();
        for (var parameter : parameters("query")) {
            if (parameter.path("required").asBoolean(false)) {
                add(required, parameter, ids);
            }
        }
        var queries = new ArrayList<Map<String, String>>(List.of(required));
        for (var parameter : parameters("query")) {
            if (!parameter.path("required").asBoolean(false)
                    && resolve(parameter.path("schema"))
                            .path("format")
                            .asString("")
                            .equals("uuid")) {
                var more = new TreeMap<>(required);
                add(more, parameter, ids);
                queries.add(more);
            }
        }
        return queries;
    }

    /** The parameters that are true or false. */
    public List<String> flags() {
        return parameters("query").stream()
                .filter(flag -> flag.at("/schema/type").asString("").equals("boolean"))
                .map(flag -> flag.path("name").asString())
                .toList();
    }

    private void add(Map<String, String> query, JsonNode parameter, Function<String, UUID> ids) {
        var name = parameter.path("name").asString();
        query.put(name, String.valueOf(sample(name, parameter.path("schema"), ids)));
    }

    /** A body with all fields that there are: an optional one may be what lets a call through. */
    public String body(Function<String, UUID> ids) {
        var schema = node.at("/requestBody/content/application~1json/schema");
        return JsonMapper.shared().writeValueAsString(value("", schema, ids, 0));
    }

    private List<JsonNode> parameters(String place) {
        return StreamSupport.stream(node.path("parameters").spliterator(), false)
                .filter(parameter -> parameter.path("in").asString().equals(place))
                .toList();
    }

    private static JsonNode resolve(JsonNode schema) {
        var reference = schema.has("$ref") ? schema : schema.path("allOf").path(0);
        return reference.has("$ref")
                ? resolve(
                        ImmichContract.get()
                                .schema(reference.path("$ref").asString().replaceAll(".*/", "")))
                : schema;
    }

    private @Nullable Object value(
            String name, JsonNode given, Function<String, UUID> ids, int depth) {
        var schema = resolve(given);
        if (schema.has("properties")) {
            ObjectNode object = JsonMapper.shared().createObjectNode();
            for (var property : schema.path("properties").properties()) {
                if (depth < 4) {
                    object.putPOJO(
                            property.getKey(),
                            value(property.getKey(), property.getValue(), ids, depth + 1));
                }
            }
            return object;
        }
        if (schema.path("type").asString("").equals("array")) {
            return List.of(
                    java.util.Objects.requireNonNullElse(
                            value(name, schema.path("items"), ids, depth + 1), ""));
        }
        return sample(name, schema, ids);
    }

    /** A value that the schema takes, as far as the document's schemas go. */
    private Object sample(String name, JsonNode given, Function<String, UUID> ids) {
        var schema = resolve(given);
        if (schema.has("enum")) {
            return schema.path("enum").path(0).asString();
        }
        var format = schema.path("format").asString("");
        return switch (schema.path("type").asString("")) {
            case "boolean" -> true;
            case "integer", "number" -> Math.max(1, schema.path("minimum").asLong(1));
            case "string" ->
                    switch (format) {
                        case "uuid" -> ids.apply(word(name));
                        case "email" -> UUID.randomUUID() + "@example.org";
                        case "date" -> "2024-05-06";
                        case "date-time" -> "2024-05-06T07:08:09.000Z";
                        default -> text(name);
                    };
            default -> Map.of();
        };
    }

    /** What the document asks of a text only in words, if at all. */
    private static String text(String name) {
        return switch (name) {
            case "pinCode", "newPinCode" -> "123456";
            case "timeBucket" -> "2024-05-01";
            case "dateTimeOriginal" -> "2024-05-06T07:08:09.000Z";
            case "timeZone" -> "Europe/Rome";
            case "duplicateId" -> UUID.randomUUID().toString();
            case "checksum" -> "0".repeat(40);
            case "color" -> "#ff8800";
            case "licenseKey" -> "IMCL-abcd-1234-abcd-1234-abcd-1234-abcd-1234";
            default -> "something";
        };
    }

    /** Of which kind an id is, by its name. */
    private String word(String name) {
        var bare = name.toLowerCase(java.util.Locale.ROOT);
        if (bare.contains("asset")
                || subject().equals("faces") && bare.equals("id") && !path.contains("{id}")) {
            return "assets";
        }
        if (bare.contains("album")) {
            return "albums";
        }
        if (bare.contains("person") || bare.contains("people")) {
            return "people";
        }
        if (bare.contains("tag")) {
            return "tags";
        }
        if (bare.contains("user") || bare.contains("shared")) {
            return "users";
        }
        if (bare.contains("session")) {
            return "sessions";
        }
        if (bare.contains("stack")) {
            return "stacks";
        }
        return subject();
    }
}
