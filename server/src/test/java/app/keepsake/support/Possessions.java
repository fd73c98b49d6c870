package app.keepsake.support;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One of everything that a user can have, by the word in the API's paths: {@code albums}, {@code
 * people}.
 */
public final class Possessions {

    private final JdbcClient jdbc;
    private final Caller owner;
    private final Map<String, UUID> ids = new HashMap<>();

    public Possessions(JdbcClient jdbc, Fixtures given, AssetFixtures givenAssets, Caller owner) {
        this.jdbc = jdbc;
        this.owner = owner;
        var asset =
                givenAssets.asset(owner, Map.of("visibility", "timeline", "is_favorite", "true"));
        var second = givenAssets.asset(owner, Map.of());
        jdbc.sql("insert into asset_exif (asset_id) values (?), (?) on conflict do nothing")
                .params(asset, second)
                .update();
        ids.put("assets", asset);
        // The key that Operation asks for.
        run(
                "insert into asset_metadata (asset_id, key, value) values (:assets, 'something', '{}')");
        add("albums", "insert into album (album_name) values ('Hers') returning id");
        run("insert into album_user (album_id, user_id, role) values (:albums, :owner, 'owner')");
        run("insert into album_asset (album_id, asset_id) values (:albums, :assets)");
        add("people", "insert into person (owner_id, name) values (:owner, 'Eva') returning id");
        add(
                "faces",
                """
                insert into asset_face (asset_id, person_id, image_width, image_height,
                    bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                values (:assets, :people, 100, 100, 10, 10, 20, 20) returning id
                """);
        add("tags", "insert into tag (user_id, value) values (:owner, 'Rome') returning id");
        run("insert into tag_asset (tag_id, asset_id) values (:tags, :assets)");
        add(
                "stacks",
                """
                insert into stack (owner_id, primary_asset_id) values (:owner, :assets)
                returning id
                """);
        run("update asset set stack_id = :stacks where owner_id = :owner");
        add(
                "memories",
                """
                insert into memory (owner_id, type, data, memory_at)
                values (:owner, 'on_this_day', '{"year": 2024}', '2024-05-06') returning id
                """);
        run("insert into memory_asset (memory_id, asset_id) values (:memories, :assets)");
        ids.put("sessions", given.sessionId(given.token(owner)));
        given.apiKey(owner, Permission.ALL);
        add("cluster-groups", "select cluster_group_id from \"user\" where id = :owner");
        add("api-keys", "select id from api_key where user_id = :owner");
    }

    private void add(String word, String sql) {
        ids.put(word, jdbc.sql(sql).params(parameters()).query(UUID.class).single());
    }

    private void run(String sql) {
        jdbc.sql(sql).params(parameters()).update();
    }

    private Map<String, Object> parameters() {
        var parameters = new HashMap<String, Object>(ids);
        parameters.put("owner", owner.userId());
        return parameters;
    }

    /** What is called so; something that is nobody's where there is no such thing. */
    public UUID id(String word) {
        return ids.getOrDefault(word, UUID.randomUUID());
    }

    public boolean has(String word) {
        return ids.containsKey(word);
    }

    public List<UUID> ids() {
        return List.copyOf(ids.values());
    }

    /**
     * All rows of all tables that are theirs, as one text: it is equal as long as nothing has
     * changed. What jobs write by themselves is left out.
     */
    public String everything() {
        var owners =
                Map.of(
                        "owner_id", "= :owner",
                        "user_id", "= :owner",
                        "shared_by_id", "= :owner",
                        "shared_with_id", "= :owner",
                        "asset_id", "in (select id from asset where owner_id = :owner)",
                        "album_id", "in (select album_id from album_user where user_id = :owner)");
        var tables =
                jdbc.sql(
                                """
                                select c.table_name, min(c.column_name)
                                from information_schema.columns c
                                join information_schema.tables t using (table_schema, table_name)
                                where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
                                    and c.column_name in (:columns)
                                    and c.table_name not in ('asset_job_status', 'job_attempt')
                                group by c.table_name
                                """)
                        .param("columns", owners.keySet())
                        .query((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                        .list();
        var text = new StringBuilder();
        for (var table : tables) {
            text.append(
                    rows(table.getKey(), table.getValue() + " " + owners.get(table.getValue())));
        }
        return text.append(rows("user", "id = :owner"))
                .append(rows("album", "id = :albums"))
                .toString();
    }

    private String rows(String table, String condition) {
        return "%s: %s%n"
                .formatted(
                        table,
                        jdbc.sql(
                                        """
                                        select coalesce(string_agg(t::text, ' ' order by t::text), '')
                                        from "%s" t where %s
                                        """
                                                .formatted(table, condition))
                                .params(parameters())
                                .query(String.class)
                                .single());
    }
}
