package app.keepsake.worker.portrait;

import app.keepsake.config.ImageConfig;
import app.keepsake.config.ImageConfig.Colorspace;
import app.keepsake.config.ImageConfig.Format;
import app.keepsake.config.ImageConfig.Fullsize;
import app.keepsake.config.ImageConfig.Generated;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Edit;
import app.keepsake.worker.image.ImageEngine;
import app.keepsake.worker.image.Part;
import app.keepsake.worker.image.PictureDecoder;
import app.keepsake.worker.image.Pixels;
import app.keepsake.worker.image.Sources;
import app.keepsake.worker.image.Turn;
import app.keepsake.worker.library.Drafts;
import app.keepsake.worker.library.Library;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the original shows of a face that is small in its preview: somebody in the last row of a
 * group. Where the original is not to be had as it is, the preview has to do: camera's raw files,
 * edited photos, films, what is broken.
 */
@Component
record CloseUps(
        JdbcClient jdbc,
        Library library,
        Sources sources,
        ImageEngine images,
        PictureDecoder decoder) {

    private static final Logger log = LoggerFactory.getLogger(CloseUps.class);

    /** No smaller than a portrait, and with little loss, for it is compressed once more. */
    private static final ImageConfig CONFIG =
            new ImageConfig(
                    new Generated(Format.JPEG, 80, 16, false),
                    new Generated(Format.JPEG, 95, Portrait.SIDE, false),
                    new Fullsize(false, Format.JPEG, 1, false),
                    Colorspace.SRGB,
                    true);

    /** How far the sides of two pictures of one original may differ for having been rounded. */
    private static final double ROUNDED = 0.01;

    /** An original, and how large it is when it is upright. */
    private record Original(String path, int width, int height) {

        boolean isOf(Featured.Face face) {
            var ratio = width * face.imageHeight() / (height * face.imageWidth());
            return Math.abs(ratio - 1) < ROUNDED;
        }
    }

    /** The square around a face, of at most so many pixels as there are; empty if it is not had. */
    Optional<Pixels> of(UUID assetId, Featured.Face face, Drafts drafts) throws IOException {
        var original = find(assetId).filter(found -> found.isOf(face));
        if (original.isEmpty()) {
            return Optional.empty();
        }
        var square = face.squareOn(original.get().width, original.get().height);
        var part = new Part(square.x(), square.y(), square.side(), square.side());
        var close = drafts.add();
        try {
            var source = sources.itself(library.original(original.get().path));
            if (source.isEmpty()) {
                return Optional.empty();
            }
            images.derive(source.get(), new Edit(part, Turn.NONE), CONFIG, close, drafts.add());
            return Optional.of(decoder.decode(close, Portrait.SIDE, Portrait.SIDE));
        } catch (IOException | Unrecoverable e) {
            log.info(
                    "The portrait of {} is cut from the preview: {}",
                    face.personId(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Original> find(UUID assetId) {
        return jdbc.sql(
                        """
                        select original_path as path, width, height from asset
                        where id = ? and type = 'IMAGE' and not is_external and not is_edited
                            and width is not null and height is not null
                        """)
                .param(assetId)
                .query(Original.class)
                .optional();
    }
}
