package app.keepsake.worker.thumbnail;

import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Derived;
import app.keepsake.worker.image.ImageEngine;
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
        Library library, ImageEngine images, Films films, Assets assets, PictureFiles pictures)
        implements JobHandler<GenerateThumbnails> {

    /** All that is known of an asset when its derivatives are in place. */
    record Made(Derived picture, @Nullable Integer durationMs) {}

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
        var previewPath = asset.derivative("preview.jpeg");
        var thumbnailPath = asset.derivative("thumbnail." + images.thumbnailExtension());
        var preview = library.resolve(previewPath);
        var thumbnail = library.resolve(thumbnailPath);
        var made =
                pictures.write(
                        asset,
                        original,
                        List.of(preview, thumbnail),
                        drafts -> make(asset, original, drafts.getFirst(), drafts.getLast()));
        if (assets.record(asset.id(), made, previewPath, thumbnailPath)) {
            // Another engine may have made a thumbnail of another kind before.
            for (var extension : new String[] {"webp", "jpeg"}) {
                var other = library.resolve(asset.derivative("thumbnail." + extension));
                if (!other.equals(thumbnail)) {
                    Files.deleteIfExists(other);
                }
            }
        } else {
            pictures.removeAllOf(asset.id());
        }
    }

    private Made make(Assets.Asset asset, Path original, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        return switch (asset.type()) {
            case "IMAGE" -> new Made(images.derive(original, preview, thumbnail), null);
            case "VIDEO" -> ofFilm(original, preview, thumbnail);
            default ->
                    throw new Unrecoverable(
                            "An asset of type %s has nothing to show".formatted(asset.type()));
        };
    }

    private Made ofFilm(Path film, Path preview, Path thumbnail) throws IOException, Unrecoverable {
        var facts = films.factsOf(film);
        var frame = Files.createTempFile("keepsake-frame-", ".jpeg");
        try {
            films.firstFrame(film, frame);
            var derived = images.derive(frame, preview, thumbnail);
            return new Made(
                    new Derived(facts.width(), facts.height(), derived.thumbhash()),
                    facts.durationMs());
        } finally {
            Files.deleteIfExists(frame);
        }
    }
}
