package app.keepsake.search;

import app.keepsake.person.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class SearchQueries {

    private static final String FROM =
            " from asset a left join asset_exif e on e.asset_id = a.id where ";

    private record Sorted(UUID id, @Nullable Object value) {}

    private final JdbcClient jdbc;

    SearchQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Found find(UUID ownerId, Criteria criteria, Order order, Page page) {
        var after = page.after();
        var statement =
                jdbc.sql(
                                "select a.id, %s as value %s %s %s order by %s limit :limit offset :offset"
                                        .formatted(
                                                order.field().column(),
                                                FROM,
                                                criteria.sql(),
                                                after == null
                                                        ? ""
                                                        : " and "
                                                                + order.behind(
                                                                        after.value() != null),
                                                order.sql()))
                        .params(criteria.params(ownerId))
                        .param("limit", page.size() + 1)
                        .param("offset", page.offset());
        if (after != null) {
            statement = statement.param("afterId", after.assetId()).param("after", after.value());
        }
        var rows =
                statement
                        .query(
                                (row, _) ->
                                        new Sorted(
                                                row.getObject("id", UUID.class),
                                                row.getObject("value", order.field().type())))
                        .list();
        var hasMore = rows.size() > page.size();
        var shown = hasMore ? rows.subList(0, page.size()) : rows;
        return new Found(
                shown.stream().map(Sorted::id).toList(),
                hasMore,
                hasMore ? new Cursor(order, shown.getLast().value(), shown.getLast().id()) : null);
    }

    List<UUID> random(UUID ownerId, Criteria criteria, int size) {
        return jdbc.sql("select a.id" + FROM + criteria.sql() + " order by random() limit :size")
                .params(criteria.params(ownerId))
                .param("size", size)
                .query(UUID.class)
                .list();
    }

    long count(UUID ownerId, Criteria criteria) {
        return jdbc.sql("select count(*)" + FROM + criteria.sql())
                .params(criteria.params(ownerId))
                .query(Long.class)
                .single();
    }

    List<String> values(UUID ownerId, Criteria criteria, Column column, int most) {
        return jdbc.sql(
                        "select distinct %s as value %s %s order by value limit :most"
                                .formatted(column.sql(), FROM, criteria.sql()))
                .params(criteria.params(ownerId))
                .param("most", most)
                .query(String.class)
                .list();
    }

    /** The newest asset of each city, in the order of their names. */
    List<UUID> ofEachCity(UUID ownerId, Criteria criteria, int most) {
        return jdbc.sql(
                        """
                        select distinct on (e.city) a.id %s %s and e.city is not null
                        order by e.city, a.file_created_at desc, a.id desc limit :most
                        """
                                .formatted(FROM, criteria.sql()))
                .params(criteria.params(ownerId))
                .param("most", most)
                .query(UUID.class)
                .list();
    }

    /** The newest asset of the cities where most were taken, most first. */
    List<Searches.Example> citiesWithMost(UUID ownerId, Criteria criteria, int atLeast, int most) {
        return jdbc.sql(
                        """
                        select e.city as value,
                            (array_agg(a.id order by a.file_created_at desc, a.id desc))[1] as asset_id
                        %s %s and e.city is not null
                        group by e.city having count(*) >= :atLeast
                        order by count(*) desc, e.city limit :most
                        """
                                .formatted(FROM, criteria.sql()))
                .params(criteria.params(ownerId))
                .param("atLeast", atLeast)
                .param("most", most)
                .query(Searches.Example.class)
                .list();
    }

    /** What most of these assets most likely show, most first, each with the likeliest. */
    List<Searches.Example> things(
            UUID ownerId, Criteria criteria, double likely, int atLeast, int most) {
        return jdbc.sql(
                        """
                        select t.name as value,
                            (array_agg(a.id order by t.probability desc, a.id))[1] as asset_id
                        from asset a join asset_thing t on t.asset_id = a.id
                        left join asset_exif e on e.asset_id = a.id
                        where t.probability >= :likely and %s
                        group by t.name having count(*) >= :atLeast
                        order by count(*) desc, t.name limit :most
                        """
                                .formatted(criteria.sql()))
                .params(criteria.params(ownerId))
                .param("likely", likely)
                .param("atLeast", atLeast)
                .param("most", most)
                .query(Searches.Example.class)
                .list();
    }

    List<Person> people(UUID ownerId, String name, boolean withHidden, int most) {
        return jdbc.sql(
                        """
                        select p.* from person p
                        where p.owner_id = :ownerId and (p.name ilike :start or p.name ilike :word)
                            and (:withHidden or not p.is_hidden)
                        order by p.name ilike :start desc, p.is_favorite desc, p.name, p.id
                        limit :most
                        """)
                .param("ownerId", ownerId)
                .param("start", Column.Part.START.pattern(name))
                .param("word", Column.Part.ANY.pattern(" " + name))
                .param("withHidden", withHidden)
                .param("most", most)
                .query((row, _) -> person(row))
                .list();
    }

    /** Who is seen on those of the assets that are this owner's. */
    Map<UUID, List<Person>> peopleOn(UUID ownerId, List<UUID> assetIds) {
        var found = new HashMap<UUID, List<Person>>();
        jdbc.sql(
                        """
                        select distinct f.asset_id, p.*
                        from asset_face f join person p on p.id = f.person_id
                        join asset a on a.id = f.asset_id
                        where f.asset_id = any(:assetIds) and f.deleted_at is null and f.is_visible
                            and a.owner_id = :ownerId
                        order by p.name, p.id
                        """)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .param("ownerId", ownerId)
                .query(
                        row -> {
                            found.computeIfAbsent(
                                            row.getObject("asset_id", UUID.class),
                                            _ -> new ArrayList<>())
                                    .add(person(row));
                        });
        return found;
    }

    private static Person person(ResultSet row) throws SQLException {
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

    /** Those of the assets that are in a stack, and how much of it this viewer sees. */
    Map<UUID, Searches.InStack> stacksOf(UUID viewerId, List<UUID> assetIds) {
        var found = new HashMap<UUID, Searches.InStack>();
        jdbc.sql(
                        """
                        select shown.id as asset_id, s.id, s.primary_asset_id, count(a.id) as assets
                        from asset shown join stack s on s.id = shown.stack_id
                        join asset a on a.stack_id = s.id
                        where shown.id = any(:assetIds) and a.deleted_at is null
                            and (a.visibility = 'timeline'
                                or s.owner_id = :viewerId and a.visibility <> 'locked')
                        group by shown.id, s.id
                        """)
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .param("viewerId", viewerId)
                .query(
                        row -> {
                            found.put(
                                    row.getObject("asset_id", UUID.class),
                                    new Searches.InStack(
                                            row.getObject("id", UUID.class),
                                            row.getObject("primary_asset_id", UUID.class),
                                            row.getInt("assets")));
                        });
        return found;
    }
}
