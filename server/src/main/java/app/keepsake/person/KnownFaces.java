package app.keepsake.person;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Whose faces are. */
@Component
class KnownFaces {

    private final JdbcClient jdbc;
    private final FeatureFaces features;

    KnownFaces(JdbcClient jdbc, FeatureFaces features) {
        this.jdbc = jdbc;
        this.features = features;
    }

    /** The faces of somebody on an asset. */
    List<UUID> of(UUID personId, UUID assetId) {
        return jdbc.sql(
                        """
                        select id from asset_face
                        where person_id = ? and asset_id = ? and deleted_at is null order by id
                        """)
                .params(personId, assetId)
                .query(UUID.class)
                .list();
    }

    /** A found face turns out to be somebody's. */
    void assign(UUID faceId, UUID personId) {
        jdbc.sql("update asset_face set person_id = ?, updated_at = now() where id = ?")
                .params(personId, faceId)
                .update();
        if (jdbc.sql("select exists (select from person where id = ? and face_asset_id is null)")
                .param(personId)
                .query(Boolean.class)
                .single()) {
            features.set(personId, faceId);
        }
    }

    /** A found face begins somebody new. */
    void begin(UUID ownerId, UUID faceId) {
        var id =
                jdbc.sql("insert into person (owner_id) values (?) returning id")
                        .param(ownerId)
                        .query(UUID.class)
                        .single();
        assign(faceId, id);
    }

    /** A person says whose faces are; grouping anew leaves them so. */
    void confirm(Collection<UUID> faceIds, UUID personId) {
        jdbc.sql(
                        """
                        update asset_face
                        set person_id = :person, is_confirmed = true, updated_at = now()
                        where id = any(:faces)
                        """)
                .param("person", personId)
                .param("faces", faceIds.toArray(UUID[]::new))
                .update();
    }

    /**
     * Their found faces are strangers again, but for what a person said: those that were merged or
     * given to somebody, and the one that stands for somebody who has a name; where that one was
     * drawn, and draws no others to it, another does.
     *
     * @return how many there were, at most as many as a short transaction can take
     */
    @Transactional
    public int forget(UUID ownerId, int limit) {
        return jdbc.sql(
                        """
                        update asset_face set person_id = null, updated_at = now()
                        where id in (select f.id from face_search s
                            join asset_face f on f.id = s.face_id
                            join person p on p.id = f.person_id
                            where s.owner_id = :owner and f.source_type = 'machine-learning'
                                and not f.is_confirmed and not (%s and (f.id = p.face_asset_id
                                    or not exists (select from face_search
                                            where face_id = p.face_asset_id)
                                        and f.id = (select min(other.id::text)::uuid
                                            from asset_face other
                                            join face_search v on v.face_id = other.id
                                            where other.person_id = p.id)))
                            limit :limit)
                        """
                                .formatted(PeopleRows.SAID))
                .param("owner", ownerId)
                .param("limit", limit)
                .update();
    }
}
