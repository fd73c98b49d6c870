package app.keepsake.sync;

import app.keepsake.problem.Problem;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a phone has come, as one stream sees it.
 *
 * @param areOfNoUse whether the phone must begin anew: it was away for longer than removals are
 *     kept, or the database knows nothing yet of what it has seen
 */
record Marks(Map<SyncEntityType, Ack> byType, boolean areOfNoUse) {

    /** Removals are kept a day longer. */
    private static final Duration LONGEST_ABSENCE = Duration.ofDays(30);

    /**
     * @param now a time-ordered uuid
     */
    static Marks of(List<Checkpoints.Stored> stored, long horizon, UUID now) {
        var byType = new EnumMap<SyncEntityType, Ack>(SyncEntityType.class);
        try {
            for (var mark : stored) {
                var ack = Ack.Sent.parse(mark.ack()).ack();
                byType.put(ack.type(), ack);
            }
        } catch (Problem.Invalid e) {
            return new Marks(byType, true); // of another version
        }
        var isAhead = byType.values().stream().anyMatch(ack -> reach(ack) > horizon);
        // A phone whose streams always broke off has never been up to date.
        var isLate =
                byType.get(SyncEntityType.SYNC_COMPLETE_V1) instanceof Ack.Completed completed
                        ? millis(now) - millis(completed.startedAt()) > LONGEST_ABSENCE.toMillis()
                        : stored.stream().anyMatch(Checkpoints.Stored::isOld);
        return new Marks(byType, isAhead || isLate);
    }

    /** Up to where everything of the type is known; null when nothing is. */
    @Nullable Position position(SyncEntityType type) {
        return byType.get(type) instanceof Ack.UpTo mark ? mark.position() : null;
    }

    Ack.@Nullable Backfilled backfilled(SyncEntityType type) {
        return byType.get(type) instanceof Ack.Backfilled mark ? mark : null;
    }

    private static long reach(Ack ack) {
        return switch (ack) {
            case Ack.UpTo mark -> mark.position().transaction();
            case Ack.Backfilled mark -> mark.access().transaction();
            case Ack.Completed _, Ack.Reset _ -> 0;
        };
    }

    /** The first 48 bits of a time-ordered uuid. */
    private static long millis(UUID timeOrdered) {
        return timeOrdered.getMostSignificantBits() >>> 16;
    }
}
