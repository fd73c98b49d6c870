package app.keepsake.metadata;

import app.keepsake.jobs.ExtractMotionPhoto;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.upload.EmbeddedFilms;
import org.springframework.stereotype.Component;

/**
 * Takes the film out of a motion photo. Twice is once: the film that is there already is known by
 * its checksum (I4).
 */
@Component
class ExtractMotionPhotoHandler implements JobHandler<ExtractMotionPhoto> {

    private final Library library;
    private final MotionPhotos motionPhotos;
    private final EmbeddedFilms films;

    ExtractMotionPhotoHandler(Library library, MotionPhotos motionPhotos, EmbeddedFilms films) {
        this.library = library;
        this.motionPhotos = motionPhotos;
        this.films = films;
    }

    @Override
    public void run(ExtractMotionPhoto job) throws Exception {
        var path = motionPhotos.originalPath(job.subjectId());
        if (path.isEmpty()) {
            return;
        }
        if (!library.isPresent()) {
            throw new NotNow("the library's disk is missing");
        }
        var film = EmbeddedFilm.find(library.resolve(path.get()));
        if (film.isPresent()) {
            try {
                films.keep(job.subjectId(), film.get().offset(), film.get().length());
            } catch (Problem.QuotaExceeded e) {
                throw new Unrecoverable(String.valueOf(e.getMessage()), e);
            }
        }
        motionPhotos.done(job.subjectId());
    }
}
