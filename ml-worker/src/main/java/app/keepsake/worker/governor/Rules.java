package app.keepsake.worker.governor;

import app.keepsake.jobs.Hours;
import app.keepsake.jobs.WorkerState.Machine;
import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides by what is read, and by what was decided before: what begins at one mark ends at another,
 * or some time later, so that nothing flaps. Has no clock of its own.
 */
final class Rules {

    private static final double MB = 1 << 20;

    /** Degrees below the mark at which a hot processor is cool again. */
    private static final int COOLER = 8;

    /** Degrees above the mark at which even re-runs of thumbnails wait. */
    private static final int CRITICAL = 6;

    /** Percent of the time in which somebody waits for the processor, or for a disk. */
    private static final double PRESSED = 50;

    private static final double RELAXED = 20;

    /** Percent of the time in which nobody gets on for want of memory. */
    private static final double THRASHING = 10;

    private static final Duration BEFORE_LESS = Duration.ofSeconds(10);
    private static final Duration BEFORE_MORE = Duration.ofSeconds(30);

    /** The firmware's flags come and go with the load: it must have been calm for so long. */
    private static final Duration AFTER_THROTTLING = Duration.ofSeconds(60);

    private final GovernorSettings settings;
    private final Optional<Hours> hours;
    private final int cores;

    private boolean hot;
    private boolean critical;
    private boolean scarce;
    private boolean exhausted;
    private @Nullable Instant throttledAt;
    private List<String> throttledBy = List.of();
    private int taken;
    private Instant stepAt = Instant.MIN;

    Rules(GovernorSettings settings, int cores) {
        this.settings = settings;
        this.hours = settings.openHours();
        this.cores = cores;
    }

    private record Found(Pace pace, int slots, boolean filmsHalt, Reason reason) {}

    /**
     * @param running jobs of this worker, which the system's load counts too
     */
    Ruling judge(Machine machine, int uploading, int viewing, long running, Instant now) {
        var found = new ArrayList<Found>();
        int most = settings.mostSlots();
        int half = Math.max(1, most / 2);
        temperature(machine, found);
        throttling(machine, found, now);
        memory(machine, found);
        if (hours.isPresent() && !hours.get().contains(now)) {
            found.add(
                    new Found(
                            Pace.PICTURES,
                            most,
                            true,
                            new Reason(
                                    "hours",
                                    "Models and films wait for their hours, %s (%s)"
                                            .formatted(hours.get(), hours.get().zone()))));
        }
        if (uploading > 0) {
            found.add(
                    new Found(
                            Pace.LESS,
                            half,
                            false,
                            new Reason("upload", people(uploading, "is uploading"))));
        }
        if (viewing > 0) {
            found.add(
                    new Found(
                            Pace.LESS,
                            half,
                            false,
                            new Reason("viewer", people(viewing, "is looking at photos"))));
        }
        pressure(machine, found, running, now);
        found.sort(Comparator.comparing(Found::pace).reversed());
        return new Ruling(
                found.isEmpty() ? Pace.FULL : found.getFirst().pace,
                found.stream().mapToInt(Found::slots).min().orElse(most),
                found.stream().anyMatch(Found::filmsHalt),
                found.stream().map(Found::reason).toList());
    }

    private static String people(int count, String doing) {
        return count == 1
                ? "Somebody " + doing
                : "%d people %s".formatted(count, doing.replaceFirst("^is ", "are "));
    }

    private void temperature(Machine machine, List<Found> found) {
        var degrees = machine.temperature();
        if (degrees == null) {
            hot = false;
            critical = false;
            return;
        }
        int mark = settings.hotFrom();
        hot = hot ? degrees > mark - COOLER : degrees >= mark;
        critical = critical ? degrees > mark : degrees >= mark + CRITICAL;
        if (critical) {
            found.add(
                    new Found(
                            Pace.NEW_PHOTOS,
                            1,
                            true,
                            new Reason(
                                    "hot",
                                    "The processor is at %.0f °C: all but new photos waits until it is at %d"
                                            .formatted(degrees, mark))));
        } else if (hot) {
            found.add(
                    new Found(
                            Pace.PICTURES,
                            1,
                            true,
                            new Reason(
                                    "hot",
                                    "The processor is at %.0f °C: models and films wait until it is at %d"
                                            .formatted(degrees, mark - COOLER))));
        }
    }

    private void throttling(Machine machine, List<Found> found, Instant now) {
        if (!machine.throttled().isEmpty()) {
            throttledAt = now;
            throttledBy = machine.throttled();
        }
        if (throttledAt != null && !now.isBefore(throttledAt.plus(AFTER_THROTTLING))) {
            throttledAt = null;
        }
        if (throttledAt != null) {
            var isPower = throttledBy.contains("underVoltage");
            found.add(
                    new Found(
                            Pace.PICTURES,
                            1,
                            true,
                            isPower
                                    ? new Reason(
                                            "underVoltage",
                                            "The power supply is too weak (under-voltage): models and films wait")
                                    : new Reason(
                                            "throttled",
                                            "The board slows itself down (%s): models and films wait"
                                                    .formatted(String.join(", ", throttledBy)))));
        }
    }

    /** Films that run go on: to halt them would give no memory back. */
    private void memory(Machine machine, List<Found> found) {
        var free = machine.freeMemory();
        var total = machine.totalMemory();
        var pressure = machine.memoryPressure();
        if (free == null || total == null) {
            scarce = false;
            exhausted = false;
            return;
        }
        long reserve = settings.reserveOf(total);
        boolean thrashes = pressure != null && pressure >= THRASHING;
        boolean isCalm = pressure == null || pressure < THRASHING / 4;
        scarce = scarce ? free < reserve * 3 / 2 || !isCalm : free < reserve || thrashes;
        exhausted = exhausted ? free < reserve : free < reserve / 2;
        if (scarce || exhausted) {
            var text =
                    "%.0f MB of memory are free: %s"
                            .formatted(
                                    free / MB,
                                    exhausted
                                            ? "all but new photos waits"
                                            : thrashes
                                                    ? "programs wait for it, so models and films do too"
                                                    : "models and films wait");
            found.add(
                    new Found(
                            exhausted ? Pace.NEW_PHOTOS : Pace.PICTURES,
                            1,
                            false,
                            new Reason("memory", text)));
        }
    }

    /** A step at a time, as long as somebody waits for what jobs use. */
    private void pressure(Machine machine, List<Found> found, long running, Instant now) {
        int most = settings.mostSlots();
        var why = Optional.<Reason>empty();
        boolean isCalm = true;
        var cpu = machine.cpuPressure();
        var io = machine.ioPressure();
        var load = machine.load();
        if (cpu != null || io != null) {
            isCalm = (cpu == null || cpu < RELAXED) && (io == null || io < RELAXED);
            if (cpu != null && cpu >= PRESSED) {
                why = Optional.of(pressed("processor", cpu));
            } else if (io != null && io >= PRESSED) {
                why = Optional.of(pressed("disk", io));
            }
        } else if (load != null) {
            double others = Math.max(0, load - running) / cores;
            isCalm = others < 0.6;
            if (others >= 1) {
                why =
                        Optional.of(
                                new Reason(
                                        "load",
                                        String.format(
                                                Locale.ROOT,
                                                "Other programs have much to do (load %.1f)",
                                                load)));
            }
        }
        if (why.isPresent() && taken < most - 1 && mayStep(BEFORE_LESS, now)) {
            taken++;
            stepAt = now;
        } else if (isCalm && taken > 0 && mayStep(BEFORE_MORE, now)) {
            taken--;
            stepAt = now;
        }
        if (taken > 0) {
            var reason =
                    why.orElse(
                            new Reason(
                                    "pressure",
                                    "The machine was busy a moment ago; jobs come back one by one"));
            found.add(new Found(Pace.LESS, most - taken, false, reason));
        }
    }

    private boolean mayStep(Duration pause, Instant now) {
        return stepAt.equals(Instant.MIN) || !now.isBefore(stepAt.plus(pause));
    }

    private static Reason pressed(String what, double percent) {
        return new Reason(
                "pressure",
                String.format(
                        Locale.ROOT,
                        "Programs wait for the %s %.0f %% of the time",
                        what,
                        percent));
    }
}
