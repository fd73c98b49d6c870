package app.keepsake.upload;

import app.keepsake.storage.Originals;
import org.springframework.beans.factory.ObjectProvider;

/** Uploads to another disk than the machine's. */
final class UploadsOn {

    private record Provided(Milestone.Watcher watcher)
            implements ObjectProvider<Milestone.Watcher> {
        @Override
        public Milestone.Watcher getObject() {
            return watcher;
        }
    }

    private UploadsOn() {}

    static Uploads originals(Originals originals, UploadRows rows) {
        return originals(originals, rows, _ -> {});
    }

    static Uploads originals(Originals originals, UploadRows rows, Milestone.Watcher watcher) {
        return new Uploads(originals, rows, (Object event) -> {}, new Provided(watcher));
    }
}
