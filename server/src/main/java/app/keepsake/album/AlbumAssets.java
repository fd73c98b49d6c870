package app.keepsake.album;

import app.keepsake.auth.Access;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Outcome;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** What is in albums: never a locked asset. */
@Service
public class AlbumAssets {

    /** The command line client sends 65,000 at once, and no transaction may last a second. */
    private static final int MOST_AT_ONCE = 5_000;

    private final Access access;
    private final AlbumAccess albumAccess;
    private final AlbumRows rows;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    AlbumAssets(
            Access access,
            AlbumAccess albumAccess,
            AlbumRows rows,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.access = access;
        this.albumAccess = albumAccess;
        this.rows = rows;
        this.transaction = transaction;
        this.events = events;
    }

    /** Puts in those that the caller may share. */
    public List<Outcome> add(Caller caller, UUID albumId, List<UUID> assetIds) {
        albumAccess.require(caller, Permission.ALBUM_ASSET_CREATE, albumId);
        return inParts(assetIds, part -> addPart(caller, albumId, part));
    }

    /**
     * Puts what the caller may share into those of the albums that the caller may add to.
     *
     * @return why nothing at all was put anywhere, or empty when something was
     */
    public Optional<Outcome.Refusal> addToAll(
            Caller caller, List<UUID> albumIds, List<UUID> assetIds) {
        var albums = albumAccess.allowed(caller, Permission.ALBUM_ASSET_CREATE, albumIds);
        var outcomes =
                albums.stream()
                        .sorted()
                        .flatMap(id -> add(caller, id, assetIds).stream())
                        .map(Outcome::refusal)
                        .collect(Collectors.toSet());
        if (outcomes.contains(null)) {
            return Optional.empty();
        }
        return Optional.of(
                outcomes.contains(Outcome.Refusal.DUPLICATE)
                        ? Outcome.Refusal.DUPLICATE
                        : Outcome.Refusal.NO_PERMISSION);
    }

    private List<Outcome> addPart(Caller caller, UUID albumId, List<UUID> assetIds) {
        var allowed = access.allowed(caller, Permission.ASSET_SHARE, assetIds);
        return transaction.execute(
                _ -> {
                    rows.hold(albumId);
                    var added = rows.insertAssets(albumId, allowed);
                    if (!added.isEmpty()) {
                        var showable =
                                added.stream()
                                        .filter(AlbumRows.Added::isShown)
                                        .map(AlbumRows.Added::assetId)
                                        .collect(Collectors.toSet());
                        var cover = assetIds.stream().filter(showable::contains).findFirst();
                        rows.touch(albumId, cover.orElse(null));
                        events.publishEvent(new AlbumChanged(albumId));
                    }
                    return Outcome.ofAdding(
                            assetIds,
                            added.stream().map(AlbumRows.Added::assetId).toList(),
                            rows.assets().among(albumId, assetIds));
                });
    }

    /** An owner takes out any; an editor what they may share. */
    public List<Outcome> remove(Caller caller, UUID albumId, List<UUID> assetIds) {
        albumAccess.require(caller, Permission.ALBUM_ASSET_DELETE, albumId);
        var isOwner =
                !albumAccess.allowed(caller, Permission.ALBUM_DELETE, List.of(albumId)).isEmpty();
        return inParts(
                assetIds,
                part ->
                        removePart(
                                albumId,
                                part,
                                isOwner
                                        ? part
                                        : access.allowed(caller, Permission.ASSET_SHARE, part)));
    }

    private List<Outcome> removePart(
            UUID albumId, List<UUID> assetIds, Collection<UUID> removable) {
        return transaction.execute(
                _ -> {
                    // Before its assets, as who locks those does: what leaves it may be its cover.
                    rows.lock(albumId);
                    var removed = rows.assets().remove(albumId, removable);
                    if (!removed.isEmpty()) {
                        rows.touch(albumId, null);
                        events.publishEvent(new AlbumChanged(albumId));
                    }
                    return Outcome.ofRemoving(
                            assetIds, removed, rows.assets().among(albumId, assetIds));
                });
    }

    private static List<Outcome> inParts(
            List<UUID> ids, Function<List<UUID>, List<Outcome>> change) {
        return ids.stream()
                .gather(Gatherers.windowFixed(MOST_AT_ONCE))
                .flatMap(part -> change.apply(part).stream())
                .toList();
    }
}
