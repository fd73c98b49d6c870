package app.keepsake.worker.thumbnail;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.WebPictures;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.video.Films;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Makes an asset's derivatives. Files come first and rows after, each at once: a run that dies
 * between leaves files that the next one replaces by the same (I4).
 */
@Component
record GenerateThumbnailsHandler(
        Library library,
        ImageEngine images,
        Films films,
        Assets assets,
        PictureFiles pictures,
        SystemConfig config)
        implements JobHandler<GenerateThumbnails> {

    /** All that is known of an asset when its derivatives are in place. */
    record Made(Derived picture, @Nullable Integer durationMs, @Nullable Double fps) {}

    @Override
    public void run(GenerateThumbnails job) throws Exception {
        Optional<Assets.Asset> found = assets.find(job.subjectId());
        if (found.isEmpty()) {
            pictures.removeAllOf(job.subjectId());
            return;
        }
        var asset = found.get();
        library.requirePresent();
        var original = pictures.originalOf(asset);
        var wanted = ImageConfig.of(config);
        var isWhole = isFullsizeWanted(asset, original, wanted);
        var paths = PicturePaths.of(asset, "", wanted, isWhole, images);
        var made =
                pictures.write(
                        asset,
                        original,
                        paths.all(),
                        drafts -> make(asset, original, wanted, drafts));
        if (assets.record(asset.id(), made, paths)) {
            // Other settings, or another engine, may have made them of another kind before.
            pictures.removeOthers(asset, List.of("preview", "thumbnail", "fullsize"), paths);
        } else {
            pictures.removeAllOf(asset.id());
        }
    }

    /** Where browsers do not show the original as it is. */
    private static boolean isFullsizeWanted(Assets.Asset asset, Path original, ImageConfig wanted)
            throws IOException {
        if (!wanted.fullsize().enabled() || !asset.type().equals("IMAGE")) {
            return false;
        }
        try {
            return !WebPictures.include(original);
        } catch (Unrecoverable e) {
            return false; // no picture at all, as will be said when its preview is made
        }
    }

    /**
     * @param drafts of a preview, a thumbnail, and what is as large as the original, if that is
     *     wanted
     */
    private Made make(Assets.Asset asset, Path original, ImageConfig wanted, List<Path> drafts)
            throws IOException, Unrecoverable {
        return switch (asset.type()) {
            case "IMAGE" -> {
                var picture = make(original, wanted, drafts);
                yield new Made(picture, picture.durationMs(), null);
            }
            case "VIDEO" -> ofFilm(original, wanted, drafts);
            default ->
                    throw new Unrecoverable(
                            "An asset of type %s has nothing to show".formatted(asset.type()));
        };
    }

    private Derived make(Path original, ImageConfig wanted, List<Path> drafts)
            throws IOException, Unrecoverable {
        return pictures.make(images, original, Edit.NONE, wanted, drafts);
    }

    private Made ofFilm(Path film, ImageConfig wanted, List<Path> drafts)
            throws IOException, Unrecoverable {
        var facts = films.factsOf(film);
        var frame = Files.createTempFile("keepsake-frame-", ".jpeg");
        try {
            films.poster(film, facts, frame);
            var derived = make(frame, wanted, drafts);
            return new Made(
                    new Derived(facts.width(), facts.height(), null, derived.thumbhash()),
                    facts.durationMs(),
                    facts.picture().fps() > 0 ? facts.picture().fps() : null);
        } finally {
            Files.deleteIfExists(frame);
        }
    }
}
