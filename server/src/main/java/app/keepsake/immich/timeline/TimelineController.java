package app.keepsake.immich.timeline;

import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import app.keepsake.timeline.Timeline;
import app.keepsake.timeline.TimelineFilter;
import app.keepsake.timeline.TimelineFilter.Box;
import app.keepsake.timeline.TimelineFilter.By;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
                sent(query, "userId").uuid(),
                sent(query, "albumId").uuid(),
                sent(query, "personId").uuid(),
                sent(query, "tagId").uuid(),
                word(
                        sent(query, "visibility"),
                        Visibility.class,
                        "archive",
                        "timeline",
                        "hidden",
                        "locked"),
                sent(query, "isFavorite").flag(),
                sent(query, "isTrashed").flag(),
                Boolean.TRUE.equals(sent(query, "withPartners").flag()),
                Boolean.TRUE.equals(sent(query, "withStacked").flag()),
                Boolean.TRUE.equals(sent(query, "withCoordinates").flag()),
                box(query.get("bbox")),
                word(sent(query, "order"), Order.class, "asc", "desc") == Order.ASC,
                word(sent(query, "orderBy"), By.class, "takenAt", "createdAt") == By.CREATED
                        ? By.CREATED
                        : By.TAKEN);
    }

    private static Sent sent(Map<String, String> query, String name) {
        return new Sent(name, query.get(name));
    }

    private enum Order {
        ASC,
        DESC
    }

    /** The constant at the place of the given word; {@code words} are in the order of the enum. */
    private static <E extends Enum<E>> @Nullable E word(Sent sent, Class<E> type, String... words) {
        var text = sent.oneOf(List.of(words));
        return text == null ? null : type.getEnumConstants()[List.of(words).indexOf(text)];
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
