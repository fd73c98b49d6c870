package app.keepsake.metadata;

import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.TookTooLong;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.place.Places;
import app.keepsake.storage.Library;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Reads an original and its sidecar into the asset's dates and exif row, then tells the rest with
 * {@link MetadataExtracted}. Twice is once: what is written follows from the files and from the
 * dates of the upload, which a second run can only find again (I4).
 *
 * <p>A file that defeats the parser still gets its row, so its owner sees it in the timeline and it
 * gets thumbnails; the job fails with the reason for the admin. What an earlier run could read
 * stays.
 */
@Component
class ExtractMetadataHandler implements JobHandler<ExtractMetadata> {

    private final OriginalReader originals;
    private final Library library;
    private final MetadataRows rows;
    private final MotionPhotos motionPhotos;
    private final ApplicationEventPublisher events;

    /**
     * @param timeLimit of one read of a file; a disk that just woke needs some of it
     */
    ExtractMetadataHandler(
            Library library,
            MetadataRows rows,
            MotionPhotos motionPhotos,
            ApplicationEventPublisher events,
            Exiftool exiftool,
            Places places,
            @Value("${keepsake.metadata.time-limit:20s}") Duration timeLimit) {
        this.originals = new OriginalReader(exiftool, places, timeLimit);
        this.library = library;
        this.rows = rows;
        this.motionPhotos = motionPhotos;
        this.events = events;
    }

    @Override
    public void run(ExtractMetadata job) throws Exception {
        var asset = rows.find(job.subjectId());
        if (asset.isEmpty()) {
            return;
        }
        requireDisk();
        try {
            var facts = read(asset.get());
            if (EmbeddedFilm.find(library.resolve(asset.get().originalPath())).isPresent()) {
                motionPhotos.want(job.subjectId());
            }
            finish(job.subjectId(), facts);
        } catch (OriginalReader.Unreadable e) {
            finishUnread(job.subjectId());
            throw new Unrecoverable(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            requireDisk();
            // Deleted while the job waited is quiet; a file that is merely gone is not.
            if (rows.find(job.subjectId()).isPresent()) {
                throw e;
            }
        }
    }

    /**
     * A disk that fails or a file that is missing says nothing of the file: its metadata lacks
     * until they are back. One that took too long every time is given up.
     */
    @Override
    public void gaveUp(ExtractMetadata job, Throwable failure) {
        if (failure instanceof TookTooLong) {
            finishUnread(job.subjectId());
        }
    }

    private void requireDisk() throws NotNow {
        if (!library.isPresent()) {
            throw new NotNow("the library's disk is missing");
        }
    }

    private void finishUnread(UUID assetId) {
        var asset = rows.find(assetId);
        if (asset.isPresent() && asset.get().isRead()) {
            rows.done(assetId);
        } else if (asset.isPresent()) {
            finish(assetId, Facts.NONE);
        }
    }

    private Facts read(MetadataRows.Source asset)
            throws IOException, OriginalReader.Unreadable, InterruptedException {
        var sidecar = asset.sidecarPath();
        return originals.read(
                library.resolve(asset.originalPath()),
                sidecar == null ? null : library.resolve(sidecar));
    }

    private void finish(UUID assetId, Facts facts) {
        if (rows.write(assetId, facts)) {
            events.publishEvent(new MetadataExtracted(assetId));
        }
    }
}
