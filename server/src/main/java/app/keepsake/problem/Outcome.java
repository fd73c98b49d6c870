package app.keepsake.problem;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one of many ids in a call that does what it can.
 *
 * @param refusal null when it was done
 */
public record Outcome(UUID id, @Nullable Refusal refusal) {

    /** Why it was not done. */
    public enum Refusal {
        DUPLICATE,
        NO_PERMISSION,
        NOT_FOUND
    }

    public boolean isDone() {
        return refusal == null;
    }

    /**
     * Of ids that were to be put into something, in their order. One that was sent twice is a
     * duplicate the second time.
     *
     * @param added those that were put in now
     * @param present those that are in it now, or at least all that were already
     */
    public static List<Outcome> ofAdding(
            List<UUID> ids, Collection<UUID> added, Set<UUID> present) {
        var fresh = new HashSet<>(added);
        var mentioned = new HashSet<UUID>();
        var outcomes = new ArrayList<Outcome>(ids.size());
        for (var id : ids) {
            if (fresh.remove(id)) {
                mentioned.add(id);
                outcomes.add(new Outcome(id, null));
            } else {
                var isIn = mentioned.contains(id) || present.contains(id);
                outcomes.add(new Outcome(id, isIn ? Refusal.DUPLICATE : Refusal.NO_PERMISSION));
            }
        }
        return outcomes;
    }

    /**
     * Of ids that were to be taken out of something, in their order. One that was sent twice is not
     * found the second time.
     *
     * @param removed those that were taken out now
     * @param left those that are in it still
     */
    public static List<Outcome> ofRemoving(
            List<UUID> ids, Collection<UUID> removed, Set<UUID> left) {
        var gone = new HashSet<>(removed);
        var outcomes = new ArrayList<Outcome>(ids.size());
        for (var id : ids) {
            if (gone.remove(id)) {
                outcomes.add(new Outcome(id, null));
            } else {
                outcomes.add(
                        new Outcome(
                                id, left.contains(id) ? Refusal.NO_PERMISSION : Refusal.NOT_FOUND));
            }
        }
        return outcomes;
    }
}
