package app.keepsake.worker.face;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.JobHandler;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.onnx.ModelsInUse;
import app.keepsake.worker.preview.Previews;
import org.springframework.stereotype.Component;

/** Finds the faces on a preview and brings the asset's stored faces up to date with them. */
@Component
record DetectFacesHandler(
        Previews previews,
        PictureDecoder decoder,
        Faces faces,
        StoredFaces stored,
        ModelsInUse inUse,
        SystemConfig config)
        implements JobHandler<DetectFaces> {

    /**
     * Four times the detector's canvas: the smallest face that it can see has enough pixels for its
     * vector. Only panoramas are longer than twice that, and may be shrunk (I7).
     */
    private static final int LONGER_SIDE = 2560;

    @Override
    public void run(DetectFaces job) throws Exception {
        var wanted = MachineLearningConfig.of(config);
        if (!wanted.wantsFaces()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        var preview = previews.of(job.subjectId());
        if (preview.isEmpty()) {
            return;
        }
        var picture = decoder.decode(preview.get(), 0, LONGER_SIDE);
        var by = inUse.faces();
        var found = faces.on(by.model(), picture, wanted.facialRecognition().minScore());
        stored.update(job.subjectId(), picture.width(), picture.height(), by, found);
    }
}
