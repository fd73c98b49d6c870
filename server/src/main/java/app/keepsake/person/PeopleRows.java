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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of people. */
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

    /** Somebody of whom a person has said something. */
    static final String SAID =
            """
            (p.name <> '' or p.is_hidden or p.is_favorite or p.birth_date is not null
                or p.color is not null)\
            """;

    private final JdbcClient jdbc;

    PeopleRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
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
                            and other.name = '' and exists (select from person_identity one
                                join person_identity two using (identity_id)
                                where one.person_id = mine.id and two.person_id = other.id)
                        """)
                .param(id)
                .update();
    }

    /**
     * Until the end of the transaction nobody else makes or gives faces to this user's people. To
     * be taken before any row: who groups faces has it when they come to rows.
     */
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

    /**
     * Somebody as this user has them, who may know them from others of the cluster group only.
     * Whoever was merged is who they became, on either side.
     */
    UUID counterpart(UUID personId, UUID ownerId) {
        return jdbc.sql(
                        """
                        select mine.person_id from person_identity other
                        join person_identity mine using (identity_id)
                        where other.person_id = :person and mine.owner_id = :owner
                        order by other.is_merged, mine.is_merged, mine.person_id limit 1
                        """)
                .param("owner", ownerId)
                .param("person", personId)
                .query(UUID.class)
                .optional()
                .orElseGet(() -> introduce(personId, ownerId));
    }

    private UUID introduce(UUID personId, UUID ownerId) {
        return jdbc.sql(
                        """
                        insert into person (owner_id, identity_id, name, birth_date)
                        select :owner, identity_id, name, birth_date from person where id = :person
                        returning id
                        """)
                .param("owner", ownerId)
                .param("person", personId)
                .query(UUID.class)
                .single();
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
        // Others of the cluster group know them apart, and may meet either again.
        jdbc.sql("update merged_identity set person_id = :into where person_id = any(:others)")
                .param("into", into)
                .param("others", others.toArray(UUID[]::new))
                .update();
        jdbc.sql(
                        """
                        insert into merged_identity (owner_id, identity_id, person_id)
                        select owner_id, identity_id, :into from person where id = any(:others)
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
        discardPortraits(ids);
        jdbc.sql("delete from person where id = any(?)").params((Object) all).update();
    }

    void discardPortraits(Collection<UUID> ids) {
        jdbc.sql(
                        """
                        with gone as (
                            insert into discarded_file (path)
                            select thumbnail_path from person
                            where id = any(:ids) and thumbnail_path <> ''
                            on conflict do nothing)
                        update person set thumbnail_path = '', updated_at = now()
                        where id = any(:ids) and thumbnail_path <> ''
                        """)
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
}
