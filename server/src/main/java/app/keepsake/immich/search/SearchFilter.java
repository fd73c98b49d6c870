package app.keepsake.immich.search;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import app.keepsake.search.Column;
import app.keepsake.search.Column.Comparison;
import app.keepsake.search.Column.Part;
import app.keepsake.search.Conditions;
import app.keepsake.search.Conditions.Ids;
import app.keepsake.search.Conditions.Trait;
import app.keepsake.search.Criteria;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * The {@code filter} of a search: for each field an object of operators, all of which must hold,
 * and in {@code or} such filters of which one must. What is not known is refused by name, since
 * leaving it out would find too much.
 */
final class SearchFilter {

    private static final int MOST_BRANCHES = 100;

    private static final Set<String> SAME = Set.of("eq", "ne");
    private static final Set<String> STRING = Set.of("eq", "ne", "in", "notIn");
    private static final Set<String> PATTERN =
            Set.of("eq", "ne", "in", "notIn", "like", "notLike", "startsWith", "endsWith");
    private static final Set<String> DATE = Set.of("eq", "ne", "gt", "gte", "lt", "lte");
    private static final Set<String> NUMBER =
            Set.of("eq", "ne", "gt", "gte", "lt", "lte", "in", "notIn");

    private interface Reader {
        Object read(Fields fields, String name, JsonNode value);
    }

    /**
     * @param operators by their names on the wire
     * @param nullable whether what has no value can be asked for
     * @param type of a value
     */
    private record Compared(
            Column column, Set<String> operators, boolean nullable, Reader reader, Class<?> type) {}

    private static final Map<String, Compared> COMPARED =
            Map.ofEntries(
                    Map.entry("id", ids(Column.ID, false)),
                    Map.entry("libraryId", ids(Column.LIBRARY, true)),
                    Map.entry(
                            "checksum",
                            new Compared(
                                    Column.CHECKSUM,
                                    STRING,
                                    false,
                                    (fields, name, value) ->
                                            Checksum.parse(fields.text(name, value)).bytes(),
                                    byte[].class)),
                    Map.entry(
                            "type",
                            words(
                                    Column.TYPE,
                                    Arrays.stream(AssetType.values()).map(Enum::name).toList())),
                    Map.entry(
                            "visibility",
                            words(
                                    Column.VISIBILITY,
                                    Arrays.stream(Visibility.values())
                                            .map(Visibility::wireName)
                                            .toList())),
                    Map.entry("city", texts(Column.CITY, STRING, true)),
                    Map.entry("state", texts(Column.STATE, STRING, true)),
                    Map.entry("country", texts(Column.COUNTRY, STRING, true)),
                    Map.entry("make", texts(Column.MAKE, STRING, true)),
                    Map.entry("model", texts(Column.MODEL, STRING, true)),
                    Map.entry("lensModel", texts(Column.LENS_MODEL, STRING, true)),
                    Map.entry("encodedVideoPath", texts(Column.ENCODED_VIDEO_PATH, STRING, false)),
                    Map.entry("description", texts(Column.DESCRIPTION, PATTERN, true)),
                    Map.entry("originalFileName", texts(Column.FILE_NAME, PATTERN, true)),
                    Map.entry("originalPath", texts(Column.PATH, PATTERN, true)),
                    Map.entry("fileSizeInBytes", numbers(Column.FILE_SIZE, false)),
                    Map.entry("rating", numbers(Column.RATING, true)),
                    Map.entry("takenAt", dates(Column.TAKEN, false)),
                    Map.entry("createdAt", dates(Column.CREATED, false)),
                    Map.entry("updatedAt", dates(Column.UPDATED, false)),
                    Map.entry("trashedAt", dates(Column.TRASHED, true)));

    private static final Map<String, Trait> TRAITS =
            Map.of(
                    "isFavorite", Trait.FAVORITE,
                    "isOffline", Trait.OFFLINE,
                    "isMotion", Trait.MOTION,
                    "isEncoded", Trait.ENCODED,
                    "hasAlbums", Trait.IN_ALBUM,
                    "hasTags", Trait.TAGGED,
                    "hasPeople", Trait.SHOWS_PEOPLE);

    private static final Map<String, Ids> IDS =
            Map.of("personIds", Ids.PEOPLE, "albumIds", Ids.ALBUMS, "tagIds", Ids.TAGS);

    private SearchFilter() {}

    static void apply(Fields filter, Criteria criteria) {
        for (var name : filter.json().propertyNames()) {
            if (!name.equals("or")) {
                narrow(filter, name, criteria);
            }
        }
        if (!filter.hasValue("or")) {
            return;
        }
        var branches = filter.json().get("or");
        if (!branches.isArray() || branches.size() > MOST_BRANCHES) {
            throw filter.refusal("or", "must be a list of at most " + MOST_BRANCHES);
        }
        for (var branch : branches) {
            var fields = new Fields(filter.path() + "or.", branch);
            var conditions = criteria.or();
            for (var name : branch.propertyNames()) {
                narrow(fields, name, conditions);
            }
        }
    }

    private static void narrow(Fields filter, String name, Conditions conditions) {
        if (!COMPARED.containsKey(name)
                && !TRAITS.containsKey(name)
                && !IDS.containsKey(name)
                && !name.equals("ocr")) {
            throw new Problem.Invalid(filter.path() + name + " is unknown");
        }
        if (!filter.hasValue(name)) {
            return;
        }
        var operators = filter.inner(name);
        if (COMPARED.get(name) instanceof Compared compared) {
            for (var operator : operators.json().propertyNames()) {
                compare(operators, operator, compared, conditions);
            }
        } else if (TRAITS.get(name) instanceof Trait trait) {
            only(operators, "eq");
            if (!(operators.flag("eq") instanceof Boolean value)) {
                throw operators.refusal("eq", "must be true or false");
            }
            conditions.is(trait, value);
        } else if (IDS.get(name) instanceof Ids kind) {
            only(operators, "all", "any", "none");
            conditions.allOf(kind, operators.uuids("all"));
            if (operators.hasValue("any")) {
                conditions.anyOf(kind, operators.uuids("any"));
            }
            if (operators.hasValue("none")) {
                conditions.noneOf(kind, operators.uuids("none"));
            }
        } else {
            only(operators, "matches");
            if (!(operators.text("matches") instanceof String words)) {
                throw operators.refusal("matches", "must be a text");
            }
            conditions.ocr(words);
        }
    }

    private static void only(Fields fields, String... operators) {
        for (var operator : fields.json().propertyNames()) {
            if (!List.of(operators).contains(operator)) {
                throw fields.refusal(operator, "is unknown");
            }
        }
    }

    private static void compare(
            Fields operators, String operator, Compared compared, Conditions conditions) {
        if (!compared.operators.contains(operator)) {
            throw operators.refusal(operator, "is unknown");
        }
        var column = compared.column;
        var value = operators.json().get(operator);
        if (value.isNull()) {
            if (!compared.nullable || !SAME.contains(operator)) {
                throw operators.refusal(operator, "must not be null");
            }
            conditions.compare(column, comparison(operator), null);
            return;
        }
        switch (operator) {
            case "in", "notIn" -> {
                var values =
                        operators.list(
                                operator,
                                (name, item) -> compared.reader.read(operators, name, item));
                conditions.oneOf(
                        column,
                        values.toArray(size -> (Object[]) Array.newInstance(compared.type, size)),
                        operator.equals("notIn"));
            }
            case "like", "notLike" ->
                    conditions.like(
                            column,
                            Part.ANY,
                            operators.text(operator, value),
                            operator.equals("notLike"));
            case "startsWith" ->
                    conditions.like(column, Part.START, operators.text(operator, value), false);
            case "endsWith" ->
                    conditions.like(column, Part.END, operators.text(operator, value), false);
            default ->
                    conditions.compare(
                            column,
                            comparison(operator),
                            compared.reader.read(operators, operator, value));
        }
    }

    private static Comparison comparison(String operator) {
        return switch (operator) {
            case "eq" -> Comparison.EQUAL;
            case "ne" -> Comparison.DIFFERENT;
            case "gt" -> Comparison.MORE;
            case "gte" -> Comparison.AT_LEAST;
            case "lt" -> Comparison.LESS;
            case "lte" -> Comparison.AT_MOST;
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static Compared ids(Column column, boolean nullable) {
        return new Compared(column, SAME, nullable, Fields::uuid, UUID.class);
    }

    private static Compared texts(Column column, Set<String> operators, boolean nullable) {
        return new Compared(column, operators, nullable, Fields::text, String.class);
    }

    private static Compared words(Column column, List<String> words) {
        return new Compared(
                column,
                STRING,
                false,
                (fields, name, value) -> fields.word(name, value, words),
                String.class);
    }

    private static Compared numbers(Column column, boolean nullable) {
        return new Compared(column, NUMBER, nullable, Fields::number, Double.class);
    }

    private static Compared dates(Column column, boolean nullable) {
        return new Compared(column, DATE, nullable, Fields::date, String.class);
    }
}
