package app.keepsake.jobs;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does now, and why it does no more.
 *
 * @param id told apart from all others, also on its machine
 * @param name of its machine
 * @param pace how much it does
 * @param slots jobs at a time, of {@code mostSlots}
 * @param reasons why it does less than it could; none if it does not
 * @param queues the wire names of those that it serves
 * @param resting the wire names of those of which nothing begins here now
 * @param running jobs of each queue, by wire name
 * @param hours of the day in which it does all its work, as {@code 22:00-07:00}; null = all
 * @param timeZone of those hours
 */
public record WorkerState(
        String id,
        String name,
        Pace pace,
        int slots,
        int mostSlots,
        List<Reason> reasons,
        List<String> queues,
        List<String> resting,
        Map<String, Long> running,
        Machine machine,
        @Nullable String hours,
        String timeZone,
        Instant at)
        implements Comparable<WorkerState> {

    /** How much a worker does, from all to least. */
    public enum Pace {
        FULL,
        /** Everything, but less at a time. */
        LESS,
        /** Models and films wait. */
        PICTURES,
        /** All but thumbnails of new photos waits. */
        NEW_PHOTOS
    }

    /**
     * @param code for programs
     * @param text for people
     */
    public record Reason(String code, String text) {}

    /**
     * What a machine tells of itself; null what it does not.
     *
     * @param temperature of the processor, in degrees Celsius
     * @param cpuPressure the share of the last ten seconds in which somebody waited for it, in
     *     percent
     * @param load the system's, of one minute
     */
    public record Machine(
            @Nullable Double temperature,
            @Nullable Double cpuPressure,
            @Nullable Double memoryPressure,
            @Nullable Double ioPressure,
            @Nullable Double load,
            @Nullable Long freeMemory,
            @Nullable Long totalMemory,
            List<String> throttled) {}

    @Override
    public int compareTo(WorkerState other) {
        return Comparator.comparing(WorkerState::name)
                .thenComparing(WorkerState::id)
                .compare(this, other);
    }
}
