package app.keepsake.asset;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads single assets and the files that belong to them. */
@Component
public class Assets {

    /** A file that Keepsake made from an original. */
    public enum Derivative {
        THUMBNAIL("thumbnail"),
        PREVIEW("preview"),
        FULLSIZE("fullsize");

        private final String storedName;

        Derivative(String storedName) {
            this.storedName = storedName;
        }
    }

    private static final Set<Visibility> SHOWN = Set.of(Visibility.TIMELINE, Visibility.ARCHIVE);

    private final Access access;
    private final AssetQueries queries;
    private final Library library;

    Assets(Access access, AssetQueries queries, Library library) {
        this.access = access;
        this.queries = queries;
        this.library = library;
    }

    public Asset get(Caller caller, UUID id) {
        return read(caller, Permission.ASSET_READ, id);
    }

    /** These assets, in the order of their ids; what the caller may not read is left out. */
    public List<Asset> list(Caller caller, Collection<UUID> ids) {
        var found =
                queries.find(access.allowed(caller, Permission.ASSET_READ, ids)).stream()
                        .collect(Collectors.toMap(Asset::id, Function.identity()));
        return ids.stream().map(found::get).filter(asset -> asset != null).toList();
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
     * @throws Problem.NotFound when it is not there, though the library's disk is
     */
    public Path original(Asset asset) {
        return existing(asset.originalPath()).orElseThrow(Assets::noMedia);
    }

    /** A derivative on disk, or empty when it is not made yet. */
    public Optional<Path> derivative(Asset asset, Derivative derivative) {
        return queries.derivative(asset.id(), derivative.storedName).flatMap(this::existing);
    }

    /**
     * Counts the caller's assets.
     *
     * @param isFavorite null for both
     * @param visibility null for what timeline and archive show
     */
    public AssetStatistics statistics(
            Caller caller,
            @Nullable Boolean isFavorite,
            boolean isTrashed,
            @Nullable Visibility visibility) {
        if (visibility == Visibility.LOCKED) {
            access.requireElevated(caller);
        }
        return queries.statistics(
                caller.userId(),
                isFavorite,
                isTrashed,
                visibility == null ? SHOWN : Set.of(visibility));
    }

    public static Problem.NotFound noMedia() {
        return new Problem.NotFound("Asset media not found");
    }

    private Asset read(Caller caller, Permission permission, UUID id) {
        access.requireAsset(caller, permission, id);
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
