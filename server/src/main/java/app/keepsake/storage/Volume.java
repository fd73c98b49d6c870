package app.keepsake.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The file system, as far as durability needs it (I1). One step per method, so that a test can lose
 * what was not synced, or die between two steps. Paths are absolute.
 */
public interface Volume {

    /** Makes a new empty file, open for writing. Fails when there is one. */
    Sink create(Path file) throws IOException;

    /** Moves a file within the volume in one step, replacing what stands there. */
    void rename(Path from, Path to) throws IOException;

    /**
     * Gives a file a second name within the volume, in one step.
     *
     * @throws java.nio.file.FileAlreadyExistsException when something has that name
     */
    void link(Path file, Path name) throws IOException;

    /** Makes one directory. Nothing happens when it is there already. */
    void makeDirectory(Path directory) throws IOException;

    /**
     * Makes the names in a directory durable; a file's own sync does not do that.
     *
     * @throws java.nio.file.FileSystemException when the directory cannot be opened
     * @throws IOException when the sync itself fails
     */
    void syncDirectory(Path directory) throws IOException;

    /** Removes a file if it is there. */
    void delete(Path file) throws IOException;

    /** Removes a directory if it is there and empty. */
    void deleteDirectory(Path directory) throws IOException;

    void setModified(Path file, Instant time) throws IOException;

    /** A file's size in bytes, or -1 when there is no such file. */
    long size(Path file) throws IOException;

    /** The room where this directory lies. */
    Space space(Path directory) throws IOException;

    /**
     * In bytes.
     *
     * @param free what nobody uses
     * @param usable what of it is not kept for root
     */
    record Space(long total, long free, long usable) {}

    /** A file open for writing. */
    interface Sink extends Closeable {

        /** Writes all that remains in the buffer. */
        void write(ByteBuffer bytes) throws IOException;

        /** Makes the bytes written so far durable (fdatasync). */
        void sync() throws IOException;
    }
}
