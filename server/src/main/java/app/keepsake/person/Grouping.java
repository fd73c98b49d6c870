package app.keepsake.person;

import app.keepsake.config.MachineLearningConfig;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks of one face whose it is: Immich's incremental form of DBSCAN. A face belongs to whom the
 * faces nearest to it belong to; one that enough others resemble, and that resembles nobody known,
 * begins a new person. Only faces of those who share the owner's cluster group are looked at.
 *
 * <p>Each face is asked in a transaction of its own, one of a group at a time: two that are alike
 * and are asked at the same moment do not make two people.
 */
@Component
class Grouping {

    /** What became of a face. */
    sealed interface Answer {

        /**
         * @param strangers those alike whom nobody knows yet either, but may from now on
         */
        record Known(List<UUID> strangers) implements Answer {}

        /** Too few are like it so far: to be asked again when all others have been. */
        record Later() implements Answer {}

        record Unknown() implements Answer {}
    }

    private static final Answer LATER = new Answer.Later();
    private static final Answer UNKNOWN = new Answer.Unknown();

    /** Looked at first: nearly always enough to find one that has a person. */
    private static final int FEW = 32;

    /** Where all of these are alike and nobody's, the face begins a person of its own. */
    private static final int MANY = 1_000;

    /** Up to so many are compared one by one, which is exact; more, by the index. */
    private static final int COMPARED_ONE_BY_ONE = 2_000;

    private record Face(
            UUID id,
            UUID assetId,
            UUID ownerId,
            UUID groupId,
            boolean isOnTimeline,
            LocalDate day) {}

    /**
     * @param personId null if nobody knows whose it is
     */
    private record Neighbour(UUID faceId, double distance, @Nullable UUID personId) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final PeopleRows people;
    private final KnownFaces known;

    Grouping(
            JdbcClient jdbc, TransactionTemplate transaction, PeopleRows people, KnownFaces known) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.people = people;
        this.known = known;
    }

    /** Whether the faces of an asset's owner are so many that the index is to be used. */
    boolean isLarge(UUID assetId) {
        return jdbc.sql(
                                """
                                select count(*) from (
                                    select from face_search where owner_id in (
                                        select member.id from asset a
                                        join "user" u on u.id = a.owner_id
                                        join "user" member using (cluster_group_id)
                                        where a.id = :assetId)
                                    limit :limit) counted
                                """)
                        .param("assetId", assetId)
                        .param("limit", COMPARED_ONE_BY_ONE + 1)
                        .query(Integer.class)
                        .single()
                > COMPARED_ONE_BY_ONE;
    }

    /**
     * @param isLast whether it is to be given to its nearest known one, if it is not like enough
     *     others by itself
     */
    Answer ask(UUID faceId, MachineLearningConfig.Faces wanted, boolean isLarge, boolean isLast) {
        return transaction.execute(
                _ -> {
                    lockGroupOf(faceId);
                    return find(faceId)
                            .map(face -> ask(face, wanted, isLarge, isLast))
                            .orElse(UNKNOWN);
                });
    }

    private Answer ask(
            Face face, MachineLearningConfig.Faces wanted, boolean isLarge, boolean isLast) {
        var near = neighbours(face, wanted, isLarge, Math.max(FEW, wanted.minFaces()));
        // The nearest are taken before the distance counts: that is how Immich is tuned.
        var alike = near.stream().limit(wanted.minFaces()).toList();
        if (wanted.minFaces() > 1 && alike.size() <= 1) {
            return UNKNOWN; // itself
        }
        var isCore = alike.size() >= wanted.minFaces() && face.isOnTimeline;
        if (!isCore && !isLast) {
            return LATER;
        }
        var nearest = firstKnown(near);
        if (nearest.isEmpty() && near.size() >= Math.max(FEW, wanted.minFaces())) {
            nearest = firstKnown(neighbours(face, wanted, isLarge, MANY));
        }
        if (nearest.isPresent()) {
            known.assign(face.id, people.counterpart(nearest.get(), face.ownerId));
        } else if (isCore) {
            known.begin(face.ownerId, face.id);
        } else {
            return UNKNOWN;
        }
        return new Answer.Known(
                alike.stream()
                        .filter(other -> other.personId == null && !other.faceId.equals(face.id))
                        .map(Neighbour::faceId)
                        .toList());
    }

    private static Optional<UUID> firstKnown(List<Neighbour> neighbours) {
        return neighbours.stream()
                .filter(neighbour -> neighbour.personId != null)
                .findFirst()
                .map(Neighbour::personId);
    }

    /** With what the index needs to look past the faces of others; all until the end of it. */
    private void lockGroupOf(UUID faceId) {
        jdbc.sql(
                        """
                        select pg_advisory_xact_lock(
                                hashtextextended('keepsake.people ' || u.cluster_group_id, 0))::text,
                            set_config('hnsw.iterative_scan', 'strict_order', true),
                            set_config('hnsw.ef_search', '100', true),
                            set_config('plan_cache_mode', 'force_custom_plan', true)
                        from asset_face f join asset a on a.id = f.asset_id
                        join "user" u on u.id = a.owner_id where f.id = ?
                        """)
                .param(faceId)
                .query((_, _) -> true)
                .list();
    }

    /** Empty if there is nothing to ask, because somebody has said whose it is. */
    private Optional<Face> find(UUID faceId) {
        return jdbc.sql(
                        """
                        select f.id, f.asset_id, a.owner_id, u.cluster_group_id as group_id,
                            a.visibility = 'timeline' as is_on_timeline,
                            a.local_date_time::date as day
                        from asset_face f join asset a on a.id = f.asset_id
                        join "user" u on u.id = a.owner_id
                        join face_search s on s.face_id = f.id
                        where f.id = ? and f.source_type = 'machine-learning'
                            and f.person_id is null and f.deleted_at is null
                        """)
                .param(faceId)
                .query(Face.class)
                .optional();
    }

    /** Those within the distance, the nearest first; of nobody who was not born yet. */
    private List<Neighbour> neighbours(
            Face face, MachineLearningConfig.Faces wanted, boolean isLarge, int limit) {
        // An expression keeps the index out: few faces are compared faster, and exactly.
        if (isLarge) {
            jdbc.sql("set local enable_sort = off").update();
        }
        return jdbc
                .sql(
                        """
                        select s.face_id, s.embedding <=> (select embedding from face_search
                            where face_id = :faceId) as distance, f.person_id
                        from face_search s join asset_face f on f.id = s.face_id
                        join asset a on a.id = f.asset_id
                        left join person p on p.id = f.person_id
                        where s.owner_id = any(:owners) and f.deleted_at is null
                            and a.deleted_at is null
                            and (p.birth_date is null or p.birth_date <= :day)
                        order by %s limit :limit
                        """
                                .formatted(isLarge ? BY_INDEX : ONE_BY_ONE))
                .param("faceId", face.id)
                .param("owners", members(face.groupId))
                .param("day", face.day)
                .param("limit", limit)
                .query(Neighbour.class)
                .list()
                .stream()
                .takeWhile(neighbour -> neighbour.distance <= wanted.maxDistance())
                .toList();
    }

    private static final String BY_INDEX =
            "s.embedding <=> (select embedding from face_search where face_id = :faceId)";

    private static final String ONE_BY_ONE =
            "(s.embedding <=> (select embedding from face_search where face_id = :faceId)) + 0,"
                    + " s.face_id";

    private UUID[] members(UUID groupId) {
        return jdbc.sql("select id from \"user\" where cluster_group_id = ?")
                .param(groupId)
                .query(UUID.class)
                .list()
                .toArray(UUID[]::new);
    }
}
