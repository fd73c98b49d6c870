package app.keepsake.worker.face;

import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.JobHandler;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.preview.Previews;
import org.springframework.stereotype.Component;

/** Finds the faces on a preview and brings the asset's stored faces up to date with them. */
@Component
record DetectFacesHandler(
        Previews previews, PictureDecoder decoder, Faces faces, StoredFaces stored)
        implements JobHandler<DetectFaces> {

    @Override
    public void run(DetectFaces job) throws Exception {
        var preview = previews.of(job.subjectId());
        if (preview.isEmpty()) {
            return;
        }
        // At full size: the vectors of small faces need every pixel that there is.
        var picture = decoder.decode(preview.get(), Integer.MAX_VALUE);
        stored.update(job.subjectId(), picture.width(), picture.height(), faces.on(picture));
    }
}
