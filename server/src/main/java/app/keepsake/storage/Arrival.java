package app.keepsake.storage;

import app.keepsake.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on its way into the library. Its bytes go to a temp file and are counted and hashed as
 * they pass; then {@link #sync}, {@link #moveTo} and {@link #syncName}, in this order (I1). Closed
 * before it was moved, it leaves nothing.
 *
 * <p>Disk failures are thrown as {@link Problem}s. Not for more than one thread.
 */
public final class Arrival implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    private final Library library;
    private final Volume volume;
    private final LibraryDisk disk;
    private final Path temp;
    private final Volume.Sink sink;
    private final Sha1 sha1;
    private final Reserve.Grant grant;
    private byte @Nullable [] checksum;
    private @Nullable Path target;
    private long size;

    Arrival(
            Library library,
            Volume volume,
            LibraryDisk disk,
            Path temp,
            Volume.Sink sink,
            Sha1 sha1,
            Reserve.Grant grant) {
        this.library = library;
        this.volume = volume;
        this.disk = disk;
        this.temp = temp;
        this.sink = sink;
        this.sha1 = sha1;
        this.grant = grant;
    }

    public void write(byte[] bytes, int offset, int length) {
        grant.require(length);
        sha1.update(bytes, offset, length);
        try {
            sink.write(ByteBuffer.wrap(bytes, offset, length));
        } catch (IOException e) {
            throw disk.failed("write to", e);
        }
        grant.written(length);
        size += length;
    }

    public long size() {
        return size;
    }

    /** The SHA-1 of all bytes, once the last has arrived. */
    public byte[] checksum() {
        if (checksum == null) {
            checksum = sha1.digest();
        }
        return checksum.clone();
    }

    /** Makes the bytes durable, under the temp name as yet. */
    public void sync(Instant modifiedAt) {
        disk.requireSound();
        try {
            volume.setModified(temp, modifiedAt);
        } catch (IOException e) {
            // The database has the date; some file systems cannot keep an old one.
            log.debug("Cannot date {}", temp, e);
        }
        disk.sync(sink);
    }

    /** The file until it has its final name. */
    Path temp() {
        return temp;
    }

    /** Gives the file its final name, in one step. */
    public void moveTo(String path) {
        var file = library.resolve(path);
        disk.rename(temp, file);
        target = file;
    }

    /** Makes the final name durable. */
    public void syncName() {
        if (target == null) {
            throw new IllegalStateException("not moved yet");
        }
        disk.syncNames(target);
    }

    /** Removes the file, unless it has its final name. */
    @Override
    public void close() {
        sha1.close();
        try (grant;
                sink) {
            if (target == null) {
                volume.delete(temp);
            }
        } catch (IOException e) {
            log.warn("Cannot remove the temp file {}; the next start does", temp, e);
        }
    }
}
