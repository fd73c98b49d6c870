package app.keepsake.upload;

import app.keepsake.storage.Volume;
import app.keepsake.support.ForwardingVolume;
import java.io.IOException;
import java.nio.file.Path;

/** A disk on which one kind of sync fails, until it is healed. */
class FailingVolume extends ForwardingVolume {

    enum Call {
        SYNC_FILE,
        SYNC_DIRECTORY
    }

    private final Call failing;
    private boolean healed;

    FailingVolume(Volume disk, Call failing) {
        super(disk);
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
        return new ForwardingSink(super.create(file)) {
            @Override
            public void sync() throws IOException {
                failOn(Call.SYNC_FILE);
                super.sync();
            }
        };
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        failOn(Call.SYNC_DIRECTORY);
        super.syncDirectory(directory);
    }
}
