package app.keepsake.search;

import app.keepsake.asset.Visibility;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What an asset must be to be found. With no condition that is everything of the caller's and their
 * partners' that is not locked and not in the trash. An album that is searched brings everybody's
 * in it, a condition on visibility or trash brings what that is about; locked assets are found only
 * by that very word.
 */
public final class Criteria extends Conditions {

    private final List<Conditions> branches = new ArrayList<>();
    private Set<UUID> partnerIds = Set.of();
    private Set<Visibility> visibilities = EnumSet.complementOf(EnumSet.of(Visibility.LOCKED));
    private boolean withDeleted;

    public Criteria() {
        super(new Named());
    }

    /** Conditions that may hold instead of all others that this gave: one such set must. */
    public Conditions or() {
        var branch = new Conditions(named);
        branches.add(branch);
        return branch;
    }

    /** Which assets are searched while no condition is about their visibility. */
    public void visibility(Visibility... any) {
        visibilities = Set.of(any);
    }

    /** Finds what is in the trash, too. */
    public void withDeleted() {
        withDeleted = true;
    }

    /** Finds what is in the timeline of these, too. */
    void partners(Set<UUID> ids) {
        partnerIds = ids;
    }

    Set<UUID> albumIds() {
        return named.albumIds;
    }

    Set<UUID> tagIds() {
        return named.tagIds;
    }

    /** Whether locked assets may be found. */
    boolean includesLocked() {
        return searched().contains(Visibility.LOCKED);
    }

    private Set<Visibility> searched() {
        if (!named.visibility) {
            return visibilities;
        }
        var all = EnumSet.complementOf(EnumSet.of(Visibility.LOCKED));
        all.addAll(named.visibilities);
        return all;
    }

    @Override
    String sql() {
        var all = new ArrayList<String>();
        all.add(super.sql());
        if (!branches.isEmpty()) {
            all.add(
                    "(("
                            + String.join(") or (", branches.stream().map(Conditions::sql).toList())
                            + "))");
        }
        all.add(owners());
        all.add(withDeleted || named.trash ? "a.status <> 'deleted'" : "a.deleted_at is null");
        all.add("a.visibility = any(:visibilities)");
        if (!includesLocked()) {
            all.add("a.shown_as <> 'locked'"); // nor the moving half of a locked photo
        }
        return String.join(" and ", all);
    }

    private String owners() {
        var owners = new ArrayList<String>();
        owners.add("a.owner_id = :ownerId"); // alone, as asset_taken_idx has it
        if (!partnerIds.isEmpty()) {
            owners.add(
                    """
                    a.owner_id = any(:partnerIds) and a.deleted_at is null
                        and a.visibility = 'timeline'\
                    """);
        }
        if (!named.albumsToSearch.isEmpty()) {
            owners.add(
                    """
                    a.deleted_at is null and a.shown_as <> 'locked' and a.id in (
                        select asset_id from album_asset where album_id = any(:searchedAlbums))\
                    """);
        }
        return owners.size() == 1 ? owners.getFirst() : "(" + String.join(" or ", owners) + ")";
    }

    Map<String, Object> params(UUID ownerId) {
        var all = new HashMap<>(named.params);
        all.put("ownerId", ownerId);
        all.put("partnerIds", partnerIds.toArray(UUID[]::new));
        all.put("searchedAlbums", named.albumsToSearch.toArray(UUID[]::new));
        all.put(
                "visibilities",
                searched().stream().map(Visibility::wireName).toArray(String[]::new));
        return all;
    }
}
