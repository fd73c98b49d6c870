package app.keepsake.asset;

import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients keep with an asset under a name of theirs, such as its id in an iCloud. */
@Component
public class AssetMetadata {

    /** Where a value is kept. */
    public record Key(UUID assetId, String name) {}

    /**
     * A value to keep.
     *
     * @param value a JSON object
     */
    public record Item(Key key, JsonNode value) {

        private static final int MAX_NAME = 100;
        private static final int MAX_VALUE = 16 * 1024;

        public Item {
            if (key.name().isEmpty() || key.name().length() > MAX_NAME) {
                throw new Problem.Invalid("key must have 1 to %d characters".formatted(MAX_NAME));
            }
            if (!value.isObject() || value.toString().length() > MAX_VALUE) {
                throw new Problem.Invalid(
                        "value must be an object of at most %d characters".formatted(MAX_VALUE));
            }
            if (value.toString().contains("\\u0000")) {
                throw new Problem.Invalid("value must not contain NUL"); // PostgreSQL has none
            }
        }
    }

    /** A value that is kept. */
    public record Kept(Item item, Instant updatedAt) {}

    private static final int MOST_KEYS = 50;

    private final Access access;
    private final JdbcClient jdbc;

    AssetMetadata(Access access, JdbcClient jdbc) {
        this.access = access;
        this.jdbc = jdbc;
    }

    /** All that is kept with an asset, by name. */
    public List<Kept> of(Caller caller, UUID assetId) {
        access.requireAsset(caller, Permission.ASSET_READ, assetId);
        return jdbc.sql(
                        """
                        select asset_id, key, value, updated_at from asset_metadata
                        where asset_id = ? order by key
                        """)
                .param(assetId)
                .query((row, _) -> kept(row))
                .list();
    }

    public Kept get(Caller caller, Key key) {
        return of(caller, key.assetId()).stream()
                .filter(kept -> kept.item().key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new Problem.Invalid(
                                        "Metadata with key \"%s\" not found for asset with id \"%s\""
                                                .formatted(key.name(), key.assetId())));
    }

    /** Keeps values in the place of older ones; other names stay. All or none. */
    public List<Kept> put(Caller caller, Collection<Item> items) {
        var assetIds = items.stream().map(item -> item.key().assetId()).distinct().toList();
        access.requireAssets(caller, Permission.ASSET_UPDATE, assetIds);
        if (items.stream().map(Item::key).distinct().count() < items.size()) {
            throw new Problem.Invalid("Duplicate items are not allowed");
        }
        requireRoom(items);
        return jdbc.sql(
                        """
                        insert into asset_metadata (asset_id, key, value)
                        select * from unnest(:ids::uuid[], :keys::text[], :values::jsonb[])
                            as item (id, key, value) order by id, key
                        on conflict (asset_id, key)
                            do update set value = excluded.value, updated_at = now()
                        returning asset_id, key, value, updated_at
                        """)
                .param("ids", items.stream().map(i -> i.key().assetId()).toArray(UUID[]::new))
                .param("keys", items.stream().map(i -> i.key().name()).toArray(String[]::new))
                .param(
                        "values",
                        items.stream().map(i -> i.value().toString()).toArray(String[]::new))
                .query((row, _) -> kept(row))
                .list();
    }

    private void requireRoom(Collection<Item> items) {
        var tooMany =
                jdbc.sql(
                                """
                                select exists (
                                    select from (
                                        select asset_id, key from asset_metadata
                                        where asset_id = any(:ids)
                                        union
                                        select * from unnest(:ids::uuid[], :keys::text[])
                                    ) as after group by asset_id having count(*) > :most)
                                """)
                        .param(
                                "ids",
                                items.stream().map(i -> i.key().assetId()).toArray(UUID[]::new))
                        .param(
                                "keys",
                                items.stream().map(i -> i.key().name()).toArray(String[]::new))
                        .param("most", MOST_KEYS)
                        .query(Boolean.class)
                        .single();
        if (tooMany) {
            throw new Problem.Invalid("An asset keeps at most %d keys".formatted(MOST_KEYS));
        }
    }

    /** Forgets values; those that are not kept are no mistake. */
    public void remove(Caller caller, Collection<Key> keys) {
        access.requireAssets(
                caller,
                Permission.ASSET_UPDATE,
                keys.stream().map(Key::assetId).distinct().toList());
        jdbc.sql(
                        """
                        delete from asset_metadata where (asset_id, key) in (
                            select * from unnest(:ids::uuid[], :keys::text[]))
                        """)
                .param("ids", keys.stream().map(Key::assetId).toArray(UUID[]::new))
                .param("keys", keys.stream().map(Key::name).toArray(String[]::new))
                .update();
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                new Item(
                        new Key(row.getObject("asset_id", UUID.class), row.getString("key")),
                        JsonMapper.shared().readTree(row.getString("value"))),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
