package app.keepsake.upload;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.MediaTypes;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What a client says of the file that it uploads, checked.
 *
 * @param fileName without any folders
 * @param type by the name's extension, as Immich decides
 * @param createdAt when the file says it was made, with the wall clock of the client
 * @param durationMs of a video, or null
 * @param metadata a JSON array of {@code {"key": …, "value": {…}}}
 */
record Submission(
        String fileName,
        AssetType type,
        OffsetDateTime createdAt,
        Instant modifiedAt,
        boolean isFavorite,
        @Nullable Integer durationMs,
        Visibility visibility,
        @Nullable UUID livePhotoVideoId,
        String metadata) {

    /** The form fields that are read. Clients send more, which older and newer servers want. */
    static final Set<String> FIELDS =
            Set.of(
                    "fileCreatedAt",
                    "fileModifiedAt",
                    "filename",
                    "isFavorite",
                    "duration",
                    "visibility",
                    "livePhotoVideoId",
                    "metadata");

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern CLOCK =
            Pattern.compile("(\\d{1,4}):(\\d\\d):(\\d\\d)(\\.\\d{1,9})?");
    private static final int MAX_NAME = 255;
    private static final int MAX_KEY = 100;

    /**
     * @param partFileName what the file's part was called, which the field {@code filename}
     *     overrides: iOS uploads from temp files in the background
     * @throws Problem.Invalid for anything that is missing or wrong
     */
    static Submission of(Map<String, String> fields, @Nullable String partFileName) {
        var fileName = fileName(fields.getOrDefault("filename", partFileName));
        var live = fields.get("livePhotoVideoId");
        return new Submission(
                fileName,
                type(fileName),
                date(fields, "fileCreatedAt"),
                date(fields, "fileModifiedAt").toInstant(),
                Boolean.TRUE.equals(new Sent("isFavorite", fields.get("isFavorite")).flag()),
                durationMs(fields.get("duration")),
                visibility(fields.get("visibility")),
                new Sent("livePhotoVideoId", "".equals(live) ? null : live).uuid(),
                metadata(fields.get("metadata")));
    }

    /** Throws {@link Problem.Invalid} when a file of this name is not taken. */
    static AssetType type(String fileName) {
        return MediaTypes.of(fileName)
                .flatMap(
                        media ->
                                switch (media.kind()) {
                                    case IMAGE -> Optional.of(AssetType.IMAGE);
                                    case VIDEO -> Optional.of(AssetType.VIDEO);
                                    case SIDECAR -> Optional.empty();
                                })
                .orElseThrow(() -> new Problem.Invalid("Unsupported file type " + fileName));
    }

    /** In lower case, without the dot. */
    String extension() {
        return MediaTypes.extensionOf(fileName).substring(1);
    }

    static String fileName(@Nullable String sent) {
        if (sent == null) {
            throw new Problem.Invalid("filename is missing");
        }
        var name =
                sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
                        .replaceAll("\\p{Cntrl}", "")
                        .strip();
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new Problem.Invalid("filename is empty or too long");
        }
        return name;
    }

    private static OffsetDateTime date(Map<String, String> fields, String field) {
        var text = fields.get(field);
        if (text == null) {
            throw new Problem.Invalid(field + " is missing");
        }
        try {
            var parsed =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text, OffsetDateTime::from, LocalDateTime::from);
            var date =
                    parsed instanceof LocalDateTime local
                            ? local.atOffset(ZoneOffset.UTC)
                            : (OffsetDateTime) parsed;
            if (date.getYear() >= 1 && date.getYear() <= 9998) {
                return date;
            }
        } catch (DateTimeException e) {
            // answered below
        }
        throw new Problem.Invalid(field + " must be an ISO 8601 date with a time");
    }

    /**
     * 3.x sends milliseconds, 2.x and immich-go {@code 0:00:00.000000}. A duration is only a first
     * guess, so one that cannot be read is left out.
     */
    private static @Nullable Integer durationMs(@Nullable String text) {
        if (text == null) {
            return null;
        }
        long ms;
        var clock = CLOCK.matcher(text);
        if (clock.matches()) {
            var fraction = clock.group(4) == null ? "0" : "0" + clock.group(4);
            ms =
                    Long.parseLong(clock.group(1)) * 3_600_000
                            + Long.parseLong(clock.group(2)) * 60_000
                            + Long.parseLong(clock.group(3)) * 1000
                            + Math.round(Double.parseDouble(fraction) * 1000);
        } else if (text.matches("\\d{1,10}")) {
            ms = Long.parseLong(text);
        } else {
            return null;
        }
        return ms > 0 && ms <= Integer.MAX_VALUE ? (int) ms : null;
    }

    private static Visibility visibility(@Nullable String text) {
        return text == null
                ? Visibility.TIMELINE
                : Visibility.parse(text)
                        .orElseThrow(() -> new Problem.Invalid("visibility is unknown"));
    }

    private static String metadata(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return "[]";
        }
        JsonNode items;
        try {
            items = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new Problem.Invalid("metadata must be JSON");
        }
        if (!(items instanceof ArrayNode array)) {
            throw new Problem.Invalid("metadata must be a JSON array");
        }
        for (var item : array) {
            var key = item.path("key").asString("");
            if (key.isEmpty() || key.length() > MAX_KEY || !item.path("value").isObject()) {
                throw new Problem.Invalid("Each metadata item needs a key and an object as value");
            }
        }
        var written = items.toString();
        if (written.contains("\\u0000")) {
            throw new Problem.Invalid("metadata must not contain NUL"); // PostgreSQL has none
        }
        return written;
    }
}
