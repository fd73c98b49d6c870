package app.keepsake.immich.search;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A condition, as it is sent and as a loop tests it. */
record Filter(String field, String json, Predicate<Thing> holds) {

    /**
     * In the {@code filter} of a search.
     *
     * @param operators as JSON, with ' for "
     */
    static Filter of(String field, String operators, Predicate<Thing> holds) {
        return new Filter(
                field, "\"%s\": {%s}".formatted(field, operators.replace('\'', '"')), holds);
    }

    static String json(Map<String, Filter> filters) {
        return String.join(", ", filters.values().stream().map(Filter::json).toList());
    }

    boolean isOf(String... names) {
        return List.of(names).contains(field);
    }
}
