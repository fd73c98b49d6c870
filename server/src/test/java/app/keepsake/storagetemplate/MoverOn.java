package app.keepsake.storagetemplate;

import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Originals;
import org.springframework.beans.factory.ObjectProvider;

/** Moves on another disk than the machine's. */
final class MoverOn {

    private record Provided(Milestone.Watcher watcher)
            implements ObjectProvider<Milestone.Watcher> {
        @Override
        public Milestone.Watcher getObject() {
            return watcher;
        }
    }

    private MoverOn() {}

    static Mover originals(
            Originals originals, MoveRows rows, DiscardedFiles files, Milestone.Watcher watcher) {
        return new Mover(rows, originals, files, new Provided(watcher));
    }
}
