package app.keepsake.worker.thumbnail;

import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Library library, ImageEngine images, PictureFiles pictures, Assets assets, EditRows rows)
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
        var files = filesOf(asset, edits);
        var places = files.all().stream().map(library::resolve).toList();
        var picture =
                pictures.write(
                        asset, original, places, drafts -> make(original, edits.edit(), drafts));
        if (rows.record(asset.id(), edits, picture, files)) {
            return;
        }
        if (assets.find(asset.id()).isEmpty()) {
            pictures.removeAllOf(asset.id());
        } else if (!edits.isNone()) {
            for (var place : places) {
                Files.deleteIfExists(place);
            }
        }
    }

    private EditRows.Pictures filesOf(Assets.Asset asset, EditRows.Edits edits) {
        var extension = images.thumbnailExtension();
        if (edits.isNone()) {
            return new EditRows.Pictures(
                    asset.derivative("preview.jpeg"),
                    asset.derivative("thumbnail." + extension),
                    null);
        }
        var token = edits.token();
        return new EditRows.Pictures(
                asset.derivative(token + "_preview.jpeg"),
                asset.derivative(token + "_thumbnail." + extension),
                asset.derivative(token + "_fullsize.jpeg"));
    }

    /** The third, where it is asked for, is what is downloaded instead of the original. */
    private Derived make(Path original, Edit edit, List<Path> drafts)
            throws IOException, Unrecoverable {
        var derived = images.derive(original, edit, drafts.get(0), drafts.get(1));
        if (drafts.size() > 2) {
            images.deriveFullsize(original, edit, drafts.get(2));
        }
        return derived;
    }
}
