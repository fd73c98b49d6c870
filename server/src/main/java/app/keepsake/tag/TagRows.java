package app.keepsake.tag;

import app.keepsake.asset.AssetLinks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class TagRows {

    private static final String COLUMNS =
            " t.id, t.value, t.parent_id, t.color, t.created_at, t.updated_at ";

    private final JdbcClient jdbc;
    private final AssetLinks assets;

    TagRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.assets = new AssetLinks(jdbc, "tag_asset", "tag_id");
    }

    /** Which it holds. */
    AssetLinks assets() {
        return assets;
    }

    /** Makes changes of this user's paths wait for each other, and for {@link #upsert}. */
    void lock(UUID userId) {
        lock("pg_advisory_xact_lock", userId);
    }

    private void lock(String function, UUID userId) {
        jdbc.sql("select %s(hashtextextended('tags ' || :userId, 0))::text".formatted(function))
                .param("userId", userId)
                .query(String.class)
                .single();
    }

    List<Tag> all(UUID userId) {
        return jdbc.sql(
                        "select %s from tag t where user_id = :userId order by value"
                                .formatted(COLUMNS))
                .param("userId", userId)
                .query(Tag.class)
                .list();
    }

    /** Those of the ids that are of this user's tags, by their path. */
    List<Tag> find(UUID userId, Collection<UUID> ids) {
        return jdbc.sql(
                        """
                        select %s from tag t where user_id = :userId and id = any(:ids)
                        order by value
                        """
                                .formatted(COLUMNS))
                .param("userId", userId)
                .param("ids", ids.toArray(UUID[]::new))
                .query(Tag.class)
                .list();
    }

    List<Tag> onAsset(UUID userId, UUID assetId) {
        return jdbc.sql(
                        """
                        select %s from tag t join tag_asset ta on ta.tag_id = t.id
                        where ta.asset_id = :assetId and t.user_id = :userId
                        order by value
                        """
                                .formatted(COLUMNS))
                .param("userId", userId)
                .param("assetId", assetId)
                .query(Tag.class)
                .list();
    }

    UUID insert(UUID userId, String value, @Nullable UUID parentId, @Nullable String color) {
        return jdbc.sql(
                        """
                        insert into tag (user_id, value, parent_id, color)
                        values (:userId, :value, :parentId, :color) returning id
                        """)
                .param("userId", userId)
                .param("value", value)
                .param("parentId", parentId)
                .param("color", color)
                .query(UUID.class)
                .single();
    }

    /** The tags with these paths, made where they are not there yet, as are those above them. */
    Map<String, UUID> upsert(UUID userId, Collection<TagPath> paths) {
        // Files that are read at once need not wait for each other.
        lock("pg_advisory_xact_lock_shared", userId);
        var byDepth = new TreeMap<Integer, Set<String>>();
        for (var path : paths) {
            var levels = path.levels();
            for (var depth = 0; depth < levels.size(); depth++) {
                byDepth.computeIfAbsent(depth, _ -> new TreeSet<>()).add(levels.get(depth));
            }
        }
        var ids = new HashMap<String, UUID>();
        for (var values : byDepth.values()) {
            ids.putAll(upsertLevel(userId, values, ids));
        }
        return ids;
    }

    /** In the order of the paths, so that two at once do not wait for each other. */
    private Map<String, UUID> upsertLevel(
            UUID userId, Collection<String> values, Map<String, UUID> parents) {
        var names = values.toArray(String[]::new);
        var parentIds = new ArrayList<@Nullable UUID>(names.length);
        for (var name : names) {
            parentIds.add(parents.get(TagPath.parent(name)));
        }
        jdbc.sql(
                        """
                        insert into tag (user_id, value, parent_id)
                        select :userId, value, parent_id
                        from unnest(:values::text[], :parentIds::uuid[]) as new (value, parent_id)
                        order by value
                        on conflict (user_id, value) do nothing
                        """)
                .param("userId", userId)
                .param("values", names)
                .param("parentIds", parentIds.toArray(UUID[]::new))
                .update();
        var ids = new HashMap<String, UUID>();
        jdbc.sql(
                        """
                        select id, value from tag
                        where user_id = :userId and value = any(:values) for key share
                        """)
                .param("userId", userId)
                .param("values", names)
                .query((row, _) -> ids.put(row.getString(2), row.getObject(1, UUID.class)))
                .list();
        return ids;
    }

    void setColor(UUID id, @Nullable String color) {
        jdbc.sql("update tag set color = :color, updated_at = now() where id = :id")
                .param("id", id)
                .param("color", color)
                .update();
    }

    /** The assets that bear this tag or one below it. */
    List<UUID> bearing(UUID userId, String value) {
        return jdbc.sql(
                        """
                        select distinct asset_id from tag_asset join tag on id = tag_id
                        where user_id = :userId
                            and (value = :value or starts_with(value, :value || '/'))
                        """)
                .param("userId", userId)
                .param("value", value)
                .query(UUID.class)
                .list();
    }

    /** How long the longest path below this one is, from its end; 0 without any. */
    int deepest(UUID userId, String value) {
        return jdbc.sql(
                        """
                        select coalesce(max(length(value)), length(:value)) - length(:value) from tag
                        where user_id = :userId and starts_with(value, :value || '/')
                        """)
                .param("userId", userId)
                .param("value", value)
                .query(Integer.class)
                .single();
    }

    /** Moves what is below it along. */
    void rename(UUID userId, String from, String to) {
        jdbc.sql(
                        """
                        update tag set value = :to || substr(value, length(:from) + 1),
                            updated_at = now()
                        where user_id = :userId
                            and (value = :from or starts_with(value, :from || '/'))
                        """)
                .param("userId", userId)
                .param("from", from)
                .param("to", to)
                .update();
    }

    void delete(UUID id) {
        jdbc.sql("delete from tag where id = :id").param("id", id).update();
    }

    /** The asset of each pair that is new. */
    List<UUID> insertAssets(Collection<UUID> tagIds, Collection<UUID> assetIds) {
        return jdbc.sql(
                        """
                        with present as (
                            select t.id as tag_id, a.id as asset_id from tag t cross join asset a
                            where t.id = any(:tagIds) and a.id = any(:assetIds)
                            order by 1, 2 for key share)
                        insert into tag_asset (tag_id, asset_id) select tag_id, asset_id from present
                        on conflict do nothing returning asset_id
                        """)
                .param("tagIds", tagIds.toArray(UUID[]::new))
                .param("assetIds", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    UUID ownerOf(UUID assetId) {
        return jdbc.sql("select owner_id from asset where id = :id")
                .param("id", assetId)
                .query(UUID.class)
                .single();
    }

    void takeOff(UUID userId, UUID assetId, Collection<TagPath> paths) {
        jdbc.sql(
                        """
                        delete from tag_asset ta using tag t
                        where t.id = ta.tag_id and ta.asset_id = :assetId
                            and t.user_id = :userId and t.value = any(:values)
                        """)
                .param("userId", userId)
                .param("assetId", assetId)
                .param("values", paths.stream().map(TagPath::value).toArray(String[]::new))
                .update();
    }
}
