package app.keepsake.upload;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Arrival;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/**
 * Keeps the film that a motion photo holds as an asset of its own, which is hidden behind the
 * photo: an original like those that are uploaded, by the same steps (I1), counted by the quota,
 * and the same asset if its owner has it already. The photo's own file stays as it is (I2).
 */
@Component
public class EmbeddedFilms {

    private static final int BUFFER = 64 * 1024;

    private final Library library;
    private final Originals originals;
    private final UploadRows rows;
    private final ApplicationEventPublisher events;

    EmbeddedFilms(
            Library library,
            Originals originals,
            UploadRows rows,
            ApplicationEventPublisher events) {
        this.library = library;
        this.originals = originals;
        this.rows = rows;
        this.events = events;
    }

    /**
     * Makes a part of a still's original its film. Nothing happens where the still is gone, has a
     * film, or was parted from it by a person.
     *
     * @throws IOException if the file cannot be read
     * @throws Problem.QuotaExceeded if its owner has no room for it
     */
    public void keep(UUID stillId, long offset, long length) throws IOException {
        var found = rows.findStill(stillId);
        if (found.isEmpty()) {
            return;
        }
        var still = found.get();
        originals.requireWritable(length);
        try (var film = originals.receive()) {
            copy(library.resolve(still.originalPath()), offset, length, film);
            var checksum = Checksum.of(film.checksum());
            var known = rows.find(still.ownerId(), checksum);
            if (known.isPresent()) {
                keepKnown(still, known.get(), film);
            } else {
                keepNew(still, checksum, film);
            }
        }
    }

    private static void copy(Path file, long offset, long length, Arrival to) throws IOException {
        var buffer = new byte[BUFFER];
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(offset);
            for (long left = length; left > 0; ) {
                int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new EOFException(file + " is shorter than it was");
                }
                to.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    private void keepNew(UploadRows.Still still, Checksum checksum, Arrival film) {
        var id = UUID.randomUUID();
        var path = Library.originalPath(still.ownerId(), id, "mp4");
        place(film, path, still.fileModifiedAt());
        try {
            if (!rows.insertFilm(id, still, submission(still), checksum, film.size(), path)) {
                originals.discard(path);
                return;
            }
        } catch (DuplicateKeyException | Problem e) {
            // It was uploaded, or taken out of a copy of the photo, meanwhile; or there is no room.
            originals.discard(path);
            throw e;
        }
        events.publishEvent(new AssetUploaded(id, false));
    }

    private void keepKnown(UploadRows.Still still, UploadRows.Known known, Arrival film) {
        if (!isKept(known)) {
            film.sync(still.fileModifiedAt());
            if (!rows.heal(known, film.size(), () -> putBack(known, film))) {
                throw new Problem.Unavailable("The asset was just moved or deleted, try again");
            }
            events.publishEvent(new AssetUploaded(known.id(), true));
        }
        rows.join(still.ownerId(), still.id(), known.id());
    }

    private boolean isKept(UploadRows.Known known) {
        return originals.holds(known.originalPath(), known.sizeInBytes());
    }

    private void putBack(UploadRows.Known known, Arrival film) {
        if (!isKept(known)) {
            originals.clear(known.originalPath());
            name(film, known.originalPath());
        }
    }

    /** The order of I1. What was copied was hashed as it passed. */
    private static void place(Arrival film, String path, Instant modifiedAt) {
        film.sync(modifiedAt);
        name(film, path);
    }

    private static void name(Arrival film, String path) {
        film.moveTo(path);
        film.syncName();
    }

    private static Submission submission(UploadRows.Still still) {
        var name = still.originalFileName();
        var dot = name.lastIndexOf('.');
        return new Submission(
                (dot < 0 ? name : name.substring(0, dot)) + ".mp4",
                AssetType.VIDEO,
                still.taken(),
                still.fileModifiedAt(),
                false,
                null,
                Visibility.HIDDEN,
                null,
                "[]");
    }
}
