package app.keepsake.storage;

import app.keepsake.problem.Problem;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes originals in so that they survive a power cut (I1), and says whether they are still there.
 */
@Component
public class Originals {

    private static final Logger log = LoggerFactory.getLogger(Originals.class);

    private final Library library;
    private final Volume volume;
    private final LibraryDisk disk;
    private final Reserve reserve;
    private final ArrivalFolder arrivals;
    private final ArrivalFolder copies;
    private final Sha1s sha1s;

    Originals(
            Library library,
            Volume volume,
            LibraryDisk disk,
            Reserve reserve,
            ArrivalFolder arrivals,
            Sha1s sha1s) {
        this.library = library;
        this.volume = volume;
        this.disk = disk;
        this.reserve = reserve;
        this.arrivals = arrivals;
        this.copies = new ArrivalFolder(library, Library.TEMPLATED);
        this.sha1s = sha1s;
    }

    /**
     * Throws unless bytes may be written now.
     *
     * @param expected how many bytes the caller announced, or 0
     */
    public void requireWritable(long expected) {
        library.requirePresent();
        disk.requireSound();
        reserve.require(expected);
    }

    /** Opens a temp file in the library's file system, for bytes that arrive. */
    public Arrival receive() {
        return receive(arrivals);
    }

    /** As {@link #receive()}, for what is to stand at this path. */
    public Arrival receiveFor(String path) {
        return receive(path.startsWith(Library.TEMPLATED + "/") ? copies : arrivals);
    }

    private Arrival receive(ArrivalFolder folder) {
        requireWritable(0);
        try {
            var file = folder.newFile();
            var sink = volume.create(file);
            return new Arrival(library, volume, disk, file, sink, sha1s.start(), reserve.grant());
        } catch (IOException e) {
            throw disk.failed("create a file in", e);
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

    /**
     * Whether nothing stands at this path.
     *
     * @throws IOException when there is no telling, or there can be no such path
     */
    public boolean isFree(String path) throws IOException {
        library.requirePresent();
        try {
            Files.readAttributes(
                    library.resolve(path), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return false;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** Whether the same bytes stand at both paths. */
    public boolean isSame(String path, String other) throws IOException {
        library.requirePresent();
        return !isFree(path)
                && !isFree(other)
                && isSame(library.resolve(path), library.resolve(other));
    }

    private static boolean isSame(Path file, Path other) throws IOException {
        return Files.isSameFile(file, other) || Files.mismatch(file, other) < 0;
    }

    /**
     * Lets a file stand at another path too, durably. Nothing is copied where the file system gives
     * a file two names. Nothing happens when this was done before.
     *
     * @param checksum the SHA-1 that a copy must have, or null for one that need only be as long
     * @throws FileAlreadyExistsException when another file stands there
     * @throws Problem.DiskFull when there is no room for a copy
     */
    public void duplicate(String path, String other, byte @Nullable [] checksum)
            throws IOException {
        library.requirePresent();
        var file = library.resolve(path);
        var name = library.resolve(other);
        try {
            disk.link(file, name);
        } catch (FileAlreadyExistsException e) {
            if (!isSame(file, name)) {
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            log.debug("{} is copied: {}", path, e.toString());
            copy(file, name, checksum);
        }
        disk.syncNames(name);
    }

    /** In the order of I1. Only what is whole has its final name. */
    private void copy(Path file, Path name, byte @Nullable [] checksum) throws IOException {
        try (var copy = receive(copies);
                var from = FileChannel.open(file)) {
            var in = Channels.newInputStream(from);
            var buffer = new byte[128 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                copy.write(buffer, 0, read);
            }
            // Not of what has that name by now: a sidecar may have been written anew.
            if (copy.size() != from.size()
                    || checksum != null && !Arrays.equals(checksum, copy.checksum())) {
                throw new IOException(
                        "%s is damaged: its copy differs".formatted(library.relative(file)));
            }
            copy.sync(Files.getLastModifiedTime(file).toInstant());
            requireWritten(copy, checksum);
            disk.hold(name);
            copy.moveTo(library.relative(name));
        }
    }

    /** What was hashed on its way may be something else on the disk. */
    private void requireWritten(Arrival copy, byte @Nullable [] checksum) throws IOException {
        if (volume.size(copy.temp()) != copy.size()
                || checksum != null && !Arrays.equals(checksum, sha1(copy.temp()))) {
            throw new IOException("the disk does not give back what was written to it");
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
        return arrivals.removeStale() + copies.removeStale();
    }

    @PreDestroy
    void close() {
        copies.close();
    }

    /**
     * Puts aside a file that no asset names; false when it is gone already. Another one that came
     * from there before stays, with a number.
     */
    public boolean quarantine(String path) throws IOException {
        var file = library.resolve(path);
        var aside = quarantined(path);
        if (volume.size(file) < 0) {
            return false;
        }
        if (volume.size(aside) >= 0 && !isSame(file, aside)) {
            int number = 1;
            while (volume.size(quarantined(path + "." + number)) >= 0) {
                number++;
            }
            move(aside, quarantined(path + "." + number));
        }
        return move(file, aside);
    }

    /** Puts aside what stands where an original comes back: a part of it, or another file. */
    public void clear(String path) {
        try {
            quarantine(path);
        } catch (IOException e) {
            throw disk.failed("look into", e);
        }
    }

    /** Brings an original back from quarantine; false when it is not there. */
    public boolean release(String path, long size, byte[] checksum) throws IOException {
        var aside = quarantined(path);
        int number = 0;
        do {
            if (volume.size(aside) == size && Arrays.equals(sha1(aside), checksum)) {
                return move(aside, library.resolve(path));
            }
            aside = quarantined(path + "." + ++number);
        } while (volume.size(aside) >= 0);
        return false;
    }

    /** How many bytes stand at this path, or -1 where there is no file. */
    public long size(String path) throws IOException {
        return volume.size(library.resolve(path));
    }

    /** The SHA-1 of what stands at this path. */
    public byte[] checksum(String path) throws IOException {
        return sha1(library.resolve(path));
    }

    /** Gives a file another path, durably. */
    public void move(String path, String to) {
        move(library.resolve(path), library.resolve(to));
    }

    private byte[] sha1(Path file) throws IOException {
        try (var sha1 = sha1s.start();
                var from = Files.newInputStream(file)) {
            var buffer = new byte[128 * 1024];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                sha1.update(buffer, 0, read);
            }
            return sha1.digest();
        }
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

    private boolean move(Path from, Path to) {
        disk.rename(from, to);
        disk.syncNames(to);
        return true;
    }
}
