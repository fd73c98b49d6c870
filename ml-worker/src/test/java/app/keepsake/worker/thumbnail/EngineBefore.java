package app.keepsake.worker.thumbnail;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import java.io.IOException;
import java.nio.file.Path;

/** An engine that has made its two pictures just before something else happens. */
record EngineBefore(ImageEngine engine, Runnable meanwhile) implements ImageEngine {

    @Override
    public String thumbnailExtension() {
        return engine.thumbnailExtension();
    }

    @Override
    public Derived derive(Path original, Edit edit, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        var derived = engine.derive(original, edit, preview, thumbnail);
        meanwhile.run();
        return derived;
    }

    @Override
    public void deriveFullsize(Path original, Edit edit, Path fullsize)
            throws IOException, Unrecoverable {
        engine.deriveFullsize(original, edit, fullsize);
    }
}
