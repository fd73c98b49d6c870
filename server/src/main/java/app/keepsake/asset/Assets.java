package app.keepsake.asset;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Single assets, what is said of them, and the files that belong to them. */
@Component
public class Assets {

    /** A file that Keepsake made from an original. */
    public enum Derivative {
        THUMBNAIL("thumbnail"),
        PREVIEW("preview"),
        FULLSIZE("fullsize"),
        EDITED_THUMBNAIL("edited_thumbnail"),
        EDITED_PREVIEW("edited_preview"),
        /**
         * Empty while it does not show the edits as they are now: who saves it must not get others.
         */
        EDITED_FULLSIZE("edited_fullsize"),
        ENCODED_VIDEO("encoded_video");

        private final String storedName;

        Derivative(String storedName) {
            this.storedName = storedName;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Assets.class);

    private static final Set<Visibility> SHOWN = Set.of(Visibility.TIMELINE, Visibility.ARCHIVE);

    /** A transaction writes so many assets at most, to be short. */
    private static final int BATCH = 500;

    private final Access access;
    private final AssetQueries queries;
    private final AssetWrites writes;
    private final AssetLocks locks;
    private final MovingHalves movingHalves;
    private final Sidecars sidecars;
    private final Library library;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    Assets(
            Access access,
            AssetQueries queries,
            AssetWrites writes,
            AssetLocks locks,
            MovingHalves movingHalves,
            Sidecars sidecars,
            Library library,
            TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.access = access;
        this.queries = queries;
        this.writes = writes;
        this.locks = locks;
        this.movingHalves = movingHalves;
        this.sidecars = sidecars;
        this.library = library;
        this.transaction = transaction;
        this.events = events;
    }

    public Asset get(Caller caller, UUID id) {
        return read(caller, Permission.ASSET_READ, id);
    }

    /** These assets, in the order of their ids; what the caller may not read is left out. */
    public List<Asset> list(Caller caller, Collection<UUID> ids) {
        var found =
                queries.find(access.allowed(caller, Permission.ASSET_READ, ids)).stream()
                        .collect(Collectors.toMap(Asset::id, Function.identity()));
        return ids.stream()
                .map(found::get)
                .filter(asset -> asset != null)
                .map(asset -> asset.asSeenBy(caller.userId()))
                .toList();
    }

    /** Changes one of the caller's assets, and returns it as it is then. */
    public Asset update(Caller caller, UUID id, AssetChange change) {
        access.requireAsset(caller, Permission.ASSET_UPDATE, id);
        if (change.livePhotoVideoId() != null && change.livePhotoVideoId().value() != null) {
            requireFilm(caller, id, change.livePhotoVideoId().value());
        }
        transaction.executeWithoutResult(_ -> write(caller.userId(), List.of(id), change));
        // Not by get: who moves an asset into the locked folder may not look into it.
        return find(id, Permission.ASSET_UPDATE);
    }

    /** Changes many of the caller's assets alike, but none unless the caller may change all. */
    public void update(Caller caller, Collection<UUID> ids, AssetChange change) {
        access.requireAssets(caller, Permission.ASSET_UPDATE, ids);
        ids.stream()
                .distinct()
                .sorted()
                .gather(Gatherers.windowFixed(BATCH))
                .forEach(
                        batch ->
                                transaction.executeWithoutResult(
                                        _ -> write(caller.userId(), batch, change)));
    }

    private void requireFilm(Caller caller, UUID stillId, UUID id) {
        var film =
                writes.film(id)
                        .orElseThrow(() -> new Problem.Invalid("Live photo video not found"));
        if (film.type() != AssetType.VIDEO || id.equals(stillId)) {
            throw new Problem.Invalid("Live photo video must be a video");
        }
        if (!film.ownerId().equals(caller.userId())) {
            throw new Problem.Invalid("Live photo video does not belong to the user");
        }
        if (film.isLocked()) {
            access.requireElevated(caller);
        }
    }

    private void write(UUID ownerId, List<UUID> ids, AssetChange change) {
        if (change.duplicateId() != null && change.duplicateId().value() == null) {
            events.publishEvent(new NoDuplicates(ownerId, ids)); // before any row is locked
        }
        if (change.visibility() == Visibility.LOCKED) {
            locks.takeOwner(ownerId);
        }
        lock(ids, change);
        if (change.isOfAsset()) {
            writes.change(ids, change);
        }
        if (change.visibility() == Visibility.LOCKED) {
            events.publishEvent(new AssetsLocked(ownerId, ids));
        }
        if (change.isOfExif()) {
            writes.changeExif(ids, change);
            events.publishEvent(new AssetsUpdated(ownerId, ids));
        }
        if (change.date() != null) {
            writes.changeDates(ids, change.date());
        }
        if (change.isOfExif()) {
            sidecars.due(ids);
        }
        if (change.livePhotoVideoId() != null) {
            ids.forEach(id -> link(ownerId, id, change.livePhotoVideoId().value()));
        }
    }

    private void lock(List<UUID> ids, AssetChange change) {
        var film = change.livePhotoVideoId() == null ? null : change.livePhotoVideoId().value();
        if (film != null) {
            locks.takeWithAlbums(Stream.concat(ids.stream(), Stream.of(film)).toList());
        } else if (change.visibility() != null) {
            locks.takeWithAlbums(ids);
        } else {
            locks.take(ids);
        }
    }

    private void link(UUID ownerId, UUID stillId, @Nullable UUID filmId) {
        movingHalves.part(stillId);
        if (filmId != null) {
            movingHalves.join(ownerId, stillId, filmId);
        }
    }

    /** For downloading its original. */
    public Asset getForDownload(Caller caller, UUID id) {
        return read(caller, Permission.ASSET_DOWNLOAD, id);
    }

    /** For looking at its derivatives. */
    public Asset getForView(Caller caller, UUID id) {
        return read(caller, Permission.ASSET_VIEW, id);
    }

    /**
     * An asset's original on disk.
     *
     * @throws Problem.NotFound when it is not there, or not all of it, though the library's disk is
     */
    public Path original(Asset asset) {
        var original = existing(asset.originalPath()).orElseThrow(Assets::noMedia);
        if (asset.libraryId() == null && sizeOf(original) != asset.sizeInBytes()) {
            log.error(
                    "{} has {} bytes, but {} were uploaded: put it back from a backup, or upload {}"
                            + " again",
                    original,
                    sizeOf(original),
                    asset.sizeInBytes(),
                    asset.originalFileName());
            throw noMedia();
        }
        return original;
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A derivative on disk, or empty when it is not made yet. */
    public Optional<Path> derivative(Asset asset, Derivative derivative) {
        return queries.derivative(asset.id(), derivative.storedName).flatMap(this::existing);
    }

    /**
     * Counts the assets of an owner, who calls, or is another and an administrator does.
     *
     * @param isFavorite null for both
     * @param visibility null for what timeline and archive show
     */
    public AssetStatistics statistics(
            Caller caller,
            UUID ownerId,
            @Nullable Boolean isFavorite,
            boolean isTrashed,
            @Nullable Visibility visibility) {
        if (!ownerId.equals(caller.userId()) && !caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
        if (visibility == Visibility.LOCKED) {
            access.requireElevated(caller);
        }
        return queries.statistics(
                ownerId, isFavorite, isTrashed, visibility == null ? SHOWN : Set.of(visibility));
    }

    public static Problem.NotFound noMedia() {
        return new Problem.NotFound("Asset media not found");
    }

    private Asset read(Caller caller, Permission permission, UUID id) {
        access.requireAsset(caller, permission, id);
        return find(id, permission).asSeenBy(caller.userId());
    }

    private Asset find(UUID id, Permission permission) {
        return queries.find(List.of(id)).stream()
                .findFirst()
                .orElseThrow(() -> new Problem.NoAccess(permission.wireName()));
    }

    private Optional<Path> existing(String path) {
        library.requirePresent();
        var file = library.resolve(path);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }
}
