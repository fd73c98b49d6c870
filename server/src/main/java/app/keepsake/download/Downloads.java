package app.keepsake.download;

import app.keepsake.asset.Asset;
import app.keepsake.asset.Assets;
import app.keepsake.asset.MediaTypes;
import app.keepsake.auth.Access;
import app.keepsake.auth.AlbumAccess;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.download.DownloadQueries.Part;
import app.keepsake.partner.Partners;
import app.keepsake.problem.Problem;
import app.keepsake.user.UserSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Downloads of more than one asset. The moving half of a live photo comes with its still. */
@Component
public class Downloads {

    /** What leads elsewhere, or writes from right to left what is an ending. */
    private static final Pattern MISLEADING =
            Pattern.compile("[/\\\\\\p{Cc}\\p{Cs}\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    /**
     * A file of an archive, under a name that no other has.
     *
     * @param edited null for an original
     */
    private record Entry(String name, UUID assetId, @Nullable Path edited) {}

    private final Access access;
    private final AlbumAccess albumAccess;
    private final Partners partners;
    private final Assets assets;
    private final UserSettings settings;
    private final DownloadQueries queries;

    Downloads(
            Access access,
            AlbumAccess albumAccess,
            Partners partners,
            Assets assets,
            UserSettings settings,
            DownloadQueries queries) {
        this.access = access;
        this.albumAccess = albumAccess;
        this.partners = partners;
        this.assets = assets;
        this.settings = settings;
        this.queries = queries;
    }

    /**
     * The archives that a selection makes. A film that was taken out of a photo is in it already,
     * and comes by itself only for who prefers so.
     *
     * @param mostBytes after which an archive is full
     */
    public List<Archive> plan(Caller caller, Selection selection, long mostBytes) {
        var parts = find(caller, selection);
        var withEmbedded =
                settings.preferences(caller, caller.userId())
                        .path("download")
                        .path("includeEmbeddedVideos")
                        .asBoolean(false);
        var all = new ArrayList<>(parts);
        all.addAll(
                queries.movingHalves(parts.stream().map(Part::id).toList()).stream()
                        .filter(half -> withEmbedded || !half.isEmbedded())
                        .toList());
        return fill(all, mostBytes);
    }

    private List<Part> find(Caller caller, Selection selection) {
        if (selection.assetIds() != null) {
            access.requireAssets(caller, Permission.ASSET_DOWNLOAD, selection.assetIds());
            return queries.assets(selection.assetIds());
        } else if (selection.albumId() != null) {
            albumAccess.require(caller, Permission.ALBUM_DOWNLOAD, selection.albumId());
            return queries.ofAlbum(selection.albumId());
        }
        return ofUser(caller, selection.userId());
    }

    private List<Part> ofUser(Caller caller, @Nullable UUID userId) {
        if (caller.userId().equals(userId)) {
            return queries.ofUser(caller.userId(), true);
        } else if (userId != null && partners.isSharedWith(caller, userId)) {
            return queries.ofUser(userId, false);
        }
        throw new Problem.NoAccess(Permission.TIMELINE_DOWNLOAD.wireName());
    }

    private static List<Archive> fill(List<Part> parts, long mostBytes) {
        var archives = new ArrayList<Archive>();
        var ids = new ArrayList<UUID>();
        long size = 0;
        for (var part : parts) {
            ids.add(part.id());
            size += part.size();
            if (size > mostBytes) {
                archives.add(new Archive(List.copyOf(ids), size));
                ids.clear();
                size = 0;
            }
        }
        if (!ids.isEmpty()) {
            archives.add(new Archive(List.copyOf(ids), size));
        }
        return archives;
    }

    /**
     * Opens an archive of these assets' originals, once it is sure that all of them are there.
     *
     * @param isEdited those that were edited, as they were
     */
    public Content archive(Caller caller, Collection<UUID> assetIds, boolean isEdited) {
        access.requireAssets(caller, Permission.ASSET_DOWNLOAD, assetIds);
        var names = new HashMap<String, Integer>();
        var entries =
                assets.list(caller, List.copyOf(assetIds)).stream()
                        .map(asset -> entry(asset, isEdited, names))
                        .toList();
        return out -> write(caller, entries, out);
    }

    /** A ZIP file, written while it is read. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Entry entry(Asset asset, boolean isEdited, Map<String, Integer> names) {
        var name = MISLEADING.matcher(asset.originalFileName()).replaceAll("_");
        var file = file(asset, isEdited);
        if (isEdited && asset.isEdited()) {
            name = stem(name) + MediaTypes.extensionOf(file.getFileName().toString());
            return new Entry(unlike(names, name), asset.id(), file);
        }
        return new Entry(unlike(names, name), asset.id(), null);
    }

    private Path file(Asset asset, boolean isEdited) {
        return isEdited && asset.isEdited()
                ? assets.derivative(asset, Assets.Derivative.EDITED_FULLSIZE)
                        .orElseThrow(Assets::noMedia)
                : assets.original(asset);
    }

    /** Hours may have passed: where an original was, there may be another's by now. */
    private InputStream open(Caller caller, Entry entry) throws IOException {
        var asset = assets.getForDownload(caller, entry.assetId);
        if (entry.edited == null) {
            return Files.newInputStream(assets.original(asset));
        }
        try {
            return Files.newInputStream(entry.edited); // which has the asset's id for a name
        } catch (NoSuchFileException e) {
            return Files.newInputStream(file(asset, true)); // it has been edited once more
        }
    }

    /** "a.jpg", then "a+1.jpg", also for "A.jpg", which is the same to many file systems. */
    private static String unlike(Map<String, Integer> names, String name) {
        int before = names.merge(name.toLowerCase(Locale.ROOT), 1, Integer::sum) - 1;
        return before == 0
                ? name
                : unlike(names, stem(name) + "+" + before + name.substring(stem(name).length()));
    }

    private static String stem(String name) {
        var dot = name.lastIndexOf('.');
        return dot < 1 ? name : name.substring(0, dot);
    }

    private void write(Caller caller, List<Entry> entries, OutputStream out) throws IOException {
        var zip = new ZipOutputStream(out);
        // Photos and films do not become smaller.
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (var entry : entries) {
            zip.putNextEntry(new ZipEntry(entry.name));
            try (var file = open(caller, entry)) {
                file.transferTo(zip);
            }
            zip.closeEntry();
        }
        zip.finish();
    }
}
