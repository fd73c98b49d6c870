package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ways from an original to something that an engine decodes. What the engine reads is taken as it
 * is; of all else a limited child process makes a picture, or takes the one out that a camera has
 * put in. Where one way fails the next is tried, so that a damaged or unheard-of file shows at
 * least its camera's little preview.
 */
@Component
public class Sources {

    private static final Logger log = LoggerFactory.getLogger(Sources.class);

    private final Children children;

    Sources(Children children) {
        this.children = children;
    }

    /** What is made of a source. */
    @FunctionalInterface
    public interface Making<T> {
        T make(Source source) throws IOException, Unrecoverable;
    }

    /** A way to a source, which may lie in a folder that is removed after. */
    @FunctionalInterface
    private interface Way {
        Source open(WorkFolder folder) throws IOException, Unrecoverable;
    }

    /**
     * Makes something of the first source that it can be made of.
     *
     * @param isWhole whether the result is to be as large as the original
     * @throws Unrecoverable if there is none, with the reasons of all
     */
    public <T> T make(Path original, ImageConfig config, boolean isWhole, Making<T> making)
            throws IOException, Unrecoverable {
        var reasons = new ArrayList<String>();
        for (var way : ways(original, config, isWhole)) {
            try (var folder = new WorkFolder()) {
                var made = making.make(way.open(folder));
                if (!reasons.isEmpty()) {
                    log.info("{} is shown by another way: {}", original, reasons);
                }
                return made;
            } catch (Unrecoverable e) {
                reasons.add(Objects.requireNonNull(e.getMessage()));
            }
        }
        throw new Unrecoverable(String.join("; ", reasons));
    }

    /**
     * An original that an engine decodes as it is; empty for one of which something is made first.
     */
    public Optional<Source> itself(Path original) throws IOException, Unrecoverable {
        return switch (PictureFormat.of(original)) {
            case JPEG, PNG, GIF, WEBP, TIFF, HEIF, JXL, JP2 -> Optional.of(Source.of(original));
            case BMP, PSD, SVG, RAW -> Optional.empty();
        };
    }

    private List<Way> ways(Path original, ImageConfig config, boolean isWhole)
            throws IOException, Unrecoverable {
        var format = PictureFormat.of(original);
        Way anyPreview = folder -> children.preview(original, 1, folder.path());
        return switch (format) {
            case JPEG, PNG, GIF, WEBP, TIFF, HEIF, JXL, JP2 ->
                    List.of(_ -> Source.of(original), anyPreview);
            case BMP, PSD ->
                    List.of(
                            folder -> children.decoded(original, format, folder.path()),
                            anyPreview);
            case SVG ->
                    List.of(
                            folder -> children.rasterised(original, folder.path()),
                            folder -> children.rasterisedWithinLimits(original, folder.path()));
            case RAW -> {
                Way developed = folder -> children.developed(original, isWhole, folder.path());
                Way itsPreview =
                        folder ->
                                children.preview(original, config.preview().size(), folder.path());
                yield config.extractEmbedded()
                        ? List.of(itsPreview, developed, anyPreview)
                        : List.of(developed, anyPreview);
            }
        };
    }
}
