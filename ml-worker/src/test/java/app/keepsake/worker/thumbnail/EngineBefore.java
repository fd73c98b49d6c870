package app.keepsake.worker.thumbnail;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Source;
import java.io.IOException;
import java.nio.file.Path;

/** An engine that has made its two pictures just before something else happens. */
record EngineBefore(ImageEngine engine, Runnable meanwhile) implements ImageEngine {

    @Override
    public ImageConfig.Format written(ImageConfig.Format wanted) {
        return engine.written(wanted);
    }

    @Override
    public Derived derive(
            Source original, Edit edit, ImageConfig config, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        var derived = engine.derive(original, edit, config, preview, thumbnail);
        meanwhile.run();
        return derived;
    }

    @Override
    public void deriveFullsize(Source original, Edit edit, ImageConfig config, Path fullsize)
            throws IOException, Unrecoverable {
        engine.deriveFullsize(original, edit, config, fullsize);
    }
}
