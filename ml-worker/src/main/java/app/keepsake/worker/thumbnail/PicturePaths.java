package app.keepsake.worker.thumbnail;

import app.keepsake.config.ImageConfig;
import app.keepsake.worker.image.ImageEngine;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the pictures of an asset are, or will be, as paths in the library.
 *
 * @param fullsize null where there is none
 */
record PicturePaths(String preview, String thumbnail, @Nullable String fullsize) {

    /**
     * @param prefix of their names, empty for those of the original as it is
     */
    static PicturePaths of(
            Assets.Asset asset,
            String prefix,
            ImageConfig wanted,
            boolean withFullsize,
            ImageEngine images) {
        var fullsize = name("fullsize", images.written(wanted.fullsize().format()));
        return new PicturePaths(
                asset.derivative(
                        prefix + name("preview", images.written(wanted.preview().format()))),
                asset.derivative(
                        prefix + name("thumbnail", images.written(wanted.thumbnail().format()))),
                withFullsize ? asset.derivative(prefix + fullsize) : null);
    }

    static String name(String kind, ImageConfig.Format format) {
        return kind + "." + format.extension();
    }

    List<String> all() {
        return Stream.of(preview, thumbnail, fullsize).filter(Objects::nonNull).toList();
    }
}
