package app.keepsake.person;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Found faces of which nobody knows whose they are. */
@Component
class Strangers {

    private final JdbcClient jdbc;

    Strangers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<UUID> on(UUID assetId) {
        return jdbc.sql(
                        """
                        select id from asset_face
                        where asset_id = ? and person_id is null and deleted_at is null
                            and source_type = 'machine-learning' order by id
                        """)
                .param(assetId)
                .query(UUID.class)
                .list();
    }

    void asked(UUID assetId) {
        jdbc.sql("update asset_job_status set people_at = now() where asset_id = ?")
                .param(assetId)
                .update();
    }

    void defer(UUID faceId) {
        jdbc.sql(
                        """
                        insert into deferred_face (face_id, owner_id)
                        select f.id, a.owner_id from asset_face f join asset a on a.id = f.asset_id
                        where f.id = ? on conflict do nothing
                        """)
                .param(faceId)
                .update();
    }

    void undefer(UUID faceId) {
        jdbc.sql("delete from deferred_face where face_id = ?").param(faceId).update();
    }

    /** Some of those of the asset's household, in no order that matters. */
    List<UUID> deferred(UUID assetId, int limit) {
        return jdbc.sql(
                        """
                        select face_id from deferred_face where owner_id in (%s)
                        order by face_id limit :limit
                        """
                                .formatted(HOUSEHOLD))
                .param("assetId", assetId)
                .param("limit", limit)
                .query(UUID.class)
                .list();
    }

    /** Whether assets of the same household are still to be asked, by jobs that will run. */
    boolean areOthersWaiting(UUID assetId) {
        return jdbc.sql(
                        """
                        select exists (select from asset_job_status s
                            join asset a on a.id = s.asset_id
                            where s.people_at is null and s.faces_recognized_at is not null
                                and not a.is_offline and a.owner_id in (%s)
                                and exists (select from asset_face f
                                    where f.asset_id = a.id and f.person_id is null
                                        and f.deleted_at is null
                                        and f.source_type = 'machine-learning')
                                and not exists (select from job_attempt
                                    where kind = 'faces.recognize' and subject_id = a.id
                                        and failed_at is not null)
                                and not exists (select from job_emptied
                                    where kind = 'faces.recognize' and subject_id = a.id))
                        """
                                .formatted(HOUSEHOLD))
                .param("assetId", assetId)
                .query(Boolean.class)
                .single();
    }

    private static final String HOUSEHOLD =
            """
            select member.id from asset mine join "user" u on u.id = mine.owner_id
            join "user" member using (cluster_group_id) where mine.id = :assetId\
            """;
}
