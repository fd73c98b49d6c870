package app.keepsake.worker.governor;

import app.keepsake.jobs.Hours;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What holds the worker back.
 *
 * @param root where {@code proc} and {@code sys} lie
 * @param interval between two looks at them
 * @param hours in which models and films are worked on, as {@code 22:00-07:00}; empty = all day
 * @param timeZone of those hours; the machine's if it is not set
 * @param slots jobs at a time, of all queues but films; as many as cores if it is not set
 * @param hot the processor's temperature from which models and films wait, in degrees Celsius; what
 *     this kind of processor takes well if it is not set
 * @param memoryReserve what is left to others; a sixteenth of all, 128 to 512 MB, if it is not set
 */
@ConfigurationProperties("keepsake.governor")
record GovernorSettings(
        @DefaultValue("/") Path root,
        @DefaultValue("5s") Duration interval,
        @DefaultValue("") String hours,
        @Nullable ZoneId timeZone,
        @Nullable Integer slots,
        @Nullable Integer hot,
        @Nullable DataSize memoryReserve) {

    private static final long MB = 1 << 20;

    GovernorSettings {
        if (slots != null && slots < 1) {
            throw new IllegalArgumentException(
                    "keepsake.governor.slots must be at least 1: " + slots);
        }
        if (hot != null && (hot < 40 || hot > 110)) {
            throw new IllegalArgumentException(
                    "keepsake.governor.hot is in degrees Celsius, 40 to 110: " + hot);
        }
    }

    ZoneId zone() {
        return timeZone == null ? ZoneId.systemDefault() : timeZone;
    }

    Optional<Hours> openHours() {
        return hours.isBlank() ? Optional.empty() : Optional.of(Hours.parse(hours, zone()));
    }

    int mostSlots() {
        return slots == null ? Math.max(2, Runtime.getRuntime().availableProcessors()) : slots;
    }

    /** A Raspberry Pi slows down from 80 degrees on; a PC's processor is made for more. */
    int hotFrom() {
        return hot != null ? hot : System.getProperty("os.arch").equals("aarch64") ? 77 : 92;
    }

    /** The bytes of so large a machine that are not the worker's to take. */
    long reserveOf(long total) {
        return memoryReserve != null
                ? memoryReserve.toBytes()
                : Math.clamp(total / 16, 128 * MB, 512 * MB);
    }
}
