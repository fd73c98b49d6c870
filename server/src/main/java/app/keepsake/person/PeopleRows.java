package app.keepsake.person;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The rows of people, and which of their faces stands for them. */
@Component
class PeopleRows {

    /** Of somebody on photos that the owner's timeline shows. */
    private static final String SEEN =
            """
            from asset_face f join asset a on a.id = f.asset_id
            where a.owner_id = :me and a.visibility = 'timeline' and a.deleted_at is null
                and f.deleted_at is null and f.is_visible\
            """;

    /** Known by name, or seen as often as the user wants it. */
    private static final String LISTED =
            """
            from person p join (select f.person_id, count(distinct f.asset_id) as count %s
                and f.person_id is not null group by f.person_id) seen on seen.person_id = p.id
            where p.owner_id = :me and (p.name <> '' or seen.count >= coalesce(
                (select (value #>> '{people,minimumFaces}')::int from user_metadata
                    where user_id = :me and key = 'preferences'), :minimum))\
            """
                    .formatted(SEEN);

    private static final String SAID =
            """
            (p.name <> '' or p.is_hidden or p.is_favorite or p.birth_date is not null
                or p.color is not null)\
            """;

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    PeopleRows(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    static Person person(ResultSet row) throws SQLException {
        return new Person(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getObject("birth_date", LocalDate.class),
                row.getBoolean("is_hidden"),
                row.getBoolean("is_favorite"),
                row.getString("color"),
                row.getString("thumbnail_path"),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }

    Optional<Person> find(UUID ownerId, UUID id) {
        return jdbc.sql("select * from person where owner_id = ? and id = ?")
                .params(ownerId, id)
                .query((row, _) -> person(row))
                .optional();
    }

    /** One more than the page has, if there is one more. */
    List<Person> list(UUID ownerId, int minimum, PeopleFilter filter, @Nullable UUID closestFace) {
        return jdbc.sql(
                        """
                        select p.* %s and (:withHidden or not p.is_hidden)
                        order by (select other.embedding <=> mine.embedding
                                from face_search other, face_search mine
                                where other.face_id = :closest::uuid
                                    and mine.face_id = p.face_asset_id) nulls last,
                            p.is_hidden, p.is_favorite desc, p.name = '', seen.count desc,
                            lower(p.name), p.created_at, p.id
                        limit :limit offset :offset
                        """
                                .formatted(LISTED))
                .param("me", ownerId)
                .param("minimum", minimum)
                .param("withHidden", filter.withHidden())
                .param("closest", closestFace)
                .param("limit", filter.size() + 1)
                .param("offset", (filter.page() - 1L) * filter.size())
                .query((row, _) -> person(row))
                .list();
    }

    record Counts(int total, int hidden) {}

    Counts count(UUID ownerId, int minimum) {
        return jdbc.sql(
                        "select count(*) as total, count(*) filter (where p.is_hidden) as hidden "
                                + LISTED)
                .param("me", ownerId)
                .param("minimum", minimum)
                .query(Counts.class)
                .single();
    }

    int countAssets(UUID ownerId, UUID personId) {
        return jdbc.sql("select count(distinct f.asset_id) " + SEEN + " and f.person_id = :person")
                .param("me", ownerId)
                .param("person", personId)
                .query(Integer.class)
                .single();
    }

    /** The face by which somebody is compared with others. */
    @Nullable UUID featureFace(UUID ownerId, UUID personId) {
        return jdbc.sql("select face_asset_id from person where owner_id = ? and id = ?")
                .params(ownerId, personId)
                .query(UUID.class)
                .optional()
                .orElse(null);
    }

    /** The largest found face on an asset. */
    @Nullable UUID mainFace(UUID assetId) {
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

    UUID insert(UUID ownerId, PersonChange person) {
        return jdbc.sql(
                        """
                        insert into person (owner_id, name, birth_date, color, is_hidden,
                            is_favorite)
                        values (:owner, :name, :birthDate, :color, :isHidden, :isFavorite)
                        returning id
                        """)
                .param("owner", ownerId)
                .param("name", Objects.requireNonNullElse(person.name(), ""))
                .param("birthDate", person.birthDate() == null ? null : person.birthDate().value())
                .param("color", person.color() == null ? null : person.color().value())
                .param("isHidden", Boolean.TRUE.equals(person.isHidden()))
                .param("isFavorite", Boolean.TRUE.equals(person.isFavorite()))
                .query(UUID.class)
                .single();
    }

    void update(UUID id, PersonChange change) {
        jdbc.sql(
                        """
                        update person set name = coalesce(:name, name),
                            birth_date = case when :setsBirthDate then :birthDate::date
                                else birth_date end,
                            color = case when :setsColor then :color else color end,
                            is_hidden = coalesce(:isHidden, is_hidden),
                            is_favorite = coalesce(:isFavorite, is_favorite),
                            updated_at = now()
                        where id = :id
                        """)
                .param("name", change.name())
                .param("setsBirthDate", change.birthDate() != null)
                .param("birthDate", change.birthDate() == null ? null : change.birthDate().value())
                .param("setsColor", change.color() != null)
                .param("color", change.color() == null ? null : change.color().value())
                .param("isHidden", change.isHidden())
                .param("isFavorite", change.isFavorite())
                .param("id", id)
                .update();
    }

    /** Those of the same cluster group who have them without a name get to know it. */
    void tellName(UUID id) {
        jdbc.sql(
                        """
                        update person other set name = mine.name, updated_at = now()
                        from person mine join "user" me on me.id = mine.owner_id
                        join "user" member using (cluster_group_id)
                        where mine.id = ? and mine.name <> '' and other.owner_id = member.id
                            and other.identity_id = mine.identity_id and other.name = ''
                        """)
                .param(id)
                .update();
    }

    /** Until the end of the transaction nobody else makes or gives faces to this user's people. */
    void lock(UUID ownerId) {
        jdbc.sql(
                        """
                        select pg_advisory_xact_lock(
                            hashtextextended('keepsake.people ' || cluster_group_id, 0))::text
                        from "user" where id = ?
                        """)
                .param(ownerId)
                .query(String.class)
                .list();
    }

    /** The one of this name, who is made if there is none yet. */
    UUID named(UUID ownerId, String name) {
        return jdbc.sql(
                        """
                        select id from person where owner_id = ? and lower(name) = lower(?)
                        order by created_at, id limit 1
                        """)
                .params(ownerId, name)
                .query(UUID.class)
                .optional()
                .orElseGet(
                        () ->
                                insert(
                                        ownerId,
                                        new PersonChange(name, null, null, null, null, null)));
    }

    /** A found face turns out to be somebody's. */
    void assign(UUID faceId, UUID personId) {
        jdbc.sql("update asset_face set person_id = ?, updated_at = now() where id = ?")
                .params(personId, faceId)
                .update();
        if (jdbc.sql(
                                """
                                update person set face_asset_id = ?, updated_at = now()
                                where id = ? and face_asset_id is null
                                """)
                        .params(faceId, personId)
                        .update()
                == 1) {
            portraitDue(Set.of(faceId));
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

    /** Somebody as this user has them, who may know them from others of the cluster group only. */
    UUID counterpart(UUID personId, UUID ownerId) {
        return jdbc.sql(
                        """
                        with made as (
                            insert into person (owner_id, identity_id, name, birth_date)
                            select :owner, identity_id, name, birth_date from person
                            where id = :person and owner_id <> :owner
                            on conflict (owner_id, identity_id) do nothing returning id)
                        select id from made
                        union all
                        select mine.id from person other
                        join person mine using (identity_id)
                        where other.id = :person and mine.owner_id = :owner
                        """)
                .param("owner", ownerId)
                .param("person", personId)
                .query(UUID.class)
                .single();
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

    /** All faces of several people are one's from now on, and the others are no more. */
    void merge(UUID into, Collection<UUID> others) {
        jdbc.sql(
                        """
                        update asset_face
                        set person_id = :into, is_confirmed = true, updated_at = now()
                        where person_id = :into or person_id = any(:others)
                        """)
                .param("into", into)
                .param("others", others.toArray(UUID[]::new))
                .update();
        jdbc.sql(
                        """
                        update person p set updated_at = now(),
                            name = case when p.name = '' then coalesce((select other.name
                                from person other where other.id = any(:others)
                                    and other.name <> ''
                                order by array_position(:others, other.id) limit 1), '')
                                else p.name end,
                            birth_date = coalesce(p.birth_date, (select other.birth_date
                                from person other where other.id = any(:others)
                                    and other.birth_date is not null
                                order by array_position(:others, other.id) limit 1))
                        where p.id = :into
                        """)
                .param("into", into)
                .param("others", others.toArray(UUID[]::new))
                .update();
        delete(others);
    }

    /** Their faces are strangers again. */
    void delete(Collection<UUID> ids) {
        var all = ids.toArray(UUID[]::new);
        jdbc.sql(
                        """
                        update asset_face
                        set person_id = null, is_confirmed = false, updated_at = now()
                        where person_id = any(?)
                        """)
                .params((Object) all)
                .update();
        discardPortraits("id = any(:ids)", ids);
        jdbc.sql("delete from person where id = any(?)").params((Object) all).update();
    }

    private void discardPortraits(String condition, Collection<UUID> ids) {
        jdbc.sql(
                        """
                        insert into discarded_file (path)
                        select thumbnail_path from person where thumbnail_path <> '' and %s
                        on conflict do nothing
                        """
                                .formatted(condition))
                .param("ids", ids.toArray(UUID[]::new))
                .update();
    }

    Set<UUID> among(UUID ownerId, Collection<UUID> ids) {
        return new HashSet<>(
                jdbc.sql("select id from person where owner_id = :owner and id = any(:ids)")
                        .param("owner", ownerId)
                        .param("ids", ids.toArray(UUID[]::new))
                        .query(UUID.class)
                        .list());
    }

    /** The faces of somebody on an asset. */
    List<UUID> facesOf(UUID personId, UUID assetId) {
        return jdbc.sql(
                        """
                        select id from asset_face
                        where person_id = ? and asset_id = ? and deleted_at is null order by id
                        """)
                .params(personId, assetId)
                .query(UUID.class)
                .list();
    }

    void setFeatureFace(UUID personId, UUID faceId) {
        jdbc.sql("update person set face_asset_id = ?, updated_at = now() where id = ?")
                .params(faceId, personId)
                .update();
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
        var gone =
                jdbc.sql(
                                """
                                select id from person p
                                where owner_id = :owner and not %s and not exists (
                                    select from asset_face f where f.person_id = p.id)
                                for update
                                """
                                        .formatted(SAID))
                        .param("owner", ownerId)
                        .query(UUID.class)
                        .list();
        delete(gone);
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
        discardPortraits("id = any(:ids)", bare);
        jdbc.sql(
                        """
                        update person set face_asset_id = null, thumbnail_path = '',
                            updated_at = now()
                        where id = any(?)
                        """)
                .params((Object) bare.toArray(UUID[]::new))
                .update();
        for (var row : featured) {
            if (row.faceId != null) {
                setFeatureFace(row.id, row.faceId);
            }
        }
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
                                .formatted(SAID))
                .param("owner", ownerId)
                .param("limit", limit)
                .update();
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
