package app.keepsake.sync;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a line of the stream, and an ack, is of; Immich's names, in its order. */
public enum SyncEntityType {
    AUTH_USER_V1,
    USER_V1,
    USER_DELETE_V1,
    ASSET_V1,
    ASSET_V2,
    ASSET_DELETE_V1,
    ASSET_EXIF_V1,
    ASSET_EDIT_V1,
    ASSET_EDIT_DELETE_V1,
    ASSET_METADATA_V1,
    ASSET_METADATA_DELETE_V1,
    ASSET_OCR_V1,
    ASSET_OCR_DELETE_V1,
    PARTNER_V1,
    PARTNER_DELETE_V1,
    PARTNER_ASSET_V1,
    PARTNER_ASSET_V2,
    PARTNER_ASSET_BACKFILL_V1,
    PARTNER_ASSET_BACKFILL_V2,
    PARTNER_ASSET_DELETE_V1,
    PARTNER_ASSET_EXIF_V1,
    PARTNER_ASSET_EXIF_BACKFILL_V1,
    PARTNER_STACK_BACKFILL_V1,
    PARTNER_STACK_DELETE_V1,
    PARTNER_STACK_V1,
    ALBUM_V1,
    ALBUM_V2,
    ALBUM_DELETE_V1,
    ALBUM_USER_V1,
    ALBUM_USER_BACKFILL_V1,
    ALBUM_USER_DELETE_V1,
    ALBUM_ASSET_CREATE_V1,
    ALBUM_ASSET_CREATE_V2,
    ALBUM_ASSET_UPDATE_V1,
    ALBUM_ASSET_UPDATE_V2,
    ALBUM_ASSET_BACKFILL_V1,
    ALBUM_ASSET_BACKFILL_V2,
    ALBUM_ASSET_EXIF_CREATE_V1,
    ALBUM_ASSET_EXIF_UPDATE_V1,
    ALBUM_ASSET_EXIF_BACKFILL_V1,
    ALBUM_TO_ASSET_V1,
    ALBUM_TO_ASSET_DELETE_V1,
    ALBUM_TO_ASSET_BACKFILL_V1,
    MEMORY_V1,
    MEMORY_DELETE_V1,
    MEMORY_TO_ASSET_V1,
    MEMORY_TO_ASSET_DELETE_V1,
    STACK_V1,
    STACK_DELETE_V1,
    PERSON_V1,
    PERSON_DELETE_V1,
    ASSET_FACE_V1,
    ASSET_FACE_V2,
    ASSET_FACE_DELETE_V1,
    USER_METADATA_V1,
    USER_METADATA_DELETE_V1,
    SYNC_ACK_V1,
    SYNC_RESET_V1,
    SYNC_COMPLETE_V1;

    private static final Map<String, SyncEntityType> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toMap(SyncEntityType::wireName, Function.identity()));

    private final String wireName = WireNames.of(this);

    public static Optional<SyncEntityType> named(String wireName) {
        return Optional.ofNullable(BY_NAME.get(wireName));
    }

    public String wireName() {
        return wireName;
    }

    /** Whether it is of what someone was given access to later, or of older forms of that. */
    boolean isBackfill() {
        return wireName.contains("Backfill");
    }
}
