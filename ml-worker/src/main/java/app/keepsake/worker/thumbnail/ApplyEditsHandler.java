package app.keepsake.worker.thumbnail;

import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.JobHandler;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.library.Library;
import java.nio.file.Files;
import org.springframework.stereotype.Component;

/**
 * Makes the pictures that show an asset's edits, beside those of the original, which stay. Without
 * edits it makes those of the original once more, since what is said of them is to be said again.
 *
 * <p>The files of other edits have other names, so a run that dies, or that comes too late, harms
 * no other (I4). If the edits changed meanwhile they still count as not applied, and the server,
 * which hears of the end of this run, asks for another.
 */
@Component
record ApplyEditsHandler(
        Library library, ImageEngine images, PictureFiles pictures, Assets assets, EditRows rows)
        implements JobHandler<ApplyEdits> {

    @Override
    public void run(ApplyEdits job) throws Exception {
        var found = assets.find(job.subjectId());
        if (found.isEmpty() || !found.get().type().equals("IMAGE")) {
            return;
        }
        var asset = found.get();
        library.requirePresent();
        var original = pictures.originalOf(asset);
        var edits = rows.of(asset.id());
        var prefix = edits.isNone() ? "" : edits.token() + "_";
        var previewPath = asset.derivative(prefix + "preview.jpeg");
        var thumbnailPath = asset.derivative(prefix + "thumbnail." + images.thumbnailExtension());
        var preview = library.resolve(previewPath);
        var thumbnail = library.resolve(thumbnailPath);
        var picture =
                pictures.write(
                        asset,
                        original,
                        preview,
                        thumbnail,
                        (previewDraft, thumbnailDraft) ->
                                images.derive(
                                        original, edits.edit(), previewDraft, thumbnailDraft));
        if (!rows.record(asset.id(), edits, picture, previewPath, thumbnailPath)
                && (!edits.isNone() || assets.find(asset.id()).isEmpty())) {
            Files.deleteIfExists(preview);
            Files.deleteIfExists(thumbnail);
        }
    }
}
