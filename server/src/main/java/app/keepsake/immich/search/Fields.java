package app.keepsake.immich.search;

import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An object of a search's body, read field by field: a null there may differ from a missing field.
 *
 * @param path what the object is called in messages, with a dot behind it; empty for the body
 */
record Fields(String path, JsonNode json) {

    private static final int MOST_VALUES = 1000;

    Fields {
        if (!json.isObject()) {
            throw new Problem.Invalid(
                    path.isEmpty()
                            ? "The request body must be an object"
                            : path.substring(0, path.length() - 1) + " must be an object");
        }
    }

    boolean has(String name) {
        return json.has(name);
    }

    /** Whether the field is there, and is null. */
    boolean isNull(String name) {
        return json.path(name).isNull();
    }

    /** Whether the field is there, and is not null. */
    boolean hasValue(String name) {
        return json.hasNonNull(name);
    }

    Fields inner(String name) {
        return new Fields(path + name + ".", json.path(name));
    }

    /** What is wrong with a field. */
    Problem.Invalid refusal(String name, String reason) {
        return new Problem.Invalid(path + name + " " + reason);
    }

    @Nullable String text(String name) {
        return hasValue(name) ? text(name, json.get(name)) : null;
    }

    String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw refusal(name, "must be a text");
        }
        return Objects.requireNonNull(new Sent(path + name, value.asString()).plain());
    }

    @Nullable UUID uuid(String name) {
        return hasValue(name) ? uuid(name, json.get(name)) : null;
    }

    UUID uuid(String name, JsonNode value) {
        return Objects.requireNonNull(new Sent(path + name, value.asString("")).uuid());
    }

    @Nullable OffsetDateTime date(String name) {
        return hasValue(name) ? date(name, json.get(name)) : null;
    }

    OffsetDateTime date(String name, JsonNode value) {
        try {
            var date = OffsetDateTime.parse(text(name, value));
            if (date.getYear() >= 0 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw refusal(name, "must be a date like 2024-01-01T00:00:00.000Z");
    }

    @Nullable String word(String name, List<String> words) {
        return hasValue(name) ? word(name, json.get(name), words) : null;
    }

    String word(String name, JsonNode value, List<String> words) {
        return Objects.requireNonNull(new Sent(path + name, text(name, value)).oneOf(words));
    }

    @Nullable Boolean flag(String name) {
        if (!hasValue(name)) {
            return null;
        }
        if (!json.get(name).isBoolean()) {
            throw refusal(name, "must be true or false");
        }
        return json.get(name).asBoolean();
    }

    long number(String name, long least, long most, long otherwise) {
        if (!hasValue(name)) {
            return otherwise;
        }
        var value = json.get(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < least
                || value.asLong() > most) {
            throw refusal(name, "must be from %d to %d".formatted(least, most));
        }
        return value.asLong();
    }

    double number(String name, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw refusal(name, "must be a number");
        }
        return value.doubleValue();
    }

    List<UUID> uuids(String name) {
        return list(name, this::uuid);
    }

    /** Empty when the field is not there. */
    <T> List<T> list(String name, BiFunction<String, JsonNode, T> reader) {
        if (!hasValue(name)) {
            return List.of();
        }
        var list = json.get(name);
        if (!list.isArray() || list.size() > MOST_VALUES) {
            throw refusal(name, "must be a list of at most " + MOST_VALUES);
        }
        var values = new ArrayList<T>();
        for (var item : list) {
            values.add(reader.apply(name, item));
        }
        return values;
    }
}
