package app.keepsake.metadata;

import app.keepsake.asset.TimeZones;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.place.Places;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a photo was taken: the wall clock there, and its zone if that is known. Without one the wall
 * clock counts as UTC, as in Immich.
 */
record Taken(LocalDateTime local, @Nullable ZoneId zone) {

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

    /** The same wall clock in this zone, unless its own is known. */
    Taken in(@Nullable ZoneId known) {
        return zone != null || known == null ? this : new Taken(local, known);
    }

    /**
     * What a wall clock showed where it was taken.
     *
     * @param said the zone that the file says
     * @param where asked only if it does not
     * @param utc what satellites said at the same time
     */
    Taken at(
            @Nullable ZoneId said, @Nullable Position where, Places places, @Nullable Instant utc) {
        if (zone == null) {
            var known = said != null ? said : zoneOf(where, places);
            return in(known != null || utc == null ? known : zoneBetween(local, utc));
        }
        if (!zone.equals(ZoneOffset.UTC)) {
            return this;
        }
        // Films and satellites count in UTC wherever they are.
        var known = said != null ? said : zoneOf(where, places);
        return known == null ? this : new Taken(LocalDateTime.ofInstant(instant(), known), known);
    }

    private static @Nullable ZoneId zoneOf(@Nullable Position where, Places places) {
        return where == null
                ? null
                : places.zoneAt(where.latitude(), where.longitude()).orElse(null);
    }

    /** The zone whose wall clock showed {@code local} at the satellites' time, if there is one. */
    private static @Nullable ZoneOffset zoneBetween(LocalDateTime local, Instant utc) {
        var minutes = Duration.between(utc, local.toInstant(ZoneOffset.UTC)).toSeconds() / 60.0;
        var rounded = (int) Math.round(minutes / 15) * 15;
        var isZone = Math.floorMod(rounded, 30) == 0 || List.of(345, 525, 765).contains(rounded);
        return isZone && rounded >= -12 * 60 && rounded <= 14 * 60
                ? ZoneOffset.ofTotalSeconds(rounded * 60)
                : null;
    }

    Taken withFraction(@Nullable String digits) {
        if (digits == null || !digits.strip().matches("\\d{1,9}")) {
            return this;
        }
        var nanos = Integer.parseInt((digits.strip() + "00000000").substring(0, 9));
        return new Taken(local.withNano(nanos), zone);
    }

    Instant instant() {
        return local.atZone(zone == null ? ZoneOffset.UTC : zone).toInstant();
    }

    /** As Immich writes zones: "UTC-8", "UTC+0", "Europe/Vienna"; null where none is known. */
    @Nullable String timeZone() {
        return zone == null ? null : TimeZones.nameOf(zone);
    }
}
