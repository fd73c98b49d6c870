package app.keepsake.worker.ocr;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.ReadText;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.preview.Previews;
import org.springframework.stereotype.Component;

/** Reads a preview and brings the asset's stored text up to date with what stands there. */
@Component
record ReadTextHandler(
        Previews previews,
        PictureDecoder decoder,
        TextReader reader,
        StoredText stored,
        SystemConfig config)
        implements JobHandler<ReadText> {

    /** Panoramas of twice that are shrunk: a preview is held in memory whole (I7). */
    private static final int LONGER_SIDE = 4320;

    @Override
    public void run(ReadText job) throws Exception {
        var wanted = MachineLearningConfig.of(config);
        if (!wanted.wantsOcr()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        var preview = previews.of(job.subjectId());
        if (preview.isPresent()) {
            var picture = decoder.decode(preview.get(), 0, LONGER_SIDE);
            var by = reader.possible(wanted.ocr());
            stored.update(job.subjectId(), reader.read(picture, by), by);
        }
    }
}
