package app.keepsake.metadata;

import app.keepsake.asset.TimeZones;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a photo was taken: the wall clock there, and how far that clock was from UTC if the file
 * says so. Without an offset the wall clock counts as UTC, as in Immich.
 */
record Taken(LocalDateTime local, @Nullable ZoneOffset offset) {

    // 2024:01:12 21:38:53.853-08:00 as in Exif, 2024-01-12T21:38:53-0800 as in XMP and QuickTime.
    private static final Pattern TEXT =
            Pattern.compile(
                    "(\\d{4})[:-](\\d\\d)[:-](\\d\\d)[ T](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9})\\d*)?)?"
                            + "\\s*(Z|[+-]\\d\\d:?\\d\\d)?\\s*");

    /** The date in {@code text}, or null where there is none ("0000:00:00 00:00:00" among them). */
    static @Nullable Taken parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var found = TEXT.matcher(text);
        if (!found.matches()) {
            return null;
        }
        try {
            var seconds = found.group(6) == null ? "00" : found.group(6);
            var fraction = found.group(7) == null ? "" : "." + found.group(7);
            var local =
                    LocalDateTime.parse(
                            "%s-%s-%sT%s:%s:%s%s"
                                    .formatted(
                                            found.group(1),
                                            found.group(2),
                                            found.group(3),
                                            found.group(4),
                                            found.group(5),
                                            seconds,
                                            fraction),
                            DateTimeFormatter.ISO_LOCAL_DATE_TIME);
            return local.getYear() == 0 ? null : new Taken(local, offset(found.group(8)));
        } catch (DateTimeException notADate) {
            return null;
        }
    }

    /** "+02:00", "-0330" or "Z"; anything else is null. */
    static @Nullable ZoneOffset offset(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return ZoneOffset.of(text.strip().replaceFirst("^([+-]\\d\\d)(\\d\\d)$", "$1:$2"));
        } catch (DateTimeException notAnOffset) {
            return null;
        }
    }

    static Taken utc(Instant instant) {
        return new Taken(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), ZoneOffset.UTC);
    }

    Taken withOffset(@Nullable ZoneOffset known) {
        return offset != null || known == null ? this : new Taken(local, known);
    }

    Taken withFraction(@Nullable String digits) {
        if (digits == null || !digits.strip().matches("\\d{1,9}")) {
            return this;
        }
        var nanos = Integer.parseInt((digits.strip() + "00000000").substring(0, 9));
        return new Taken(local.withNano(nanos), offset);
    }

    Instant instant() {
        return local.toInstant(offset == null ? ZoneOffset.UTC : offset);
    }

    /** As Immich writes zones: "UTC-8", "UTC+5:30", "UTC+0"; null where the file says none. */
    @Nullable String timeZone() {
        return offset == null ? null : TimeZones.nameOf(offset);
    }
}
