package app.keepsake.worker.thumbnail;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Sources;
import app.keepsake.worker.library.Drafts;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Puts the pictures of an asset in their place, each at once. */
@Component
record PictureFiles(Library library, Sources sources) {

    /** Makes each of them from an original, under other names. */
    @FunctionalInterface
    interface Making<T> {
        T make(List<Path> drafts) throws IOException, Unrecoverable;
    }

    Path originalOf(Assets.Asset asset) throws IOException, Unrecoverable {
        if (asset.isExternal()) {
            throw new Unrecoverable(
                    "The asset lies in an external library, which are not read yet");
        }
        return library.original(asset.originalPath());
    }

    /**
     * The pictures of an original.
     *
     * @param drafts of a preview, a thumbnail, and what is as large as the original, if that is
     *     wanted
     */
    Derived make(
            ImageEngine images, Path original, Edit edit, ImageConfig wanted, List<Path> drafts)
            throws IOException, Unrecoverable {
        boolean isWhole = drafts.size() > 2;
        return sources.make(
                original,
                wanted,
                isWhole,
                source -> {
                    var derived = images.derive(source, edit, wanted, drafts.get(0), drafts.get(1));
                    if (isWhole) {
                        images.deriveFullsize(source, edit, wanted, drafts.get(2));
                    }
                    return derived;
                });
    }

    <T> T write(Assets.Asset asset, Path original, List<String> places, Making<T> making)
            throws IOException, Unrecoverable, NotNow {
        var folder = Files.createDirectories(library.resolve(asset.folder()));
        try (var drafts = new Drafts(folder, asset.id())) {
            var paths = new ArrayList<Path>();
            for (int i = 0; i < places.size(); i++) {
                paths.add(drafts.add());
            }
            var made = making.make(paths);
            for (int i = 0; i < places.size(); i++) {
                drafts.publish(paths.get(i), library.resolve(places.get(i)));
            }
            return made;
        } catch (Unrecoverable e) {
            // Not for good where it is the disk that failed.
            library.requirePresent();
            Library.requireReadable(original);
            throw e;
        } catch (IOException e) {
            library.requirePresent();
            throw e;
        }
    }

    /** Removes what there is of these kinds in another format than that of the present pictures. */
    void removeOthers(Assets.Asset asset, List<String> kinds, PicturePaths present)
            throws IOException {
        for (var kind : kinds) {
            for (var format : ImageConfig.Format.values()) {
                var path = asset.derivative(PicturePaths.name(kind, format));
                if (!present.all().contains(path)) {
                    Files.deleteIfExists(library.resolve(path));
                }
            }
        }
    }

    /**
     * Removes every picture of an asset that is gone: whoever deleted it could not know of what no
     * row named yet. Nor is its owner known any more.
     */
    void removeAllOf(UUID assetId) throws IOException, NotNow {
        library.requirePresent();
        try (var owners = Files.newDirectoryStream(library.resolve("thumbs"))) {
            for (var owner : owners) {
                var folder = library.resolve(Assets.Asset.folder(owner.getFileName(), assetId));
                if (Files.isDirectory(folder)) {
                    removeAll(folder, "{.,}" + assetId + "_*");
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever made.
        }
    }

    private static void removeAll(Path folder, String names) throws IOException {
        try (var files = Files.newDirectoryStream(folder, names)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
