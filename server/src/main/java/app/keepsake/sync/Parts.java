package app.keepsake.sync;

import static app.keepsake.sync.Columns.*;
import static app.keepsake.sync.SyncEntityType.*;

import app.keepsake.problem.Problem;
import app.keepsake.sync.Part.Backfill;
import app.keepsake.sync.Part.Changes;
import app.keepsake.sync.Part.ChangesOfKnown;
import app.keepsake.sync.Part.Shared;
import java.util.List;

/**
 * What each request type consists of, in the order in which it is sent: what is gone first, so that
 * a new photo does not meet the old one of the same checksum; then what was shared lately; then the
 * changes.
 *
 * <p>A partner's assets are those in the timeline, trashed ones too, and the moving halves of those
 * that are not. A removal is told only while the user sees no such row: it may be back, or be seen
 * another way.
 */
final class Parts {

    private Parts() {}

    private static final String IN_PARTNERS_VIEW =
            "a.owner_id = any(:partners) and a.shown_as = 'timeline'";

    private static final String PARTNERS_ASSETS =
            rows("a", PARTNERS_ASSET, "from asset a where " + IN_PARTNERS_VIEW);

    private static final String PARTNERS_EXIFS =
            rows(
                    "e",
                    EXIF,
                    "from asset_exif e join asset a on a.id = e.asset_id where "
                            + IN_PARTNERS_VIEW);

    private static final String PARTNERS_STACKS =
            rows(
                    "x",
                    STACK,
                    "from stack x join asset a on a.id = x.primary_asset_id where "
                            + IN_PARTNERS_VIEW);

    private static final String ALBUM_USERS =
            rows("x", ALBUM_USER, "from album_user x where x.album_id = any(:albums)");

    private static final String ALBUMS_ASSETS =
            rows(
                    "x",
                    ALBUMS_ASSET,
                    """
                    from album_asset x join asset a on a.id = x.asset_id
                    where x.album_id = any(:albums)\
                    """);

    private static final String ALBUMS_EXIFS =
            rows(
                    "x",
                    EXIF,
                    """
                    from album_asset x join asset_exif e on e.asset_id = x.asset_id
                    where x.album_id = any(:albums)\
                    """);

    private static final String ALBUM_TO_ASSETS =
            rows("x", ALBUM_TO_ASSET, "from album_asset x where x.album_id = any(:albums)");

    private static final String KNOWN_FROM_AN_ALBUM =
            """
            exists (select from album_asset k
                where k.asset_id = a.id and k.album_id = any(:albums)
                    and (k.sync_position, k.update_id) <= (:knownPosition, :knownId))\
            """;

    /** By owner, since the index of changes is by owner. */
    private static final String ALBUMS_CHANGED_ASSETS =
            rows(
                    "a",
                    ALBUMS_ASSET,
                    "from \"user\" u join asset a on a.owner_id = u.id where "
                            + KNOWN_FROM_AN_ALBUM);

    private static final String ALBUMS_CHANGED_EXIFS =
            rows(
                    "e",
                    EXIF,
                    "from asset_exif e join asset a on a.id = e.asset_id where "
                            + KNOWN_FROM_AN_ALBUM);

    static List<Part> of(SyncRequestType request) {
        return switch (request) {
            case AUTH_USERS_V1 ->
                    List.of(
                            changes(
                                    AUTH_USER_V1,
                                    rows("x", AUTH_USER, "from \"user\" x where x.id = :me")));
            case USERS_V1 ->
                    List.of(
                            changes(
                                    USER_DELETE_V1,
                                    rows(
                                            "x",
                                            "x.subject_id as \"userId\"",
                                            """
                                            from removal x
                                            where x.kind = 'user' and x.scope_id is null and not exists (
                                                select from "user" where id = x.subject_id)\
                                            """)),
                            changes(USER_V1, rows("x", USER, "from \"user\" x where true")));
            case PARTNERS_V1 ->
                    List.of(
                            changes(
                                    PARTNER_DELETE_V1,
                                    gone(
                                            "partner",
                                            """
                                            x.subject_id as "sharedById", x.other_id as "sharedWithId"
                                            """,
                                            """
                                            from partner where shared_by_id = x.subject_id
                                                and shared_with_id = x.other_id
                                            """)),
                            changes(
                                    PARTNER_V1,
                                    rows(
                                            "x",
                                            """
                                            x.shared_by_id as "sharedById",
                                            x.shared_with_id as "sharedWithId",
                                            x.in_timeline as "inTimeline"
                                            """,
                                            """
                                            from partner x
                                            where :me in (x.shared_by_id, x.shared_with_id)\
                                            """)));
            case ASSETS_V2 ->
                    List.of(
                            changes(
                                    ASSET_DELETE_V1,
                                    gone(
                                            "asset",
                                            "x.subject_id as \"assetId\"",
                                            "from asset where id = x.subject_id and owner_id = :me")),
                            changes(
                                    ASSET_V2,
                                    rows("a", OWN_ASSET, "from asset a where a.owner_id = :me")));
            case STACKS_V1 ->
                    List.of(
                            changes(
                                    STACK_DELETE_V1,
                                    gone(
                                            "stack",
                                            "x.subject_id as \"stackId\"",
                                            "from stack where id = x.subject_id")),
                            changes(
                                    STACK_V1,
                                    rows("x", STACK, "from stack x where x.owner_id = :me")));
            case PARTNER_ASSETS_V2 ->
                    List.of(
                            changes(PARTNER_ASSET_DELETE_V1, Losses.OF_ASSETS),
                            new Backfill(
                                    PARTNER_ASSET_BACKFILL_V2,
                                    PARTNER_ASSET_V2,
                                    Shared.PARTNER,
                                    PARTNERS_ASSETS),
                            changes(PARTNER_ASSET_V2, PARTNERS_ASSETS));
            case PARTNER_STACKS_V1 ->
                    List.of(
                            changes(PARTNER_STACK_DELETE_V1, Losses.OF_STACKS),
                            new Backfill(
                                    PARTNER_STACK_BACKFILL_V1,
                                    PARTNER_STACK_V1,
                                    Shared.PARTNER,
                                    PARTNERS_STACKS),
                            changes(PARTNER_STACK_V1, PARTNERS_STACKS));
            case ALBUM_ASSETS_V2 ->
                    List.of(
                            new Backfill(
                                    ALBUM_ASSET_BACKFILL_V2,
                                    ALBUM_ASSET_CREATE_V2,
                                    Shared.ALBUM,
                                    ALBUMS_ASSETS),
                            new ChangesOfKnown(
                                    ALBUM_ASSET_UPDATE_V2,
                                    ALBUM_ASSET_CREATE_V2,
                                    ALBUMS_CHANGED_ASSETS),
                            new Changes(
                                    ALBUM_ASSET_CREATE_V2, ALBUMS_ASSETS, ALBUM_ASSET_UPDATE_V2));
            case ALBUMS_V1 -> albums(ALBUM_V1, ALBUM_WITH_OWNER);
            case ALBUMS_V2 -> albums(ALBUM_V2, ALBUM);
            case ALBUM_USERS_V1 ->
                    List.of(
                            changes(
                                    ALBUM_USER_DELETE_V1,
                                    goneFromAlbum(
                                            "album_user",
                                            """
                                            x.subject_id as "albumId", x.other_id as "userId"
                                            """,
                                            "user_id = x.other_id")),
                            new Backfill(
                                    ALBUM_USER_BACKFILL_V1,
                                    ALBUM_USER_V1,
                                    Shared.ALBUM,
                                    ALBUM_USERS),
                            changes(ALBUM_USER_V1, ALBUM_USERS));
            case ALBUM_TO_ASSETS_V1 ->
                    List.of(
                            changes(
                                    ALBUM_TO_ASSET_DELETE_V1,
                                    goneFromAlbum(
                                            "album_asset",
                                            """
                                            x.subject_id as "albumId", x.other_id as "assetId"
                                            """,
                                            "asset_id = x.other_id")),
                            new Backfill(
                                    ALBUM_TO_ASSET_BACKFILL_V1,
                                    ALBUM_TO_ASSET_V1,
                                    Shared.ALBUM,
                                    ALBUM_TO_ASSETS),
                            changes(ALBUM_TO_ASSET_V1, ALBUM_TO_ASSETS));
            case ASSET_EXIFS_V1 ->
                    List.of(
                            changes(
                                    ASSET_EXIF_V1,
                                    rows(
                                            "e",
                                            EXIF,
                                            """
                                            from asset_exif e join asset a on a.id = e.asset_id
                                            where a.owner_id = :me\
                                            """)));
            case ALBUM_ASSET_EXIFS_V1 ->
                    List.of(
                            new Backfill(
                                    ALBUM_ASSET_EXIF_BACKFILL_V1,
                                    ALBUM_ASSET_EXIF_CREATE_V1,
                                    Shared.ALBUM,
                                    ALBUMS_EXIFS),
                            new ChangesOfKnown(
                                    ALBUM_ASSET_EXIF_UPDATE_V1,
                                    ALBUM_ASSET_EXIF_CREATE_V1,
                                    ALBUMS_CHANGED_EXIFS),
                            new Changes(
                                    ALBUM_ASSET_EXIF_CREATE_V1,
                                    ALBUMS_EXIFS,
                                    ALBUM_ASSET_EXIF_UPDATE_V1));
            case ASSET_OCR_V1 ->
                    List.of(
                            changes(
                                    ASSET_OCR_DELETE_V1,
                                    gone(
                                            "ocr",
                                            """
                                            x.subject_id as id, x.other_id as "assetId",
                                            wire_time(x.removed_at) as "deletedAt"
                                            """,
                                            "from ocr where id = x.subject_id")),
                            changes(ASSET_OCR_V1, ofOwnAssets("ocr", OCR)));
            case PARTNER_ASSET_EXIFS_V1 ->
                    List.of(
                            new Backfill(
                                    PARTNER_ASSET_EXIF_BACKFILL_V1,
                                    PARTNER_ASSET_EXIF_V1,
                                    Shared.PARTNER,
                                    PARTNERS_EXIFS),
                            changes(PARTNER_ASSET_EXIF_V1, PARTNERS_EXIFS));
            case MEMORIES_V1 ->
                    List.of(
                            changes(
                                    MEMORY_DELETE_V1,
                                    gone(
                                            "memory",
                                            "x.subject_id as \"memoryId\"",
                                            "from memory where id = x.subject_id")),
                            changes(
                                    MEMORY_V1,
                                    rows("x", MEMORY, "from memory x where x.owner_id = :me")));
            case MEMORY_TO_ASSETS_V1 ->
                    List.of(
                            changes(
                                    MEMORY_TO_ASSET_DELETE_V1,
                                    gone(
                                            "memory_asset",
                                            """
                                            x.subject_id as "memoryId", x.other_id as "assetId"
                                            """,
                                            """
                                            from memory_asset where memory_id = x.subject_id
                                                and asset_id = x.other_id
                                            """)),
                            changes(
                                    MEMORY_TO_ASSET_V1,
                                    rows(
                                            "x",
                                            """
                                            x.memory_id as "memoryId", x.asset_id as "assetId"
                                            """,
                                            """
                                            from memory_asset x join memory m on m.id = x.memory_id
                                            where m.owner_id = :me\
                                            """)));
            case PEOPLE_V1 ->
                    List.of(
                            changes(
                                    PERSON_DELETE_V1,
                                    gone(
                                            "person",
                                            "x.subject_id as \"personId\"",
                                            "from person where id = x.subject_id")),
                            changes(
                                    PERSON_V1,
                                    rows("x", PERSON, "from person x where x.owner_id = :me")));
            case ASSET_FACES_V2 ->
                    List.of(
                            changes(
                                    ASSET_FACE_DELETE_V1,
                                    gone(
                                            "asset_face",
                                            "x.subject_id as \"assetFaceId\"",
                                            "from asset_face where id = x.subject_id")),
                            changes(ASSET_FACE_V2, ofOwnAssets("asset_face", FACE)));
            case USER_METADATA_V1 ->
                    List.of(
                            changes(
                                    USER_METADATA_DELETE_V1,
                                    gone(
                                            "user_metadata",
                                            "x.subject_id as \"userId\", x.key",
                                            """
                                            from user_metadata
                                            where user_id = x.subject_id and key = x.key
                                            """)),
                            changes(
                                    USER_METADATA_V1,
                                    rows(
                                            "x",
                                            "x.user_id as \"userId\", x.key, x.value",
                                            "from user_metadata x where x.user_id = :me")));
            case ASSET_METADATA_V1 ->
                    List.of(
                            changes(
                                    ASSET_METADATA_DELETE_V1,
                                    gone(
                                            "asset_metadata",
                                            "x.subject_id as \"assetId\", x.key",
                                            """
                                            from asset_metadata m
                                            where m.asset_id = x.subject_id and m.key = x.key
                                            """)),
                            changes(
                                    ASSET_METADATA_V1,
                                    ofOwnAssets(
                                            "asset_metadata",
                                            "x.asset_id as \"assetId\", x.key, x.value")));
            case ASSET_EDITS_V1 ->
                    List.of(
                            changes(
                                    ASSET_EDIT_DELETE_V1,
                                    gone(
                                            "asset_edit",
                                            "x.subject_id as \"editId\"",
                                            "from asset_edit where id = x.subject_id")),
                            changes(ASSET_EDIT_V1, ofOwnAssets("asset_edit", EDIT)));
            case ASSETS_V1, PARTNER_ASSETS_V1, ALBUM_ASSETS_V1, ASSET_FACES_V1 ->
                    throw new Problem.Invalid(
                            "%s is deprecated, use %s instead"
                                    .formatted(
                                            request.wireName(),
                                            request.wireName().replace("V1", "V2")));
        };
    }

    private static List<Part> albums(SyncEntityType type, String album) {
        return List.of(
                changes(
                        ALBUM_DELETE_V1,
                        gone(
                                "album",
                                "x.subject_id as \"albumId\"",
                                """
                                from album_user where album_id = x.subject_id and user_id = :me
                                """)),
                changes(type, rows("x", album, "from album x where x.id = any(:albums)")));
    }

    private static Changes changes(SyncEntityType type, String sql) {
        return new Changes(type, sql, null);
    }

    private static String ofOwnAssets(String table, String columns) {
        return rows(
                "x",
                columns,
                "from %s x join asset a on a.id = x.asset_id where a.owner_id = :me"
                        .formatted(table));
    }

    /** Removals that the user is told of, unless the row is there. */
    private static String gone(String kind, String columns, String row) {
        return rows(
                "x",
                columns,
                "from removal x where x.kind = '%s' and x.scope_id = :me and not exists (select %s)"
                        .formatted(kind, row));
    }

    private static String goneFromAlbum(String table, String columns, String row) {
        return rows(
                "x",
                columns,
                """
                from removal x where x.kind = '%1$s' and x.scope_id = any(:albums) and not exists (
                    select from %1$s where album_id = x.subject_id and %2$s)\
                """
                        .formatted(table, row));
    }

    /**
     * @param ordered the alias whose place counts
     * @param columns what a line says, named as on the wire
     * @param from ends within a condition
     */
    private static String rows(String ordered, String columns, String from) {
        return """
        select %1$s.sync_position, %1$s.update_id,
            (select row_to_json(line) from (select %2$s) line) as data
        %3$s
            and (%1$s.sync_position, %1$s.update_id) > (:afterPosition, :afterId)
            and (%1$s.sync_position, %1$s.update_id) <= (:untilPosition, :untilId)
        order by %1$s.sync_position, %1$s.update_id
        """
                .formatted(ordered, columns, from);
    }
}
