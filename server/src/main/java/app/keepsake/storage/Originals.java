package app.keepsake.storage;

import java.io.IOException;
import java.nio.file.Path;
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
        requireWritable(0);
        try {
            var file = arrivals.newFile();
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

    private boolean move(Path from, Path to) {
        disk.rename(from, to);
        disk.syncNames(to);
        return true;
    }
}
