package app.keepsake.duplicate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What somebody wants to become of a group. */
public record Choice(UUID groupId, Set<UUID> keep, Set<UUID> trash) {

    public Choice {
        keep = Set.copyOf(keep);
        trash = Set.copyOf(trash);
    }

    /** Of lists as a client sends them. */
    public static Choice of(UUID groupId, List<UUID> keep, List<UUID> trash) {
        return new Choice(groupId, new HashSet<>(keep), new HashSet<>(trash));
    }

    boolean isContradictory() {
        return keep.stream().anyMatch(trash::contains);
    }
}
