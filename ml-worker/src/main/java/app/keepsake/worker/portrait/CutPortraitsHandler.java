package app.keepsake.worker.portrait;

import app.keepsake.jobs.CutPortraits;
import app.keepsake.jobs.JobHandler;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.library.Drafts;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.preview.Previews;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Cuts the portraits of those whose feature face is on an asset. Each file has a name of its own
 * and comes before its row, so a run that dies leaves one that nobody sees (I4).
 */
@Component
record CutPortraitsHandler(
        Featured featured,
        Previews previews,
        PictureDecoder decoder,
        CloseUps closeUps,
        Library library)
        implements JobHandler<CutPortraits> {

    /** Whole, but for panoramas (I7). */
    private static final int LONGER_SIDE = 4096;

    @Override
    public void run(CutPortraits job) throws Exception {
        var faces = featured.on(job.subjectId());
        if (!faces.isEmpty()) {
            var preview = previews.of(job.subjectId());
            if (preview.isEmpty()) {
                return;
            }
            var picture = decoder.decode(preview.get(), 0, LONGER_SIDE);
            for (var face : faces) {
                cut(job.subjectId(), picture, face);
            }
        }
        featured.done(job.subjectId(), faces);
    }

    private void cut(UUID assetId, Pixels picture, Featured.Face face) throws IOException {
        var square = face.squareOn(picture.width(), picture.height());
        var path = face.path(UUID.randomUUID());
        var place = library.resolve(path);
        var folder = Files.createDirectories(place.getParent());
        try (var drafts = new Drafts(folder, face.personId())) {
            var draft = drafts.add();
            var close =
                    square.side() < Portrait.SIDE
                            ? closeUps.of(assetId, face, drafts)
                            : Optional.<Pixels>empty();
            if (close.isPresent()) {
                Portrait.write(close.get(), draft);
            } else {
                Portrait.write(picture, square, draft);
            }
            drafts.publish(draft, place);
        }
        if (!featured.record(face, path)) {
            Files.deleteIfExists(place);
        }
    }
}
