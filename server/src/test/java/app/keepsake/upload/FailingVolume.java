package app.keepsake.upload;

import app.keepsake.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;

/** A disk on which one kind of sync fails, until it is healed. */
class FailingVolume implements Volume {

    enum Call {
        SYNC_FILE,
        SYNC_DIRECTORY
    }

    private final Volume disk;
    private final Call failing;
    private boolean healed;

    FailingVolume(Volume disk, Call failing) {
        this.disk = disk;
        this.failing = failing;
    }

    void fail() {
        healed = false;
    }

    void heal() {
        healed = true;
    }

    private void failOn(Call call) throws IOException {
        if (call == failing && !healed) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public Sink create(Path file) throws IOException {
        var sink = disk.create(file);
        return new Sink() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                sink.write(bytes);
            }

            @Override
            public void sync() throws IOException {
                failOn(Call.SYNC_FILE);
                sink.sync();
            }

            @Override
            public void close() throws IOException {
                sink.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        disk.makeDirectory(directory);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        failOn(Call.SYNC_DIRECTORY);
        disk.syncDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
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
