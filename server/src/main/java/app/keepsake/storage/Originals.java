package app.keepsake.storage;

import app.keepsake.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Writes originals so that they survive a power cut (I1), and says whether they are still there.
 *
 * <p>A sync that fails is final: the kernel may have dropped the bytes, and a second attempt may
 * "succeed" without them. From then on nothing is written until the server is started again.
 */
@Component
public class Originals {

    private static final Logger log = LoggerFactory.getLogger(Originals.class);

    private final Library library;
    private final Volume volume;
    private final Sha1s sha1s;
    private final Reserve reserve;
    private final ArrivalFolder arrivals;

    /**
     * Directories whose own name is known to be durable: not each upload must sync them again. Leaf
     * directories are left out, so this holds some hundred entries per owner. What another upload
     * made a moment ago is not durable because it exists, hence a memory of our own syncs.
     */
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    private volatile @Nullable String fault;

    Originals(
            Library library, Volume volume, Sha1s sha1s, Reserve reserve, ArrivalFolder arrivals) {
        this.library = library;
        this.volume = volume;
        this.sha1s = sha1s;
        this.reserve = reserve;
        this.arrivals = arrivals;
    }

    /**
     * Throws unless bytes may be written now.
     *
     * @param expected how many bytes the caller announced, or 0
     */
    public void requireWritable(long expected) {
        library.requirePresent();
        requireSound();
        reserve.require(expected);
    }

    /**
     * Throws once a sync has failed, be it another upload's: the kernel may report the loss of this
     * one's bytes to that one alone.
     */
    void requireSound() {
        if (fault != null) {
            throw readOnly();
        }
    }

    /** Opens a temp file in the library's file system, for bytes that arrive. */
    public Arrival receive() {
        requireWritable(0);
        try {
            var file = arrivals.newFile();
            return new Arrival(this, file, volume.create(file), sha1s.start());
        } catch (IOException e) {
            throw failed("create a file in", e);
        }
    }

    /** Whether the original at this path is there with all its bytes. */
    public boolean holds(String path, long size) {
        library.requirePresent();
        try {
            return volume.size(library.resolve(path)) == size;
        } catch (IOException e) {
            log.warn("Cannot look at {}", path, e);
            return false;
        }
    }

    /** Removes an original that no row names and that nobody was told of. */
    public void discard(String path) {
        try {
            volume.delete(library.resolve(path));
        } catch (IOException e) {
            // Left for the sweep, which quarantines files without a row.
            log.warn("Cannot remove {}, which belongs to no asset", path, e);
        }
    }

    /** Removes the temp files of servers that are no more; returns how many. */
    public int removeStaleArrivals() throws IOException {
        return arrivals.removeStale();
    }

    /** Puts aside a file that no asset names; false when it is gone already. */
    public boolean quarantine(String path) throws IOException {
        var file = library.resolve(path);
        return volume.size(file) >= 0 && move(file, quarantined(path));
    }

    /** Brings a file of this size back from quarantine; false when there is none. */
    public boolean release(String path, long size) throws IOException {
        var file = quarantined(path);
        return volume.size(file) == size && move(file, library.resolve(path));
    }

    /** Takes back a {@link #quarantine}, unless there is a file in its place by now. */
    public void takeBack(String path) throws IOException {
        var file = library.resolve(path);
        var aside = quarantined(path);
        if (volume.size(file) < 0 && volume.size(aside) >= 0) {
            move(aside, file);
        }
    }

    private Path quarantined(String path) {
        return library.resolve("quarantine/" + path);
    }

    private boolean move(Path from, Path to) throws IOException {
        rename(from, to);
        syncNames(to);
        return true;
    }

    /** Gives a file its name, in directories that are made for it. */
    void rename(Path from, Path to) throws IOException {
        try {
            makeDirectoriesFor(to);
            volume.rename(from, to);
        } catch (NoSuchFileException e) {
            // A directory that is remembered as durable was removed behind our back.
            library.requireStillPresent();
            durable.clear();
            makeDirectoriesFor(to);
            volume.rename(from, to);
        }
    }

    Volume volume() {
        return volume;
    }

    Library library() {
        return library;
    }

    Reserve reserve() {
        return reserve;
    }

    /** Makes the directories that a file lies in. */
    private void makeDirectoriesFor(Path file) throws IOException {
        var directory = parent(file);
        if (!directory.equals(library.root()) && !durable.contains(directory)) {
            makeDirectoriesFor(directory);
            volume.makeDirectory(directory);
        }
    }

    /** Makes a file's name durable: its directory, and those above that are not known to be. */
    void syncNames(Path file) {
        requireSound();
        var directory = parent(file);
        syncDirectory(directory);
        if (!directory.equals(library.root())) {
            syncUpwards(directory, false);
        }
        requireSound();
    }

    private void syncUpwards(Path directory, boolean remember) {
        if (directory.equals(library.root()) || durable.contains(directory)) {
            return;
        }
        var above = parent(directory);
        syncDirectory(above);
        syncUpwards(above, true);
        if (remember) {
            durable.add(directory);
        }
    }

    private void syncDirectory(Path directory) {
        try {
            volume.syncDirectory(directory);
        } catch (FileSystemException e) {
            throw failed("open a folder of", e); // it is not there, say: nothing was synced yet
        } catch (IOException e) {
            throw syncFailed(e);
        }
    }

    /** A failed sync, which ends all writing. */
    RuntimeException syncFailed(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new UncheckedIOException(
                    e); // the server is stopping; the disk did nothing wrong
        }
        fault = String.valueOf(e.getMessage());
        log.error(
                "The disk of the library at {} failed to keep written bytes. No uploads are taken"
                        + " until it has been checked (dmesg, smartctl) and the server is started"
                        + " again.",
                library.root(),
                e);
        return readOnly();
    }

    /** Another failure of the disk: a full one, or one that is gone or broken. */
    RuntimeException failed(String action, IOException e) {
        reserve.require(0);
        log.error("Cannot {} the library at {}", action, library.root(), e);
        return new Problem.Unavailable("The library's disk failed, try again later");
    }

    private static Problem.Unavailable readOnly() {
        return new Problem.Unavailable(
                "The library is read-only after a disk error; an administrator must look at it");
    }

    private static Path parent(Path path) {
        var parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("outside the library: " + path);
        }
        return parent;
    }
}
