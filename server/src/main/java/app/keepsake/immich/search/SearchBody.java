package app.keepsake.immich.search;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import app.keepsake.search.Criteria;
import app.keepsake.search.Order;
import app.keepsake.search.Page;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a search, {@code MetadataSearchDto} or {@code SmartSearchDto}, read field by field: a
 * null there differs from a missing field, and a filter that Keepsake does not know yet is refused
 * by name, since leaving it out would find too much.
 */
record SearchBody(JsonNode json) {

    // What they would filter by is not there yet.
    private static final Set<String> NOT_YET =
            Set.of("ocr", "cursor", "filter", "encodedVideoPath", "previewPath", "thumbnailPath");

    SearchBody {
        if (!json.isObject()) {
            throw new Problem.Invalid("The request body must be an object");
        }
        for (var name : NOT_YET) {
            if (json.has(name) && !json.get(name).isNull()) {
                throw new Problem.Invalid(name + " is not supported yet");
            }
        }
    }

    Criteria criteria() {
        var criteria = new Criteria();
        for (var text : Criteria.Text.values()) {
            switch (text) {
                case TYPE -> {
                    if (word("type", Arrays.stream(AssetType.values()).map(Enum::name))
                            instanceof String type) {
                        criteria.is(text, type);
                    }
                }
                default -> {
                    if (json.has(wireName(text))) {
                        criteria.is(text, text(wireName(text)));
                    }
                }
            }
        }
        if (visibility() instanceof Visibility visibility) {
            criteria.visibility(visibility);
        }
        if (text("originalFileName") instanceof String name) {
            criteria.contains(Criteria.Part.FILE_NAME, name);
        }
        if (text("originalPath") instanceof String path) {
            criteria.contains(Criteria.Part.PATH, path);
        }
        if (text("description") instanceof String description) {
            criteria.contains(Criteria.Part.DESCRIPTION, description);
        }
        for (var date : Criteria.Date.values()) {
            var name = date.name().toLowerCase(Locale.ROOT);
            if (date(name + "After") instanceof OffsetDateTime after) {
                criteria.notBefore(date, after);
            }
            if (date(name + "Before") instanceof OffsetDateTime before) {
                criteria.notAfter(date, before);
            }
        }
        if (json.has("rating")) {
            criteria.rating(json.get("rating").isNull() ? null : (int) number("rating", 1, 5, 0));
        }
        if (json.has("libraryId")) {
            criteria.library(uuid("libraryId"));
        }
        if (uuid("id") instanceof UUID id) {
            criteria.id(id);
        }
        if (text("checksum") instanceof String checksum) {
            criteria.checksum(Checksum.parse(checksum).bytes());
        }
        if (flag("isFavorite") instanceof Boolean value) {
            criteria.isFavorite(value);
        }
        if (flag("isOffline") instanceof Boolean value) {
            criteria.isOffline(value);
        }
        if (flag("isMotion") instanceof Boolean value) {
            criteria.isMotion(value);
        }
        if (flag("isEncoded") instanceof Boolean value) {
            criteria.isEncoded(value);
        }
        if (Boolean.TRUE.equals(flag("withDeleted"))) {
            criteria.withDeleted();
        }
        criteria.people(uuids("personIds"));
        criteria.albums(uuids("albumIds"));
        if (Boolean.TRUE.equals(flag("isNotInAlbum"))) {
            criteria.inNoAlbum();
        }
        if (json.has("tagIds") && json.get("tagIds").isNull()) {
            criteria.untagged();
        }
        criteria.tags(uuids("tagIds"));
        return criteria;
    }

    private static String wireName(Criteria.Text text) {
        return text == Criteria.Text.LENS_MODEL
                ? "lensModel"
                : text.name().toLowerCase(Locale.ROOT);
    }

    @Nullable Visibility visibility() {
        var name = word("visibility", Arrays.stream(Visibility.values()).map(Visibility::wireName));
        return name == null ? null : Visibility.parse(name).orElseThrow();
    }

    Page page(int defaultSize) {
        return new Page(
                number("page", 1, Integer.MAX_VALUE, 1),
                (int) number("size", 1, 1000, defaultSize));
    }

    Order order() {
        var ascending = "asc".equals(word("order", Stream.of("asc", "desc")));
        if (!json.hasNonNull("orderBy")) {
            return new Order(Order.Field.FILE_CREATED_AT, ascending);
        }
        var by = new SearchBody(json.get("orderBy"));
        var field =
                by.word(
                        "field",
                        Stream.of("fileCreatedAt", "localDateTime", "fileSizeInBytes", "rating"));
        return new Order(
                switch (field) {
                    case "localDateTime" -> Order.Field.LOCAL_DATE_TIME;
                    case "fileSizeInBytes" -> Order.Field.FILE_SIZE;
                    case "rating" -> Order.Field.RATING;
                    case null, default -> Order.Field.FILE_CREATED_AT;
                },
                "asc".equals(by.word("direction", Stream.of("asc", "desc"))));
    }

    boolean withExif() {
        return Boolean.TRUE.equals(flag("withExif"));
    }

    @Nullable String text(String name) {
        var value = json.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        // Postgres takes no NUL in a text, so nothing has one.
        if (!value.isString() || value.asString().indexOf('\0') >= 0) {
            throw new Problem.Invalid(name + " must be a text");
        }
        return value.asString();
    }

    @Nullable UUID uuid(String name) {
        return new Sent(name, text(name)).uuid();
    }

    private List<UUID> uuids(String name) {
        var list = json.get(name);
        if (list == null || list.isNull()) {
            return List.of();
        }
        if (!list.isArray() || list.size() > 1000) {
            throw new Problem.Invalid(name + " must be a list of at most 1000");
        }
        var ids = new ArrayList<UUID>();
        for (var item : list) {
            ids.add(Objects.requireNonNull(new Sent(name, item.asString("")).uuid()));
        }
        return ids;
    }

    private @Nullable String word(String name, Stream<String> words) {
        return new Sent(name, text(name)).oneOf(words.toList());
    }

    private @Nullable Boolean flag(String name) {
        var value = json.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new Problem.Invalid(name + " must be true or false");
        }
        return value.asBoolean();
    }

    private long number(String name, long least, long most, long otherwise) {
        var value = json.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.asLong() < least
                || value.asLong() > most) {
            throw new Problem.Invalid("%s must be from %d to %d".formatted(name, least, most));
        }
        return value.asLong();
    }

    private @Nullable OffsetDateTime date(String name) {
        var text = text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new Problem.Invalid(name + " must be a date like 2024-01-01T00:00:00.000Z");
        }
    }
}
