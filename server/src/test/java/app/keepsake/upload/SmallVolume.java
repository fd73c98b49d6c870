package app.keepsake.upload;

import app.keepsake.storage.Volume;
import app.keepsake.support.ForwardingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A disk with as much room as a test wants, which files take up and give back. */
public class SmallVolume extends ForwardingVolume {

    private long free;
    private long leastFree;

    public SmallVolume(Volume disk, long free) {
        super(disk);
        this.free = free;
        leastFree = free;
    }

    long free() {
        return free;
    }

    /** The fullest that it ever was. */
    long leastFree() {
        return leastFree;
    }

    @Override
    public Sink create(Path file) throws IOException {
        return new ForwardingSink(super.create(file)) {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                free -= bytes.remaining();
                leastFree = Math.min(leastFree, free);
                super.write(bytes);
            }
        };
    }

    @Override
    public void delete(Path file) throws IOException {
        free += Math.max(size(file), 0);
        super.delete(file);
    }

    @Override
    public Space space(Path directory) {
        return new Space(1L << 40, free, free);
    }
}
