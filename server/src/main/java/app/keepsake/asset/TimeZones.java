package app.keepsake.asset;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/** Time zones as Immich writes them: "UTC-8", "UTC+5:30", or a place's, "Europe/Berlin". */
public final class TimeZones {

    private static final Pattern OFFSET =
            Pattern.compile("(?:UTC|GMT)?([+-])(\\d{1,2})(?::?(\\d\\d))?");

    private TimeZones() {}

    public static String nameOf(ZoneId zone) {
        if (!(zone instanceof ZoneOffset offset)) {
            return zone.getId();
        }
        var minutes = Math.abs(offset.getTotalSeconds() / 60);
        return "UTC%s%d%s"
                .formatted(
                        offset.getTotalSeconds() < 0 ? "-" : "+",
                        minutes / 60,
                        minutes % 60 == 0 ? "" : ":%02d".formatted(minutes % 60));
    }

    /** The zone of this name; empty where there is none. */
    public static Optional<ZoneId> parse(String name) {
        var offset = OFFSET.matcher(name.strip());
        try {
            if (!offset.matches()) {
                return Optional.of(ZoneId.of(name.strip()));
            }
            var minutes = offset.group(3) == null ? 0 : Integer.parseInt(offset.group(3));
            var sign = offset.group(1).equals("-") ? -1 : 1;
            return Optional.of(
                    ZoneOffset.ofHoursMinutes(
                            sign * Integer.parseInt(offset.group(2)), sign * minutes));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }
}
