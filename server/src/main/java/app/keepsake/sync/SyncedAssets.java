package app.keepsake.sync;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the stream says of an asset to its owner's phones, for telling it ahead of their next one.
 * As JSON; whom it is told must be its owner.
 */
@Component
public class SyncedAssets {

    private final JdbcClient jdbc;

    SyncedAssets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** {@code {asset, exif}}; empty until its metadata is read. */
    public Optional<String> withExif(UUID assetId) {
        return find(
                assetId,
                """
                select json_build_object(
                    'asset', (select row_to_json(line) from (select %s) line),
                    'exif', (select row_to_json(line) from (select %s) line))
                from asset a join asset_exif e on e.asset_id = a.id
                where a.id = ?
                """
                        .formatted(Columns.OWN_ASSET, Columns.EXIF));
    }

    /** {@code {asset, edit}} with all its edits, in their order. */
    public Optional<String> withEdits(UUID assetId) {
        return find(
                assetId,
                """
                select json_build_object(
                    'asset', (select row_to_json(line) from (select %s) line),
                    'edit', coalesce((
                        select json_agg(line) from (
                            select %s from asset_edit x where x.asset_id = a.id order by x.sequence
                        ) line), '[]'))
                from asset a
                where a.id = ?
                """
                        .formatted(Columns.OWN_ASSET, Columns.EDIT));
    }

    private Optional<String> find(UUID assetId, String sql) {
        return jdbc.sql(sql).param(assetId).query(String.class).optional();
    }
}
