package app.keepsake.storagetemplate;

import app.keepsake.jobs.NotNow;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Moves originals with their sidecars, so that each is at every moment, also after a power cut,
 * where its row says: the new name is taken in the database, the file gets it beside the old one,
 * durably, the row is switched, and only then the old name goes, a moment later, for those who have
 * just read it. What is interrupted goes on from there the next time.
 */
@Component
class Mover {

    private static final Logger log = LoggerFactory.getLogger(Mover.class);

    /** For assets that people change all the while. */
    private static final int ATTEMPTS = 10;

    /** More than there are runs, so that those of different assets seldom wait for each other. */
    private static final int LOCKS = 64;

    private final MoveRows rows;
    private final Originals originals;
    private final DiscardedFiles discardedFiles;
    private final Milestone.Watcher watcher;

    /** For one run at a time: a film has a job of its own, and goes along with its still, too. */
    private final List<Lock> locks =
            Stream.<Lock>generate(ReentrantLock::new).limit(LOCKS).toList();

    Mover(
            MoveRows rows,
            Originals originals,
            DiscardedFiles discardedFiles,
            ObjectProvider<Milestone.Watcher> watcher) {
        this.rows = rows;
        this.originals = originals;
        this.discardedFiles = discardedFiles;
        this.watcher = watcher.getIfAvailable(() -> _ -> {});
    }

    /**
     * Nothing happens to what is no more, or an external library's.
     *
     * @param hashes whether a copy must have the original's checksum, where one is needed
     */
    void move(UUID assetId, StorageTemplate template, boolean hashes) throws IOException, NotNow {
        var lock = locks.get(Math.floorMod(assetId.hashCode(), locks.size()));
        lock.lock();
        try {
            tryToMove(assetId, template, hashes);
        } finally {
            lock.unlock();
        }
    }

    private void tryToMove(UUID assetId, StorageTemplate template, boolean hashes)
            throws IOException, NotNow {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var original = rows.find(assetId);
            if (original.isEmpty() || tryToMove(original.get(), template, hashes)) {
                return;
            }
        }
        throw new IOException("it changed each time that it was about to be moved");
    }

    /** Returns false when the asset must be looked at anew. */
    private boolean tryToMove(MoveRows.Original original, StorageTemplate template, boolean hashes)
            throws IOException, NotNow {
        var wanted = wanted(original, template);
        if (wanted.isMetBy(original.path())) {
            return stay(original);
        }
        if (!originals.holds(original.path(), original.size())) {
            if (rows.isAsRead(original)) {
                throw new IOException("its original is missing or cut short");
            }
            return false;
        }
        var name = take(original, wanted);
        watcher.reached(Milestone.TAKEN);
        return moveTo(name, original, hashes);
    }

    private Wanted wanted(MoveRows.Original original, StorageTemplate template) {
        var values =
                new PathValues(
                        original.id(),
                        original.isFilm(),
                        original.stem(),
                        original.extension(),
                        original.taken(),
                        original.albumId() == null
                                ? null
                                : rows.album(original.albumId()).orElse(null),
                        original.make(),
                        original.model(),
                        original.lensModel());
        return new Wanted(
                "%s/%s/%s"
                        .formatted(
                                Library.TEMPLATED,
                                original.folder(),
                                FileNames.path(template.render(values), values.of("filename"))),
                original.extension());
    }

    /** The original is where it is wanted; its sidecar may not be, if it came later. */
    private boolean stay(MoveRows.Original original) throws IOException {
        giveBack(original);
        var path = original.path();
        var sidecar = rows.isGoing(path) ? original.sidecarPath() : placeSidecar(original, path);
        if (Objects.equals(sidecar, original.sidecarPath())) {
            rows.done(original);
            return true;
        }
        return rows.switchTo(original, path, sidecar);
    }

    private boolean moveTo(String path, MoveRows.Original original, boolean hashes)
            throws IOException {
        try {
            originals.duplicate(original.path(), path, hashes ? original.checksumBytes() : null);
        } catch (FileAlreadyExistsException e) {
            // Put there by hand, or under a name that only this disk takes for the same.
            rows.release(original.id(), path, List.of());
            return false;
        }
        watcher.reached(Milestone.ORIGINAL_PLACED);
        var sidecar = placeSidecar(original, path);
        watcher.reached(Milestone.SIDECAR_PLACED);
        // A file of that name was perhaps about to be removed when the name was taken.
        if (rows.isGoing(path)
                || !originals.holds(path, original.size())
                || sidecar != null
                        && !sidecar.equals(original.sidecarPath())
                        && originals.isFree(sidecar)) {
            giveBack(original);
            return false;
        }
        if (!rows.switchTo(original, path, sidecar)) {
            return false;
        }
        watcher.reached(Milestone.SWITCHED);
        discardedFiles.wake();
        return true;
    }

    /** The name that an earlier run has taken, or the first that is free. */
    private String take(MoveRows.Original original, Wanted wanted) throws IOException, NotNow {
        var taken = rows.taken(original.id());
        if (taken.isPresent() && wanted.isMetBy(taken.get())) {
            return taken.get();
        }
        giveBack(original);
        if (rows.isFreeSoon(wanted.name(0))) {
            // Its own of a moment ago, perhaps: somebody tries templates.
            throw new NotNow("%s is about to be free".formatted(wanted.name(0)));
        }
        while (true) {
            var name = wanted.name(firstFree(wanted));
            if (!rows.take(original.id(), name)) {
                var other = rows.taken(original.id()).filter(wanted::isMetBy);
                if (other.isPresent()) {
                    return other.get(); // by a second run of this job
                }
                giveBack(original); // by one that knew less
            } else if (isFreeOnDisk(name)) {
                return name;
            } else {
                rows.release(original.id(), name, List.of());
            }
        }
    }

    /** Where thousands have one name, a look at each would be slow: it steps wide, then close. */
    private int firstFree(Wanted wanted) throws IOException {
        if (isFree(wanted.name(0))) {
            return 0;
        }
        int taken = 0;
        int free = 1;
        while (!isFree(wanted.name(free))) {
            taken = free;
            free *= 2;
        }
        while (free - taken > 1) {
            int middle = (free + taken) / 2;
            if (isFree(wanted.name(middle))) {
                free = middle;
            } else {
                taken = middle;
            }
        }
        return free;
    }

    private boolean isFree(String path) throws IOException {
        return isFreeOnDisk(path) && !rows.isTaken(path);
    }

    private boolean isFreeOnDisk(String path) throws IOException {
        return originals.isFree(path) && originals.isFree(sidecarOf(path));
    }

    /** Gives a name back that is wanted no more, with what an earlier run has put there. */
    private void giveBack(MoveRows.Original original) throws IOException {
        var taken = rows.taken(original.id());
        if (taken.isEmpty()) {
            return;
        }
        var files = new ArrayList<String>();
        if (originals.isSame(original.path(), taken.get())) {
            files.add(taken.get());
        }
        var sidecar = original.sidecarPath();
        if (sidecar != null && originals.isSame(sidecar, sidecarOf(taken.get()))) {
            files.add(sidecarOf(taken.get()));
        }
        rows.release(original.id(), taken.get(), files);
        discardedFiles.wake();
    }

    /** Returns where the sidecar is then, if there is one. */
    private @Nullable String placeSidecar(MoveRows.Original original, String path)
            throws IOException {
        var sidecar = original.sidecarPath();
        var place = sidecarOf(path);
        if (sidecar == null || sidecar.equals(place)) {
            return sidecar;
        }
        try {
            originals.duplicate(sidecar, place, null);
        } catch (FileAlreadyExistsException e) {
            // An earlier state of it, by a run that was interrupted.
            originals.quarantine(place);
            originals.duplicate(sidecar, place, null);
        } catch (NoSuchFileException e) {
            log.warn("The sidecar {} is missing from the library", sidecar);
            return sidecar;
        }
        return place;
    }

    private static String sidecarOf(String path) {
        return path + ".xmp";
    }
}
