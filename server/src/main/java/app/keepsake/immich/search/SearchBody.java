package app.keepsake.immich.search;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.Visibility;
import app.keepsake.search.Column;
import app.keepsake.search.Column.Comparison;
import app.keepsake.search.Column.Part;
import app.keepsake.search.Conditions.Ids;
import app.keepsake.search.Conditions.Trait;
import app.keepsake.search.Criteria;
import app.keepsake.search.Cursor;
import app.keepsake.search.Order;
import app.keepsake.search.Page;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The body of a search: {@code MetadataSearchDto}, {@code SmartSearchDto}, {@code RandomSearchDto}
 * or {@code StatisticsSearchDto}, whose fields mean the same.
 */
record SearchBody(Fields fields) {

    private static final List<String> DIRECTIONS = List.of("asc", "desc");

    private static final Set<String> LISTS = Set.of("albumIds", "personIds", "tagIds");
    private static final Set<String> NUMBERS = Set.of("minFileSize", "rating", "size");
    private static final Set<String> TEXTS =
            Set.of("city", "state", "country", "make", "model", "lensModel", "ocr");

    /** Null finds the assets for which the column is empty. */
    private static final Map<String, Column> WHOLE =
            Map.of(
                    "city", Column.CITY,
                    "state", Column.STATE,
                    "country", Column.COUNTRY,
                    "make", Column.MAKE,
                    "model", Column.MODEL,
                    "lensModel", Column.LENS_MODEL);

    private static final Map<String, Column> PATHS =
            Map.of(
                    "encodedVideoPath", Column.ENCODED_VIDEO_PATH,
                    "previewPath", Column.PREVIEW_PATH,
                    "thumbnailPath", Column.THUMBNAIL_PATH);

    private static final Map<String, Column> PARTS =
            Map.of(
                    "originalFileName", Column.FILE_NAME,
                    "originalPath", Column.PATH,
                    "description", Column.DESCRIPTION);

    private static final Map<String, Column> DATES =
            Map.of(
                    "taken", Column.TAKEN,
                    "created", Column.CREATED,
                    "updated", Column.UPDATED,
                    "trashed", Column.TRASHED);

    private static final Map<String, Trait> TRAITS =
            Map.of(
                    "isFavorite", Trait.FAVORITE,
                    "isOffline", Trait.OFFLINE,
                    "isMotion", Trait.MOTION,
                    "isEncoded", Trait.ENCODED);

    SearchBody(JsonNode json) {
        this(new Fields("", json));
    }

    /** The same, sent as parameters of a query. */
    static SearchBody of(MultiValueMap<String, String> params) {
        var json = JsonMapper.shared().createObjectNode();
        for (var name : params.keySet()) {
            var texts = params.get(name);
            if (LISTS.contains(name)) {
                var list = json.putArray(name);
                texts.forEach(list::add);
            } else {
                json.set(name, value(name, texts.getFirst()));
            }
        }
        return new SearchBody(json);
    }

    private static JsonNode value(String name, String text) {
        var json = JsonNodeFactory.instance;
        if (NUMBERS.contains(name) && text.matches("-?\\d{1,16}")) {
            return json.numberNode(Long.parseLong(text));
        }
        return !TEXTS.contains(name) && (text.equals("true") || text.equals("false"))
                ? json.booleanNode(Boolean.parseBoolean(text))
                : json.stringNode(text);
    }

    Criteria criteria() {
        var criteria = new Criteria();
        readFile(criteria);
        readDates(criteria);
        WHOLE.forEach(
                (name, column) -> {
                    if (fields.has(name)) {
                        criteria.compare(column, Comparison.EQUAL, fields.text(name));
                    }
                });
        if (fields.has("rating")) {
            criteria.compare(
                    Column.RATING,
                    Comparison.EQUAL,
                    fields.isNull("rating") ? null : (int) fields.number("rating", 1, 5, 0));
        }
        TRAITS.forEach(
                (name, trait) -> {
                    if (fields.flag(name) instanceof Boolean value) {
                        criteria.is(trait, value);
                    }
                });
        if (visibility() instanceof Visibility visibility) {
            criteria.visibility(visibility);
        }
        if (Boolean.TRUE.equals(fields.flag("withDeleted"))) {
            criteria.withDeleted();
        }
        criteria.allOf(Ids.PEOPLE, fields.uuids("personIds"));
        criteria.allOf(Ids.ALBUMS, fields.uuids("albumIds"));
        criteria.allOf(Ids.TAGS, fields.uuids("tagIds"));
        if (Boolean.TRUE.equals(fields.flag("isNotInAlbum"))) {
            criteria.is(Trait.IN_ALBUM, false);
        }
        if (fields.isNull("tagIds")) {
            criteria.is(Trait.TAGGED, false);
        }
        if (fields.text("ocr") instanceof String words) {
            criteria.ocr(words);
        }
        if (fields.hasValue("filter")) {
            SearchFilter.apply(fields.inner("filter"), criteria);
        }
        return criteria;
    }

    private void readFile(Criteria criteria) {
        if (fields.uuid("id") instanceof UUID id) {
            criteria.compare(Column.ID, Comparison.EQUAL, id);
        }
        if (fields.has("libraryId")) {
            criteria.compare(Column.LIBRARY, Comparison.EQUAL, fields.uuid("libraryId"));
        }
        if (fields.text("checksum") instanceof String checksum) {
            criteria.compare(Column.CHECKSUM, Comparison.EQUAL, Checksum.parse(checksum).bytes());
        }
        var types = Arrays.stream(AssetType.values()).map(Enum::name).toList();
        if (fields.word("type", types) instanceof String type) {
            criteria.compare(Column.TYPE, Comparison.EQUAL, type);
        }
        if (fields.hasValue("minFileSize")) {
            criteria.compare(
                    Column.FILE_SIZE,
                    Comparison.AT_LEAST,
                    fields.number("minFileSize", 0, (1L << 53) - 1, 0));
        }
        PATHS.forEach(
                (name, column) -> {
                    if (fields.text(name) instanceof String path) {
                        criteria.compare(column, Comparison.EQUAL, path);
                    }
                });
        PARTS.forEach(
                (name, column) -> {
                    if (fields.text(name) instanceof String part) {
                        criteria.like(column, Part.ANY, part, false);
                    }
                });
    }

    private void readDates(Criteria criteria) {
        DATES.forEach(
                (name, column) -> {
                    if (fields.hasValue(name + "After")) {
                        criteria.compare(column, Comparison.AT_LEAST, fields.date(name + "After"));
                    }
                    if (fields.hasValue(name + "Before")) {
                        criteria.compare(column, Comparison.AT_MOST, fields.date(name + "Before"));
                    }
                });
    }

    @Nullable Visibility visibility() {
        var names = Arrays.stream(Visibility.values()).map(Visibility::wireName).toList();
        var name = fields.word("visibility", names);
        return name == null ? null : Visibility.parse(name).orElseThrow();
    }

    Page page(int defaultSize) {
        return new Page(fields.number("page", 1, Integer.MAX_VALUE, 1), size(defaultSize));
    }

    /** The page that a cursor begins, if there is one. */
    Page page(int defaultSize, Order order) {
        var page = page(defaultSize);
        return fields.text("cursor") instanceof String cursor
                ? new Page(page.number(), page.size(), Cursor.parse(cursor, order))
                : page;
    }

    /** For a search that counts its pages and gives out no cursor: it would answer the first. */
    void requireNoCursor() {
        if (fields.hasValue("cursor")) {
            throw fields.refusal("cursor", "is of no page of this search: its pages have numbers");
        }
    }

    int size(int otherwise) {
        return (int) fields.number("size", 1, 1000, otherwise);
    }

    Order order() {
        var ordered = orderBy();
        return ordered != null
                ? ordered
                : new Order(
                        Order.Field.FILE_CREATED_AT,
                        "asc".equals(fields.word("order", DIRECTIONS)));
    }

    @Nullable Order orderBy() {
        if (!fields.hasValue("orderBy")) {
            return null;
        }
        var by = fields.inner("orderBy");
        var field =
                by.word(
                        "field",
                        List.of("fileCreatedAt", "localDateTime", "fileSizeInBytes", "rating"));
        return new Order(
                switch (field) {
                    case "localDateTime" -> Order.Field.LOCAL_DATE_TIME;
                    case "fileSizeInBytes" -> Order.Field.FILE_SIZE;
                    case "rating" -> Order.Field.RATING;
                    case null, default -> Order.Field.FILE_CREATED_AT;
                },
                "asc".equals(by.word("direction", DIRECTIONS)));
    }

    boolean wants(String flag) {
        return Boolean.TRUE.equals(fields.flag(flag));
    }

    @Nullable String text(String name) {
        return fields.text(name);
    }

    @Nullable UUID uuid(String name) {
        return fields.uuid(name);
    }
}
