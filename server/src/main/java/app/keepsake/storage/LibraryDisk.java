package app.keepsake.storage;

import app.keepsake.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes bytes and names in the library durable (I1), and throws {@link Problem}s where the disk
 * does not.
 *
 * <p>A sync that fails is final: the kernel may have dropped the bytes, and a second attempt may
 * "succeed" without them. From then on nothing is written until the server is started again.
 */
@Component
class LibraryDisk {

    private static final Logger log = LoggerFactory.getLogger(LibraryDisk.class);

    private final Library library;
    private final Volume volume;
    private final Reserve reserve;

    /**
     * Directories whose own name is known to be durable: not each upload must sync them again. Leaf
     * directories are left out, so this holds some hundred entries per owner. What another upload
     * made a moment ago is not durable because it exists, hence a memory of our own syncs. Those of
     * the storage template are removed when they become empty, so nothing is remembered of them.
     */
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    private volatile boolean isFaulty;

    LibraryDisk(Library library, Volume volume, Reserve reserve) {
        this.library = library;
        this.volume = volume;
        this.reserve = reserve;
    }

    /**
     * Throws once a sync has failed, be it another upload's: the kernel may report the loss of this
     * one's bytes to that one alone.
     */
    void requireSound() {
        if (isFaulty) {
            throw readOnly();
        }
    }

    /** Makes the bytes of a file durable. */
    void sync(Volume.Sink file) {
        requireSound();
        try {
            file.sync();
        } catch (IOException e) {
            throw syncFailed(e);
        }
        requireSound();
    }

    /** Gives a file its name in one step, in directories that are made for it. */
    void rename(Path from, Path to) {
        requireSound();
        try {
            inDirectoriesFor(to, () -> volume.rename(from, to));
        } catch (IOException e) {
            throw failed("name a file in", e);
        }
        requireSound();
    }

    /**
     * Gives a file one name more in one step, in directories that are made for it.
     *
     * @throws FileAlreadyExistsException when something has that name
     * @throws FileSystemException where files have one name each, or not in both places
     */
    void link(Path file, Path name) throws IOException {
        requireSound();
        inDirectoriesFor(name, () -> volume.link(file, name));
        requireSound();
    }

    /**
     * Puts an empty file where another one goes in a moment, and nobody else's.
     *
     * @throws FileAlreadyExistsException when something stands there
     */
    void hold(Path name) throws IOException {
        requireSound();
        inDirectoriesFor(name, () -> volume.create(name).close());
    }

    @FunctionalInterface
    private interface Naming {
        void run() throws IOException;
    }

    private void inDirectoriesFor(Path file, Naming naming) throws IOException {
        try {
            makeDirectoriesFor(file);
            naming.run();
        } catch (NoSuchFileException e) {
            // A directory that is remembered as durable was removed behind our back.
            library.requireStillPresent();
            durable.clear();
            makeDirectoriesFor(file);
            naming.run();
        }
    }

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
        if (remember && !isTemplated(directory)) {
            durable.add(directory);
        }
    }

    private boolean isTemplated(Path directory) {
        return directory.startsWith(library.root().resolve(Library.TEMPLATED));
    }

    /** Removes the directories above a file that were made for it and are empty now. */
    void removeEmptyDirectories(Path file) throws IOException {
        for (var directory = parent(file);
                isTemplated(parent(directory));
                directory = parent(directory)) {
            volume.deleteDirectory(directory);
        }
    }

    /** Makes what was added to a directory, or removed from it, durable. */
    void syncDirectory(Path directory) {
        try {
            volume.syncDirectory(directory);
        } catch (FileSystemException e) {
            throw failed("open a folder of", e); // it is not there, say: nothing was synced yet
        } catch (IOException e) {
            throw syncFailed(e);
        }
    }

    /** A failed sync, which ends all writing. */
    private RuntimeException syncFailed(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            // The server is stopping; the disk did nothing wrong.
            return new UncheckedIOException(e);
        }
        isFaulty = true;
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
