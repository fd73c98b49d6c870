package app.keepsake.worker.transcode;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.JobProgress;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.governor.Governor;
import app.keepsake.worker.library.Drafts;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.transcode.EncodedFilms.Film;
import app.keepsake.worker.transcode.FfmpegConfig.Accel;
import app.keepsake.worker.video.FilmFacts;
import app.keepsake.worker.video.Films;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes a film that browsers can play, or takes the one away that is no longer wanted. The file
 * comes first and its row after, at once; to take it away it is the other way round. A run that
 * dies between leaves what the next one replaces by the same (I4).
 */
@Component
record TranscodeVideoHandler(
        Library library,
        Films films,
        EncodedFilms rows,
        SystemConfig config,
        TranscodeSettings settings,
        JobProgress jobProgress,
        Governor governor)
        implements JobHandler<TranscodeVideo> {

    private static final Logger log = LoggerFactory.getLogger(TranscodeVideoHandler.class);

    @Override
    public void run(TranscodeVideo job) throws Exception {
        library.requirePresent();
        var found = rows.find(job.subjectId());
        if (found.isEmpty()) {
            removeAllOf(job.subjectId());
            return;
        }
        var film = found.get();
        if (film.isExternal()) {
            throw new Unrecoverable(
                    "The asset lies in an external library, which are not read yet");
        }
        var original = library.original(film.originalPath());
        try {
            var facts = films.factsOf(original);
            var wanted = settings.over(config.section("ffmpeg", FfmpegConfig.class));
            var plan = Plan.of(facts, wanted);
            if (plan.isNothing()) {
                rows.forget(film.id());
                Files.deleteIfExists(library.resolve(film.path()));
                rows.finish(film.id());
            } else {
                make(film, original, facts, plan, wanted);
            }
        } catch (Progress.Vanished e) {
            removeAllOf(film.id());
        } catch (Unrecoverable e) {
            // Not for good where it is the disk that failed.
            library.requirePresent();
            library.requireRoom(0);
            Library.requireReadable(original);
            throw e;
        } catch (IOException e) {
            library.requirePresent();
            throw e;
        }
    }

    private void make(Film film, Path original, FilmFacts facts, Plan plan, FfmpegConfig wanted)
            throws IOException, Unrecoverable, NotNow {
        // What is copied is as large as before; of the rest nobody knows.
        library.requireRoom(plan.picture() ? 0 : Files.size(original));
        var folder = Files.createDirectories(library.resolve(film.folder()));
        try (var drafts = new Drafts(folder, film.id())) {
            var draft = drafts.add();
            try {
                encode(film, original, facts, plan, wanted, draft);
            } catch (Unrecoverable e) {
                if (wanted.accel() == Accel.DISABLED || !plan.picture()) {
                    throw e;
                }
                log.warn("{} fails by {}, so the processor does it", film.id(), wanted.accel(), e);
                encode(film, original, facts, plan, wanted.with(Accel.DISABLED), draft);
            }
            films.factsOf(draft);
            sync(draft);
            drafts.publish(draft, library.resolve(film.path()));
        }
        if (!rows.record(film)) {
            removeAllOf(film.id());
        }
    }

    private void encode(
            Film film, Path original, FilmFacts facts, Plan plan, FfmpegConfig wanted, Path draft)
            throws IOException, Unrecoverable, NotNow {
        var recipe =
                new Recipe(
                        wanted,
                        Encoder.of(wanted),
                        facts,
                        plan,
                        films.toneMapping(original, facts.picture(), wanted.tonemap()));
        var limits = settings.limits(facts, Files.size(original));
        var runs = recipe.runs(draft);
        for (int i = 0; i < runs.size(); i++) {
            int before = i;
            var progress =
                    new Progress(
                            film.id(),
                            facts.durationMs(),
                            rows,
                            library,
                            settings.silence(),
                            share ->
                                    jobProgress.tell(
                                            new TranscodeVideo(film.id()),
                                            (before + share) / runs.size()),
                            governor::filmsHalt);
            // The last one took hours, perhaps, and the original may have moved.
            var now = rows.find(film.id()).orElseThrow(Progress.Vanished::new);
            films.make(
                    library.original(now.originalPath()),
                    recipe.before(),
                    runs.get(i),
                    library.resolve(film.folder()),
                    limits,
                    progress);
        }
    }

    /** It took hours, perhaps: unlike other derivatives it is to outlast a power cut. */
    private static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Removes what was made of an asset that is gone: whoever deleted it could not know of what no
     * row named yet. Nor is its owner known any more.
     */
    private void removeAllOf(UUID id) throws IOException, NotNow {
        library.requirePresent();
        try (var owners = Files.newDirectoryStream(library.resolve(EncodedFilms.FOLDER))) {
            for (var owner : owners) {
                var folder = owner.resolve(Film.folderOf(id));
                if (Files.isDirectory(folder)) {
                    removeAll(folder, "{.,}" + id + "*");
                }
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever made.
        }
    }

    private static void removeAll(Path folder, String names) throws IOException {
        try (var files = Files.newDirectoryStream(folder, names)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
