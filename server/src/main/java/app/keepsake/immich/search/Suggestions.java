package app.keepsake.immich.search;

import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import app.keepsake.search.Column;
import app.keepsake.search.Column.Comparison;
import app.keepsake.search.Criteria;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.util.MultiValueMap;

/** What is asked of suggestions: values of one column, where others have what was chosen. */
record Suggestions(MultiValueMap<String, String> params, boolean withNone) {

    private static final Map<String, Column> TYPES =
            new TreeMap<>(
                    Map.of(
                            "country", Column.COUNTRY,
                            "state", Column.STATE,
                            "city", Column.CITY,
                            "camera-make", Column.MAKE,
                            "camera-model", Column.MODEL,
                            "camera-lens-model", Column.LENS_MODEL));

    private static final Map<String, Column> CHOSEN =
            Map.of(
                    "country", Column.COUNTRY,
                    "state", Column.STATE,
                    "make", Column.MAKE,
                    "model", Column.MODEL,
                    "lensModel", Column.LENS_MODEL);

    Suggestions(MultiValueMap<String, String> params) {
        this(
                params,
                Boolean.TRUE.equals(
                        new Sent("includeNull", params.getFirst("includeNull")).flag()));
    }

    Column column() {
        var type = new Sent("type", params.getFirst("type")).oneOf(List.copyOf(TYPES.keySet()));
        if (type == null) {
            throw new Problem.Invalid("type must be one of " + String.join(", ", TYPES.keySet()));
        }
        return Objects.requireNonNull(TYPES.get(type));
    }

    Criteria criteria() {
        var criteria = new Criteria();
        CHOSEN.forEach(
                (name, column) -> {
                    if (new Sent(name, params.getFirst(name)).plain() instanceof String value
                            && !value.isEmpty()) {
                        criteria.compare(column, Comparison.EQUAL, value);
                    }
                });
        return criteria;
    }

    /** With an empty text for what has none, where that is asked for. */
    List<String> answer(List<String> values) {
        if (!withNone) {
            return values;
        }
        var all = new ArrayList<>(values);
        all.add("");
        return all;
    }
}
