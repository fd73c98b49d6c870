package app.keepsake.person;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The face that stands for each of a user's people, and the portrait that is cut from it. */
@Component
class FeatureFaces {

    private final JdbcClient jdbc;
    private final PeopleRows people;
    private final ApplicationEventPublisher events;

    FeatureFaces(JdbcClient jdbc, PeopleRows people, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.people = people;
        this.events = events;
    }

    /** The face by which somebody is compared with others. */
    @Nullable UUID of(UUID ownerId, UUID personId) {
        return jdbc.sql("select face_asset_id from person where owner_id = ? and id = ?")
                .params(ownerId, personId)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    /** The largest found face on an asset. */
    @Nullable UUID largestOn(UUID assetId) {
        return jdbc.sql(
                        """
                        select f.id from asset_face f join face_search s on s.face_id = f.id
                        where f.asset_id = ? and f.deleted_at is null
                        order by (bounding_box_x2 - bounding_box_x1)::bigint
                            * (bounding_box_y2 - bounding_box_y1) desc, f.id limit 1
                        """)
                .param(assetId)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    /** Their portrait goes if it shows another face, which may be one that is locked soon. */
    void set(UUID personId, UUID faceId) {
        if (jdbc.sql(
                                """
                                update person set face_asset_id = :face, updated_at = now()
                                where id = :person and face_asset_id is distinct from :face
                                """)
                        .param("face", faceId)
                        .param("person", personId)
                        .update()
                == 1) {
            people.discardPortraits(Set.of(personId));
        }
        portraitDue(Set.of(faceId));
    }

    /** What is cut has another name each time, so it is not there until it is right. */
    private void portraitDue(Collection<UUID> faceIds) {
        var assets =
                jdbc.sql(
                                """
                                insert into asset_job_status (asset_id, portraits_at)
                                select distinct asset_id, null::timestamptz from asset_face
                                where id = any(?)
                                on conflict (asset_id) do update set portraits_at = null
                                returning asset_id
                                """)
                        .params((Object) faceIds.toArray(UUID[]::new))
                        .query(UUID.class)
                        .set();
        events.publishEvent(new PortraitsDue(assets));
    }

    private record Featured(UUID id, @Nullable UUID faceId) {}

    /**
     * Gives those of a user's people another feature face whose own is gone, has become somebody
     * else's, or lies in the locked folder; and lets those go of whom nothing is left and nothing
     * was ever said.
     */
    @Transactional
    public void mend(UUID ownerId) {
        people.lock(ownerId);
        var gone =
                jdbc.sql(
                                """
                                select id from person p
                                where owner_id = :owner and not %s and not exists (
                                    select from asset_face f where f.person_id = p.id)
                                for update
                                """
                                        .formatted(PeopleRows.SAID))
                        .param("owner", ownerId)
                        .query(UUID.class)
                        .list();
        people.delete(gone);
        var featured =
                jdbc.sql(
                                """
                                select p.id, best.id as face_id from person p left join lateral (
                                    select f.id from asset_face f join asset a on a.id = f.asset_id
                                    where f.person_id = p.id and f.deleted_at is null
                                        and a.visibility in ('timeline', 'archive')
                                    order by a.deleted_at is not null, a.visibility desc,
                                        f.source_type <> 'machine-learning',
                                        (f.bounding_box_x2 - f.bounding_box_x1)::float8
                                            / greatest(1, f.image_width) desc, f.id
                                    limit 1) best on true
                                where p.owner_id = :owner and not exists (
                                    select from asset_face f join asset a on a.id = f.asset_id
                                    where f.id = p.face_asset_id and f.person_id = p.id
                                        and f.deleted_at is null and a.visibility <> 'locked')
                                    and (best.id is not null or p.face_asset_id is not null
                                        or p.thumbnail_path <> '')
                                """)
                        .param("owner", ownerId)
                        .query(Featured.class)
                        .list();
        var bare = featured.stream().filter(row -> row.faceId == null).map(Featured::id).toList();
        people.discardPortraits(bare);
        jdbc.sql(
                        """
                        update person set face_asset_id = null, updated_at = now()
                        where id = any(?) and face_asset_id is not null
                        """)
                .params((Object) bare.toArray(UUID[]::new))
                .update();
        for (var row : featured) {
            if (row.faceId != null) {
                set(row.id, row.faceId);
            }
        }
    }

    /** An asset's people, of whom clients are to be told that their portraits are there. */
    List<UUID> featuredOn(UUID assetId) {
        return jdbc.sql(
                        """
                        select p.id from person p join asset_face f on f.id = p.face_asset_id
                        where f.asset_id = ? and p.thumbnail_path <> ''
                        """)
                .param(assetId)
                .query(UUID.class)
                .list();
    }

    /** Where somebody's portrait lies; empty while there is none that may be shown. */
    Optional<String> portrait(UUID ownerId, UUID personId, boolean withLocked) {
        return jdbc.sql(
                        """
                        select p.thumbnail_path from person p
                        left join asset_face f on f.id = p.face_asset_id
                        left join asset a on a.id = f.asset_id
                        where p.owner_id = :owner and p.id = :id and p.thumbnail_path <> ''
                            and (:withLocked or a.visibility is distinct from 'locked')
                        """)
                .param("owner", ownerId)
                .param("id", personId)
                .param("withLocked", withLocked)
                .query(String.class)
                .optional();
    }
}
