package app.keepsake.immich.timeline;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import app.keepsake.timeline.Timeline;
import app.keepsake.timeline.TimelineFilter;
import app.keepsake.timeline.TimelineFilter.Box;
import app.keepsake.timeline.TimelineFilter.By;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/timeline", produces = MediaType.APPLICATION_JSON_VALUE)
class TimelineController {

    private final Timeline timeline;

    TimelineController(Timeline timeline) {
        this.timeline = timeline;
    }

    @GetMapping("/buckets")
    @Requires(Permission.ASSET_READ)
    byte[] buckets(Caller caller, @RequestParam Map<String, String> query) {
        return timeline.buckets(caller, filter(query));
    }

    @GetMapping("/bucket")
    @Requires(Permission.ASSET_READ)
    byte[] bucket(Caller caller, @RequestParam Map<String, String> query) {
        return timeline.bucket(caller, filter(query), month(query.get("timeBucket")));
    }

    private static TimelineFilter filter(Map<String, String> query) {
        return new TimelineFilter(
                uuid(query, "userId"),
                uuid(query, "albumId"),
                uuid(query, "personId"),
                uuid(query, "tagId"),
                word(
                        query,
                        "visibility",
                        Visibility.class,
                        "archive",
                        "timeline",
                        "hidden",
                        "locked"),
                flag(query, "isFavorite"),
                flag(query, "isTrashed"),
                Boolean.TRUE.equals(flag(query, "withPartners")),
                Boolean.TRUE.equals(flag(query, "withStacked")),
                Boolean.TRUE.equals(flag(query, "withCoordinates")),
                box(query.get("bbox")),
                word(query, "order", Order.class, "asc", "desc") == Order.ASC,
                word(query, "orderBy", By.class, "takenAt", "createdAt") == By.CREATED
                        ? By.CREATED
                        : By.TAKEN);
    }

    private enum Order {
        ASC,
        DESC
    }

    /** Spring would take "on", "yes" and "1" too; Immich does not. */
    private static @Nullable Boolean flag(Map<String, String> query, String name) {
        return switch (query.get(name)) {
            case null -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw new Problem.Invalid(name + " must be true or false");
        };
    }

    private static final Pattern UUID_V4 =
            Pattern.compile(
                    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                    Pattern.CASE_INSENSITIVE);

    private static @Nullable UUID uuid(Map<String, String> query, String name) {
        var text = query.get(name);
        if (text == null) {
            return null;
        }
        if (!UUID_V4.matcher(text).matches()) {
            throw new Problem.Invalid(name + " must be a UUID");
        }
        return UUID.fromString(text);
    }

    /** The constant at the place of the given word; {@code words} are in the order of the enum. */
    private static <E extends Enum<E>> @Nullable E word(
            Map<String, String> query, String name, Class<E> type, String... words) {
        var text = query.get(name);
        if (text == null) {
            return null;
        }
        var place = Arrays.asList(words).indexOf(text);
        if (place < 0) {
            throw new Problem.Invalid(name + " must be one of " + String.join(", ", words));
        }
        return type.getEnumConstants()[place];
    }

    private static @Nullable Box box(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            var degrees =
                    Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
            if (degrees.length == 4) {
                return new Box(degrees[0], degrees[1], degrees[2], degrees[3]);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new Problem.Invalid("bbox must be west,south,east,north in degrees");
    }

    private static LocalDate month(@Nullable String text) {
        try {
            if (text != null && text.length() >= 10) {
                return LocalDate.parse(text.substring(0, 10));
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw new Problem.Invalid("timeBucket must be a date like 2024-01-01");
    }
}
