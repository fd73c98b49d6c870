package app.keepsake.support;

import app.keepsake.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;

/** Another volume, for tests to override what shall be different. */
public abstract class ForwardingVolume implements Volume {

    private final Volume disk;

    protected ForwardingVolume(Volume disk) {
        this.disk = disk;
    }

    /** A file that is open on the other volume. */
    protected abstract static class ForwardingSink implements Sink {

        private final Sink sink;

        protected ForwardingSink(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            sink.write(bytes);
        }

        @Override
        public void sync() throws IOException {
            sink.sync();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    @Override
    public Sink create(Path file) throws IOException {
        return disk.create(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        disk.link(file, name);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        disk.makeDirectory(directory);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void deleteDirectory(Path directory) throws IOException {
        disk.deleteDirectory(directory);
    }

    @Override
    public void setModified(Path file, Instant time) throws IOException {
        disk.setModified(file, time);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(file);
    }

    @Override
    public Space space(Path directory) throws IOException {
        return disk.space(directory);
    }
}
