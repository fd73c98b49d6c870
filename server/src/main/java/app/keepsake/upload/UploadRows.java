package app.keepsake.upload;

import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** What uploads read and write in the database. */
@Repository
class UploadRows {

    /** An asset that an owner has. */
    record Known(
            UUID id, String checksum, String originalPath, long sizeInBytes, boolean isTrashed) {}

    /**
     * An asset is committed, or what it moves by.
     *
     * @param hidden the film that became its moving half and is not to be seen any more
     */
    record Added(@Nullable UUID hidden) {}

    /** Any asset, whoever has it. */
    record Anyones(UUID ownerId, AssetType type, boolean isLocked) {}

    /**
     * Makes a film the moving half of what {@code kept} returns. What lies in the trash comes out,
     * or it would go for good when its time there is over.
     */
    private static final String MOVING_HALF =
            """
            film as (
                select f.id, f.visibility = 'timeline' as was_seen from asset f, kept
                where f.id = :livePhotoVideoId::uuid for no key update of f
            ), moving_half as (
                update asset set updated_at = now(), deleted_at = null, status = 'active',
                    visibility = case when was_seen then 'hidden' else visibility end
                from film where asset.id = film.id and (was_seen or deleted_at is not null)
            ), out_of_albums as (
                delete from album_asset where asset_id in (select id from film where was_seen)
            )
            select (select id from film where was_seen) as hidden from kept
            """;

    private final JdbcClient jdbc;

    UploadRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Known> find(UUID ownerId, Checksum checksum) {
        return find(ownerId, List.of(checksum)).stream().findFirst();
    }

    /** Assets in the trash count too; those of a library do not. */
    List<Known> find(UUID ownerId, Collection<Checksum> checksums) {
        return jdbc.sql(
                        """
                        select id, encode(checksum, 'hex') as checksum, original_path, size_in_bytes,
                            deleted_at is not null as is_trashed
                        from asset
                        where owner_id = :ownerId and library_id is null
                            and checksum in
                                (select decode(hex, 'hex') from unnest(:checksums::text[]) hex)
                        """)
                .param("ownerId", ownerId)
                .param("checksums", checksums.stream().map(Checksum::hex).toArray(String[]::new))
                .query(Known.class)
                .list();
    }

    Optional<Anyones> findAnyones(UUID id) {
        return jdbc.sql(
                        "select owner_id, type, shown_as = 'locked' as is_locked from asset where id = :id")
                .param("id", id)
                .query(Anyones.class)
                .optional();
    }

    /** How many bytes an owner may still upload, or empty for any number. */
    Optional<Long> quotaLeft(UUID ownerId) {
        return jdbc.sql(
                        """
                        select quota_size_in_bytes - quota_usage_in_bytes from "user"
                        where id = :ownerId and quota_size_in_bytes is not null
                        """)
                .param("ownerId", ownerId)
                .query(Long.class)
                .optional();
    }

    /**
     * Commits a new asset, all of it in one statement; empty when the owner's quota has no room.
     * The minimal exif row lets the asset stand in the timeline at once.
     *
     * @throws DuplicateKeyException when the owner has these bytes already
     */
    Optional<Added> insert(
            UUID id,
            UUID ownerId,
            Submission submission,
            Checksum checksum,
            long size,
            String path,
            @Nullable String sidecarPath) {
        var created = submission.createdAt();
        return jdbc.sql(
                        """
                                with room as (
                                    update "user"
                                    set quota_usage_in_bytes = quota_usage_in_bytes + :size
                                    where id = :ownerId and (quota_size_in_bytes is null
                                        or quota_usage_in_bytes + :size <= quota_size_in_bytes)
                                    returning id
                                ), kept as (
                                    insert into asset (id, owner_id, type, original_path,
                                        original_file_name, sidecar_path, checksum, size_in_bytes,
                                        file_created_at, file_modified_at, local_date_time,
                                        duration_ms, is_favorite, visibility, live_photo_video_id)
                                    select :id, room.id, :type, :path, :fileName, :sidecarPath::text,
                                        decode(:checksum, 'hex'), :size, :createdAt, :modifiedAt,
                                        :localDateTime, :durationMs::integer, :isFavorite,
                                        :visibility, :livePhotoVideoId::uuid
                                    from room
                                    returning id
                                ), exif as (
                                    insert into asset_exif (asset_id, file_size_in_byte)
                                    select id, :size from kept
                                ), job_status as (
                                    insert into asset_job_status (asset_id) select id from kept
                                ), client_metadata as (
                                    insert into asset_metadata (asset_id, key, value)
                                    select distinct on (item.key) kept.id, item.key, item.value
                                    from kept, jsonb_to_recordset(:metadata::jsonb)
                                        as item (key text, value jsonb)
                                ),
                                """
                                + MOVING_HALF)
                .param("id", id)
                .param("ownerId", ownerId)
                .param("type", submission.type().name())
                .param("path", path)
                .param("fileName", submission.fileName())
                .param("sidecarPath", sidecarPath)
                .param("checksum", checksum.hex())
                .param("size", size)
                .param("createdAt", created.withOffsetSameInstant(ZoneOffset.UTC))
                .param("modifiedAt", submission.modifiedAt().atOffset(ZoneOffset.UTC))
                .param("localDateTime", created.toLocalDateTime())
                .param("durationMs", submission.durationMs())
                .param("isFavorite", submission.isFavorite())
                .param("visibility", submission.visibility().wireName())
                .param("livePhotoVideoId", submission.livePhotoVideoId())
                .param("metadata", submission.metadata())
                .query(Added.class)
                .optional();
    }

    /**
     * Makes a film of the owner's the moving half of a still that was here before and has none,
     * unless a person has parted it; empty if it did not.
     */
    @Transactional
    public Optional<Added> link(UUID ownerId, UUID stillId, UUID filmId) {
        // As whoever deletes them does, the owner first; what follows sees a person's last word.
        for (var sql :
                List.of(
                        "select id from \"user\" where id = :ownerId for no key update",
                        "select id from asset where id = :stillId for no key update")) {
            jdbc.sql(sql)
                    .param("ownerId", ownerId)
                    .param("stillId", stillId)
                    .query(UUID.class)
                    .list();
        }
        return jdbc.sql(
                        """
                        with kept as (
                            update asset set live_photo_video_id = :livePhotoVideoId,
                                updated_at = now()
                            where id = :stillId and type = 'IMAGE' and live_photo_video_id is null
                                and not exists (select from asset_exif where asset_id = :stillId
                                    and 'livePhotoVideoId' = any(locked_properties))
                                and exists (select from asset film
                                    where film.id = :livePhotoVideoId and film.type = 'VIDEO'
                                        and film.owner_id = :ownerId
                                        and film.shown_as <> 'locked')
                            returning id
                        ),
                        """
                                + MOVING_HALF)
                .param("ownerId", ownerId)
                .param("stillId", stillId)
                .param("livePhotoVideoId", filmId)
                .query(Added.class)
                .optional();
    }

    /**
     * The original of an asset is back, with the bytes that its checksum names; false when the
     * asset is gone.
     */
    boolean healed(UUID id, long size) {
        return jdbc.sql(
                                """
                        update asset
                        set size_in_bytes = :size, is_offline = false, updated_at = now()
                        where id = :id
                        """)
                        .param("id", id)
                        .param("size", size)
                        .update()
                > 0;
    }
}
