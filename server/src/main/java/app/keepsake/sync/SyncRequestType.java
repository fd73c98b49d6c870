package app.keepsake.sync;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a phone can ask a stream for, in the order in which it is sent, however it was asked: phones
 * have foreign keys, so what is pointed at comes before what points.
 */
public enum SyncRequestType {
    AUTH_USERS_V1,
    USERS_V1,
    PARTNERS_V1,
    ASSETS_V1,
    ASSETS_V2,
    STACKS_V1,
    PARTNER_ASSETS_V1,
    PARTNER_ASSETS_V2,
    PARTNER_STACKS_V1,
    ALBUM_ASSETS_V1,
    ALBUM_ASSETS_V2,
    ALBUMS_V1,
    ALBUMS_V2,
    ALBUM_USERS_V1,
    ALBUM_TO_ASSETS_V1,
    ASSET_EXIFS_V1,
    ALBUM_ASSET_EXIFS_V1,
    ASSET_OCR_V1,
    PARTNER_ASSET_EXIFS_V1,
    MEMORIES_V1,
    MEMORY_TO_ASSETS_V1,
    PEOPLE_V1,
    ASSET_FACES_V1,
    ASSET_FACES_V2,
    USER_METADATA_V1,
    ASSET_METADATA_V1,
    ASSET_EDITS_V1;

    private static final Map<String, SyncRequestType> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toMap(SyncRequestType::wireName, Function.identity()));

    private final String wireName = WireNames.of(this);

    public static Optional<SyncRequestType> named(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }

    public String wireName() {
        return wireName;
    }
}
