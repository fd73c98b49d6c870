package app.keepsake.sync;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

final class WireNames {

    private WireNames() {}

    /** {@code ALBUM_ASSET_EXIFS_V1} is AlbumAssetExifsV1. */
    static String of(Enum<?> constant) {
        return Arrays.stream(constant.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }
}
