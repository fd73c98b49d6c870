package app.keepsake.upload;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Arrival;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Takes uploads. A receipt means that the bytes are on disk under their final name, synced, of the
 * checksum that the client sent, and that the row is committed (I1); a duplicate means that all of
 * this has happened before and still holds.
 */
@Component
public class Uploads {

    /**
     * A request's body as it arrives.
     *
     * @param length in bytes, or -1 when the client did not say
     */
    public record Body(InputStream stream, @Nullable String contentType, long length) {}

    public record Receipt(UUID assetId, boolean isNew) {}

    /** An asset that need not be uploaded again. */
    public record Duplicate(UUID assetId, boolean isTrashed) {}

    private static final Logger log = LoggerFactory.getLogger(Uploads.class);

    /** Each upload holds a buffer (I7). */
    private static final int MAX_AT_ONCE = 64;

    /** More than the form around a file ever needs, and far less than a video. */
    private static final long FORM_OVERHEAD = 1 << 20;

    private final Originals originals;
    private final UploadRows rows;
    private final ApplicationEventPublisher events;
    private final Milestone.Watcher watcher;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    Uploads(
            Originals originals,
            UploadRows rows,
            ApplicationEventPublisher events,
            ObjectProvider<Milestone.Watcher> watcher) {
        this.originals = originals;
        this.rows = rows;
        this.events = events;
        this.watcher = watcher.getIfAvailable(() -> _ -> {});
    }

    /**
     * Keeps the file of a multipart body, or finds that its owner has it.
     *
     * @param announced the checksum that the client computed: when it is known already, the body is
     *     not read, nor a film that it names for the still; otherwise what arrives must have it
     * @throws Problem.Invalid for a form or a file that is not taken
     */
    public Receipt receive(Caller caller, @Nullable Checksum announced, Body body) {
        var known =
                announced == null
                        ? Optional.<UploadRows.Known>empty()
                        : rows.find(caller.userId(), announced);
        if (known.isPresent() && isKept(known.get())) {
            return new Receipt(known.get().id(), false);
        }
        originals.requireWritable(body.length());
        if (known.isEmpty()) { // a missing original that is known counts already
            requireRoom(caller.userId(), body.length());
        }
        if (!places.tryAcquire()) {
            throw new Problem.Unavailable("Too many uploads at once, try again later");
        }
        try (var form =
                UploadForm.read(
                        new Multipart(body.stream(), body.contentType()), originals, watcher)) {
            return keep(caller.userId(), announced, form);
        } finally {
            places.release();
        }
    }

    /** Spares a client the sending of what {@link UploadRows#insert} would refuse. */
    private void requireRoom(UUID ownerId, long length) {
        var left = rows.quotaLeft(ownerId);
        if (left.isPresent() && (left.get() <= 0 || length - FORM_OVERHEAD > left.get())) {
            throw new Problem.QuotaExceeded();
        }
    }

    /** Which of the checksums need not be uploaded, because the caller's originals are there. */
    public Map<Checksum, Duplicate> duplicates(Caller caller, Collection<Checksum> checksums) {
        var duplicates = new HashMap<Checksum, Duplicate>();
        for (var known : rows.find(caller.userId(), checksums)) {
            if (isKept(known)) {
                duplicates.put(
                        new Checksum(known.checksum()),
                        new Duplicate(known.id(), known.isTrashed()));
            }
        }
        return duplicates;
    }

    private Receipt keep(UUID ownerId, @Nullable Checksum announced, UploadForm form) {
        var submission = form.submission();
        var original = form.original();
        if (original.size() == 0) {
            throw new Problem.Invalid("File is empty");
        }
        var checksum = Checksum.of(original.checksum());
        if (announced != null && !announced.equals(checksum)) {
            throw new Problem.Invalid("The file arrived damaged: its checksum differs");
        }
        var known = rows.find(ownerId, checksum);
        if (known.isPresent()) {
            return keepKnown(ownerId, known.get(), submission, original);
        }
        if (submission.livePhotoVideoId() != null) {
            requireVideo(ownerId, submission.livePhotoVideoId(), submission.visibility());
        }
        return keepNew(ownerId, submission, checksum, form);
    }

    private Receipt keepNew(
            UUID ownerId, Submission submission, Checksum checksum, UploadForm form) {
        var id = UUID.randomUUID();
        var original = form.original();
        var path = Library.originalPath(ownerId, id, submission.extension());
        var sidecar = form.sidecar();
        var sidecarPath = sidecar == null ? null : path + ".xmp";
        if (sidecar != null && sidecarPath != null) {
            sidecar.sync(submission.modifiedAt());
            watcher.reached(Milestone.SIDECAR_SYNCED);
            sidecar.moveTo(sidecarPath); // its name is synced with the original's, below
            watcher.reached(Milestone.SIDECAR_PLACED);
        }
        place(original, path, submission.modifiedAt());
        boolean hasRoom;
        try {
            hasRoom =
                    rows.insert(
                            id, ownerId, submission, checksum, original.size(), path, sidecarPath);
        } catch (DuplicateKeyException e) {
            // The same bytes arrived twice at once, and the other upload won.
            discard(path, sidecarPath);
            return rows.find(ownerId, checksum)
                    .filter(this::isKept)
                    .map(winner -> new Receipt(winner.id(), false))
                    .orElseThrow(() -> new Problem.Unavailable("Could not be stored, try again"));
        } catch (DataIntegrityViolationException e) {
            discard(path, sidecarPath);
            throw e;
        }
        // After any other failure the row may be committed all the same (the answer was lost), so
        // the file stays, and the sweep quarantines it if there is no row.
        if (!hasRoom) {
            discard(path, sidecarPath);
            throw new Problem.QuotaExceeded();
        }
        watcher.reached(Milestone.COMMITTED);
        publish(new AssetUploaded(id, false));
        return new Receipt(id, true);
    }

    /** A duplicate whose original is missing or cut short is healed by the bytes that came (I1). */
    private Receipt keepKnown(
            UUID ownerId, UploadRows.Known known, Submission submission, Arrival original) {
        if (!isKept(known)) {
            log.warn("The original of asset {} was missing; an upload brought it back", known.id());
            sync(original, submission.modifiedAt());
            if (!rows.heal(known, original.size(), () -> putBack(known, original))) {
                throw new Problem.Unavailable("The asset was just moved or deleted, try again");
            }
            watcher.reached(Milestone.COMMITTED);
            publish(new AssetUploaded(known.id(), true));
        }
        // A still may have come before the app could send its film along.
        if (submission.livePhotoVideoId() != null) {
            rows.join(ownerId, known.id(), submission.livePhotoVideoId());
        }
        return new Receipt(known.id(), false);
    }

    private void putBack(UploadRows.Known known, Arrival original) {
        if (!isKept(known)) { // or another upload of it was quicker
            originals.clear(known.originalPath());
            name(original, known.originalPath());
        }
    }

    /** The order of I1. What arrived was hashed and verified as it passed. */
    private void place(Arrival original, String path, Instant modifiedAt) {
        sync(original, modifiedAt);
        name(original, path);
    }

    private void sync(Arrival original, Instant modifiedAt) {
        original.sync(modifiedAt);
        watcher.reached(Milestone.SYNCED);
    }

    private void name(Arrival original, String path) {
        original.moveTo(path);
        watcher.reached(Milestone.MOVED);
        original.syncName();
        watcher.reached(Milestone.NAME_SYNCED);
    }

    private void discard(String path, @Nullable String sidecarPath) {
        originals.discard(path);
        if (sidecarPath != null) {
            originals.discard(sidecarPath);
        }
    }

    private boolean isKept(UploadRows.Known known) {
        return originals.holds(known.originalPath(), known.sizeInBytes());
    }

    private void requireVideo(UUID ownerId, UUID id, Visibility stills) {
        var video =
                rows.findAnyones(id)
                        .orElseThrow(() -> new Problem.Invalid("Live photo video not found"));
        if (video.type() != AssetType.VIDEO) {
            throw new Problem.Invalid("Live photo video must be a video");
        }
        if (!video.ownerId().equals(ownerId)) {
            throw new Problem.Invalid("Live photo video does not belong to the user");
        }
        if (video.isLocked() && stills != Visibility.LOCKED) {
            throw new Problem.Invalid("Live photo video is locked");
        }
    }

    private void publish(Object event) {
        try {
            events.publishEvent(event);
        } catch (RuntimeException e) {
            // The upload is kept whatever its listeners do; the reconciler finds their work (I3).
            log.warn("Could not announce {}", event, e);
        }
    }
}
