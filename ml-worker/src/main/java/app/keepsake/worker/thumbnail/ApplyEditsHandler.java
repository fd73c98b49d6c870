package app.keepsake.worker.thumbnail;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.JobHandler;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.library.Library;
import java.nio.file.Files;
import java.util.List;
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
        Library library,
        ImageEngine images,
        PictureFiles pictures,
        Assets assets,
        EditRows rows,
        SystemConfig config)
        implements JobHandler<ApplyEdits> {

    @Override
    public void run(ApplyEdits job) throws Exception {
        var found = assets.find(job.subjectId());
        if (found.isEmpty()) {
            pictures.removeAllOf(job.subjectId());
            return;
        }
        var asset = found.get();
        if (!asset.type().equals("IMAGE")) {
            return;
        }
        library.requirePresent();
        var original = pictures.originalOf(asset);
        var edits = rows.of(asset.id());
        var wanted = ImageConfig.of(config);
        var paths =
                edits.isNone()
                        ? PicturePaths.of(asset, "", wanted, false, images)
                        : PicturePaths.of(asset, edits.token() + "_", wanted, true, images);
        var picture =
                pictures.write(
                        asset,
                        original,
                        paths.all(),
                        drafts -> pictures.make(images, original, edits.edit(), wanted, drafts));
        if (rows.record(asset.id(), edits, picture, paths)) {
            if (edits.isNone()) {
                pictures.removeOthers(asset, List.of("preview", "thumbnail"), paths);
            }
            return;
        }
        if (assets.find(asset.id()).isEmpty()) {
            pictures.removeAllOf(asset.id());
        } else if (!edits.isNone()) {
            for (var path : paths.all()) {
                Files.deleteIfExists(library.resolve(path));
            }
        }
    }
}
