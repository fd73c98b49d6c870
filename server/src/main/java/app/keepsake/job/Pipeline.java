package app.keepsake.job;

import app.keepsake.asset.ThumbnailsReady;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.JobListener;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.Lane;
import app.keepsake.metadata.MetadataExtracted;
import app.keepsake.upload.AssetUploaded;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * What follows what. Each call only brings forward what the {@link Reconciler} would find; heard
 * twice it changes nothing (I4).
 */
@Component
class Pipeline implements JobListener {

    private final JobQueue queue;
    private final Work work;
    private final ApplicationEventPublisher events;

    Pipeline(JobQueue queue, Work work, ApplicationEventPublisher events) {
        this.queue = queue;
        this.work = work;
        this.events = events;
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetUploaded uploaded) {
        if (uploaded.wasMissing()) {
            work.forgiveFailed(uploaded.assetId());
        }
        queue.add(new ExtractMetadata(uploaded.assetId()));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(MetadataExtracted extracted) {
        follow(Step.METADATA, extracted.assetId(), Lane.FRESH);
    }

    @Override
    public void finished(Job job, Lane lane) {
        // Of a re-run of the whole library nobody wants to hear for each asset.
        if (job instanceof GenerateThumbnails thumbnails && lane == Lane.FRESH) {
            events.publishEvent(new ThumbnailsReady(thumbnails.subjectId()));
        }
        follow(Step.of(Kind.of(job)), job.subjectId(), lane);
    }

    /** Only what lacks: a thumbnail that is made again leaves the vectors as they are. */
    private void follow(Step step, UUID assetId, Lane lane) {
        for (var next : step.next()) {
            if (work.isMissing(next, assetId)) {
                queue.add(next.kind().job(assetId), lane);
            }
        }
    }
}
