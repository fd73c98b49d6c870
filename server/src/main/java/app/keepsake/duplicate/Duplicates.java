package app.keepsake.duplicate;

import app.keepsake.album.AlbumAssets;
import app.keepsake.asset.AssetChange;
import app.keepsake.asset.Assets;
import app.keepsake.asset.NoDuplicates;
import app.keepsake.auth.Caller;
import app.keepsake.duplicate.DuplicateRows.Said;
import app.keepsake.duplicate.Resolution.Failure;
import app.keepsake.problem.Change;
import app.keepsake.tag.TaggedAssets;
import app.keepsake.trash.Trash;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/**
 * The caller's groups of assets that look the same, as the worker finds them: of those that are on
 * the timeline, in no stack and not in the trash.
 */
@Service
public class Duplicates {

    private final DuplicateRows rows;
    private final Assets assets;
    private final TaggedAssets tagged;
    private final AlbumAssets albums;
    private final Trash trash;

    Duplicates(
            DuplicateRows rows,
            Assets assets,
            TaggedAssets tagged,
            AlbumAssets albums,
            Trash trash) {
        this.rows = rows;
        this.assets = assets;
        this.tagged = tagged;
        this.albums = albums;
        this.trash = trash;
    }

    /** Those with the newest assets first; of very many the first ones. */
    public List<Group> list(Caller caller) {
        return rows.list(caller.userId());
    }

    /**
     * These are no duplicates, however often they are compared; what is none of the caller's groups
     * is passed over.
     */
    public void dismiss(Caller caller, Collection<UUID> groupIds) {
        rows.dismiss(caller.userId(), groupIds);
    }

    /**
     * Trashes what is not to be kept of a group. What is said of it alone is said of what is kept
     * first, so that all of this can be done again when it ends half-way.
     */
    public Resolution resolve(Caller caller, Choice choice) {
        var members = rows.members(caller.userId(), choice.groupId());
        if (members.isEmpty()) {
            return new Resolution(choice.groupId(), Failure.UNKNOWN_GROUP);
        }
        var named = new HashSet<>(choice.keep());
        named.addAll(choice.trash());
        if (choice.isContradictory() || !members.containsAll(named)) {
            return new Resolution(choice.groupId(), Failure.UNFITTING);
        }
        if (!choice.keep().isEmpty() && !choice.trash().isEmpty()) {
            hand(caller, choice.trash(), choice.keep());
        }
        trash.add(caller, choice.trash());
        // Who came into the group meanwhile is still to be compared with what is kept.
        if (named.containsAll(members)) {
            rows.dissolve(caller.userId(), choice.groupId(), choice.keep(), named);
        } else {
            rows.takeOut(caller.userId(), choice.groupId(), choice.trash());
        }
        return new Resolution(choice.groupId(), null);
    }

    @EventListener
    void on(NoDuplicates said) {
        rows.part(said.ownerId(), said.assetIds());
    }

    /** Gives what people said of some to others. */
    private void hand(Caller caller, Set<UUID> from, Set<UUID> to) {
        var lost = rows.said(from);
        for (var kept : rows.said(to)) {
            if (change(kept, lost) instanceof AssetChange change) {
                assets.update(caller, kept.id(), change);
            }
        }
        var tagIds = rows.tags(caller.userId(), from);
        if (!tagIds.isEmpty()) {
            tagged.addAll(caller, tagIds, List.copyOf(to));
        }
        albums.addToAll(caller, rows.albums(from), List.copyOf(to));
    }

    private static @Nullable AssetChange change(Said kept, List<Said> lost) {
        var isFavorite = !kept.isFavorite() && lost.stream().anyMatch(Said::isFavorite);
        var rating =
                kept.rating() != null
                        ? null
                        : lost.stream()
                                .map(Said::rating)
                                .filter(stars -> stars != null)
                                .max(Integer::compare)
                                .orElse(null);
        var place =
                kept.hasPosition()
                        ? null
                        : lost.stream().filter(Said::hasPosition).findFirst().orElse(null);
        var description = description(kept, lost);
        if (!isFavorite && rating == null && place == null && description == null) {
            return null;
        }
        return new AssetChange(
                isFavorite ? true : null,
                null,
                null,
                null,
                null,
                description,
                place == null ? null : place.latitude(),
                place == null ? null : place.longitude(),
                rating == null ? null : new Change<>(rating));
    }

    /** All that is said, each once; null when that is said already. */
    private static @Nullable String description(Said kept, List<Said> lost) {
        var lines = new LinkedHashSet<String>();
        for (var said : lost) {
            if (!said.description().isBlank() && !kept.description().contains(said.description())) {
                lines.add(said.description());
            }
        }
        if (lines.isEmpty()) {
            return null;
        }
        var added = String.join("\n", lines);
        return kept.description().isBlank() ? added : kept.description() + "\n" + added;
    }
}
