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

    /**
     * Four times the detector's canvas: the smallest face that it can see has enough pixels for its
     * vector. Only panoramas are longer than twice that, and may be shrunk (I7).
     */
    private static final int LONGER_SIDE = 2560;

    @Override
    public void run(DetectFaces job) throws Exception {
        var preview = previews.of(job.subjectId());
        if (preview.isEmpty()) {
            return;
        }
        var picture = decoder.decode(preview.get(), 0, LONGER_SIDE);
        stored.update(job.subjectId(), picture.width(), picture.height(), faces.on(picture));
    }
}
