package app.keepsake.job;

import app.keepsake.asset.EditsChanged;
import app.keepsake.asset.EditsReady;
import app.keepsake.asset.SidecarCopied;
import app.keepsake.asset.SidecarsDue;
import app.keepsake.asset.ThumbnailsReady;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.CutPortraits;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.JobListener;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Kind;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.WriteSidecar;
import app.keepsake.metadata.MetadataExtracted;
import app.keepsake.metadata.SidecarWritten;
import app.keepsake.person.PortraitsDue;
import app.keepsake.person.PortraitsReady;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.upload.AssetUploaded;
import java.util.List;
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
    private final DiscardedFiles discardedFiles;
    private final ApplicationEventPublisher events;

    Pipeline(
            JobQueue queue,
            Work work,
            DiscardedFiles discardedFiles,
            ApplicationEventPublisher events) {
        this.queue = queue;
        this.work = work;
        this.discardedFiles = discardedFiles;
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

    @TransactionalEventListener(fallbackExecution = true)
    void on(SidecarCopied copied) {
        work.forgiveFailed(Step.METADATA, List.of(copied.assetId()));
        queue.add(new ExtractMetadata(copied.assetId()));
        work.forgiveFailed(Step.SIDECAR, List.of(copied.assetId()));
        queueIfMissing(Step.SIDECAR, copied.assetId(), Lane.FRESH);
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(SidecarsDue due) {
        work.forgiveFailed(Step.SIDECAR, due.assetIds());
        work.missing(Step.SIDECAR, due.assetIds()).forEach(id -> queue.add(new WriteSidecar(id)));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(SidecarWritten written) {
        queueIfMissing(Step.SIDECAR, written.assetId(), Lane.FRESH); // more was said meanwhile
        follow(Step.SIDECAR, written.assetId(), Lane.FRESH);
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(EditsChanged changed) {
        work.forgiveFailed(Step.EDITS, List.of(changed.assetId()));
        queueIfMissing(Step.EDITS, changed.assetId(), Lane.FRESH);
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(PortraitsDue due) {
        work.forgiveFailed(Step.PORTRAITS, due.assetIds());
        work.missing(Step.PORTRAITS, due.assetIds()).forEach(id -> queue.add(new CutPortraits(id)));
    }

    @Override
    public void finished(Job job, Lane lane) {
        // Of a re-run of the whole library nobody wants to hear for each asset.
        if (job instanceof GenerateThumbnails thumbnails && lane == Lane.FRESH) {
            events.publishEvent(new ThumbnailsReady(thumbnails.subjectId()));
        }
        if (job instanceof ApplyEdits edits) {
            discardedFiles.wake(); // those of earlier edits
            // While it ran it could not be queued again: there may be other edits by now.
            if (!queueIfMissing(Step.EDITS, edits.subjectId(), lane) && lane == Lane.FRESH) {
                events.publishEvent(new EditsReady(edits.subjectId()));
            }
        }
        if (job instanceof CutPortraits portraits) {
            discardedFiles.wake(); // earlier portraits
            queueIfMissing(Step.PORTRAITS, portraits.subjectId(), lane); // of others by now
            events.publishEvent(new PortraitsReady(portraits.subjectId()));
        }
        follow(Step.of(Kind.of(job)), job.subjectId(), lane);
    }

    /** Only what lacks: a thumbnail that is made again leaves the vectors as they are. */
    private void follow(Step step, UUID assetId, Lane lane) {
        for (var next : step.next()) {
            queueIfMissing(next, assetId, lane);
        }
    }

    private boolean queueIfMissing(Step step, UUID assetId, Lane lane) {
        var isMissing = work.isMissing(step, assetId);
        if (isMissing) {
            queue.add(step.kind().job(assetId), lane);
        }
        return isMissing;
    }
}
