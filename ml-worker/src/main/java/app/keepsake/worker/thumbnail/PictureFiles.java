package app.keepsake.worker.thumbnail;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Puts the pictures of an asset in their place, each at once. */
@Component
record PictureFiles(Library library) {

    /** Makes both from an original. */
    @FunctionalInterface
    interface Making<T> {
        T make(Path preview, Path thumbnail) throws IOException, Unrecoverable;
    }

    Path originalOf(Assets.Asset asset) throws IOException, Unrecoverable {
        if (asset.isExternal()) {
            throw new Unrecoverable(
                    "The asset lies in an external library, which are not read yet");
        }
        var original = library.resolve(asset.originalPath());
        if (!Files.exists(original)) {
            // Worth another try: an upload of the same photo heals the asset.
            throw new NoSuchFileException(
                    asset.originalPath(), null, "the original is missing from the library");
        }
        return original;
    }

    <T> T write(Assets.Asset asset, Path original, Path preview, Path thumbnail, Making<T> making)
            throws IOException, Unrecoverable, NotNow {
        var folder = Files.createDirectories(library.resolve(asset.folder()));
        try (var drafts = new Drafts(folder, asset.id())) {
            var previewDraft = drafts.add();
            var thumbnailDraft = drafts.add();
            var made = making.make(previewDraft, thumbnailDraft);
            drafts.publish(previewDraft, preview);
            drafts.publish(thumbnailDraft, thumbnail);
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
}
