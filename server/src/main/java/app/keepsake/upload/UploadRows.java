package app.keepsake.upload;

import app.keepsake.asset.AssetLocks;
import app.keepsake.asset.AssetType;
import app.keepsake.asset.Checksum;
import app.keepsake.asset.MovingHalves;
import app.keepsake.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/** What uploads read and write in the database. */
@Repository
class UploadRows {

    /** An asset that an owner has. */
    record Known(
            UUID id, String checksum, String originalPath, long sizeInBytes, boolean isTrashed) {}

    /** Any asset, whoever has it. */
    record Anyones(UUID ownerId, AssetType type, boolean isLocked) {}

    /** A photo that may get a film. */
    record Still(
            UUID id,
            UUID ownerId,
            String originalPath,
            String originalFileName,
            Instant fileCreatedAt,
            Instant fileModifiedAt,
            LocalDateTime localDateTime) {

        /** When it was taken, with the wall clock there. */
        OffsetDateTime taken() {
            var utc = fileCreatedAt.atOffset(ZoneOffset.UTC);
            var offset = Duration.between(utc.toLocalDateTime(), localDateTime);
            return offset.abs().compareTo(Duration.ofHours(18)) > 0
                    ? utc
                    : utc.withOffsetSameInstant(
                            ZoneOffset.ofTotalSeconds((int) offset.toSeconds()));
        }
    }

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final AssetLocks locks;
    private final MovingHalves movingHalves;

    UploadRows(
            JdbcClient jdbc,
            TransactionTemplate transaction,
            AssetLocks locks,
            MovingHalves movingHalves) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.locks = locks;
        this.movingHalves = movingHalves;
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
     * Commits a new asset, and joins it with its film; false when the owner's quota has no room.
     * The minimal exif row lets it stand in the timeline at once.
     *
     * @throws DuplicateKeyException when the owner has these bytes already
     */
    boolean insert(
            UUID id,
            UUID ownerId,
            Submission submission,
            Checksum checksum,
            long size,
            String path,
            @Nullable String sidecarPath) {
        var created = submission.createdAt();
        var adding =
                jdbc.sql(
                                """
                                with room as (
                                    update "user"
                                    set quota_usage_in_bytes = quota_usage_in_bytes + :size
                                    where id = :ownerId and (quota_size_in_bytes is null
                                        or quota_usage_in_bytes + :size <= quota_size_in_bytes)
                                    returning id
                                ), added as (
                                    insert into asset (id, owner_id, type, original_path,
                                        original_file_name, sidecar_path, checksum, size_in_bytes,
                                        file_created_at, file_modified_at, local_date_time,
                                        duration_ms, is_favorite, visibility)
                                    select :id, room.id, :type, :path, :fileName, :sidecarPath::text,
                                        decode(:checksum, 'hex'), :size, :createdAt, :modifiedAt,
                                        :localDateTime, :durationMs::integer, :isFavorite,
                                        :visibility
                                    from room
                                    returning id
                                ), exif as (
                                    insert into asset_exif (asset_id, file_size_in_byte)
                                    select id, :size from added
                                ), job_status as (
                                    insert into asset_job_status (asset_id) select id from added
                                ), client_metadata as (
                                    insert into asset_metadata (asset_id, key, value)
                                    select distinct on (item.key) added.id, item.key, item.value
                                    from added, jsonb_to_recordset(:metadata::jsonb)
                                        as item (key text, value jsonb)
                                )
                                select id from added
                                """)
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
                        .param("metadata", submission.metadata());
        var film = submission.livePhotoVideoId();
        if (film == null) {
            return adding.query(UUID.class).optional().isPresent(); // one statement, one round trip
        }
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            var isAdded = adding.query(UUID.class).optional().isPresent();
                            if (isAdded) {
                                joinIfTheyBelong(ownerId, id, film);
                            }
                            return isAdded;
                        }));
    }

    /** The photo, unless it has a film that is there, or a person has parted it from one. */
    Optional<Still> findStill(UUID id) {
        return jdbc.sql(
                        """
                        select still.id, still.owner_id, still.original_path,
                            still.original_file_name, still.file_created_at,
                            still.file_modified_at, still.local_date_time
                        from asset still join asset_exif on asset_id = still.id
                        left join asset film on film.id = still.live_photo_video_id
                        where still.id = :id and still.type = 'IMAGE'
                            and still.library_id is null and not still.is_external
                            and 'livePhotoVideoId' <> all(locked_properties)
                            and (film.id is null or film.is_offline)
                        """)
                .param("id", id)
                .query(Still.class)
                .optional();
    }

    /**
     * Commits the film that a still holds, behind it; false, and nothing is done, if the two do not
     * belong together any more.
     *
     * @throws Problem.QuotaExceeded when the owner's quota has no room
     * @throws DuplicateKeyException when the owner has these bytes already
     */
    boolean insertFilm(
            UUID id, Still still, Submission film, Checksum checksum, long size, String path) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        status -> {
                            locks.takeOwner(still.ownerId());
                            if (!insert(id, still.ownerId(), film, checksum, size, path, null)) {
                                throw new Problem.QuotaExceeded();
                            }
                            jdbc.sql("update asset set is_embedded = true where id = ?")
                                    .param(id)
                                    .update();
                            var isJoined = joinIfTheyBelong(still.ownerId(), still.id(), id);
                            if (!isJoined) {
                                status.setRollbackOnly();
                            }
                            return isJoined;
                        }));
    }

    /** Joins a still that was here before with a film of the owner's. */
    void join(UUID ownerId, UUID stillId, UUID filmId) {
        transaction.executeWithoutResult(
                _ -> {
                    locks.takeOwner(ownerId);
                    joinIfTheyBelong(ownerId, stillId, filmId);
                });
    }

    /**
     * What was true of the film a moment ago may not be now: who holds its rows looks again. A
     * still that has a film keeps it, and one that a person has parted stays alone. Nothing locked
     * is shown by a still that is not.
     */
    private boolean joinIfTheyBelong(UUID ownerId, UUID stillId, UUID filmId) {
        locks.takeWithAlbums(List.of(stillId, filmId));
        var theyBelong =
                jdbc.sql(
                                """
                                select exists (
                                    select from asset still
                                    join asset_exif on asset_id = still.id
                                    join asset film on film.owner_id = still.owner_id
                                    where still.id = :still and film.id = :film
                                        and still.owner_id = :owner
                                        and still.type = 'IMAGE' and film.type = 'VIDEO'
                                        and still.live_photo_video_id is null
                                        and 'livePhotoVideoId' <> all(locked_properties)
                                        and (film.shown_as <> 'locked'
                                            or still.visibility = 'locked'))
                                """)
                        .param("owner", ownerId)
                        .param("still", stillId)
                        .param("film", filmId)
                        .query(Boolean.class)
                        .single();
        if (theyBelong) {
            movingHalves.join(ownerId, stillId, filmId);
        }
        return theyBelong;
    }

    /**
     * Lets the original of an asset, whose bytes its checksum names, be put back in its place.
     *
     * @param placing is done only while that is its place: who moves or deletes the asset waits
     * @return false when the asset has another place by now, or is gone
     */
    boolean heal(Known known, long size, Runnable placing) {
        return Boolean.TRUE.equals(
                transaction.execute(
                        _ -> {
                            if (!stillStandsThere(known)) {
                                return false;
                            }
                            placing.run();
                            jdbc.sql(
                                            """
                                            update asset set size_in_bytes = :size,
                                                is_offline = false, updated_at = now()
                                            where id = :id
                                            """)
                                    .param("id", known.id())
                                    .param("size", size)
                                    .update();
                            return true;
                        }));
    }

    private boolean stillStandsThere(Known known) {
        return jdbc.sql(
                        """
                        select id from asset where id = :id and original_path = :path
                        for no key update
                        """)
                .param("id", known.id())
                .param("path", known.originalPath())
                .query(UUID.class)
                .optional()
                .isPresent();
    }
}
