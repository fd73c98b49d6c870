package app.keepsake.storagetemplate;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.jobs.NotNow;
import app.keepsake.storage.Library;
import java.io.IOException;
import org.springframework.stereotype.Component;

/**
 * Moves an original, and the film behind it, to where the storage template wants them. Twice is
 * once: what stands where it is wanted stays there (I4).
 */
@Component
class MoveOriginalHandler implements JobHandler<MoveOriginal> {

    private final SystemConfig config;
    private final Library library;
    private final MoveRows rows;
    private final Mover mover;

    MoveOriginalHandler(SystemConfig config, Library library, MoveRows rows, Mover mover) {
        this.config = config;
        this.library = library;
        this.rows = rows;
        this.mover = mover;
    }

    @Override
    public void run(MoveOriginal job) throws IOException, NotNow {
        var settings = StorageTemplateConfig.of(config);
        if (!settings.enabled()) {
            return;
        }
        requireDisk();
        var template = StorageTemplate.parse(settings.template());
        try {
            mover.move(job.subjectId(), template, settings.hashVerificationEnabled());
            var film = rows.film(job.subjectId());
            if (film.isPresent()) {
                mover.move(film.get(), template, settings.hashVerificationEnabled());
            }
        } catch (IOException | RuntimeException e) {
            requireDisk();
            throw e;
        }
    }

    private void requireDisk() throws NotNow {
        if (!library.isPresent()) {
            throw new NotNow("the library's disk is missing");
        }
    }
}
