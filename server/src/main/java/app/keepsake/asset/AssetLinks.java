package app.keepsake.asset;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which assets belong to a thing that may have many: an album, a tag, a memory.
 *
 * @param table with a row for each asset of each thing
 * @param column of it, that names the thing
 */
public record AssetLinks(JdbcClient jdbc, String table, String column) {

    /** Those of the assets that belong to it. */
    public Set<UUID> among(UUID id, Collection<UUID> assetIds) {
        return ask("select asset_id from %s where %s = :id and asset_id = any(:ids)", id, assetIds);
    }

    /** From now on none of these belongs to it; returns those that did. */
    public Set<UUID> remove(UUID id, Collection<UUID> assetIds) {
        return ask(
                "delete from %s where %s = :id and asset_id = any(:ids) returning asset_id",
                id, assetIds);
    }

    private Set<UUID> ask(String sql, UUID id, Collection<UUID> assetIds) {
        return jdbc.sql(sql.formatted(table, column))
                .param("id", id)
                .param("ids", assetIds.toArray(UUID[]::new))
                .query(UUID.class)
                .set();
    }
}
