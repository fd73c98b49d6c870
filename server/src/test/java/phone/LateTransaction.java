package phone;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A transaction of some other tool: it has its id early, writes rows of synced tables late, and
 * commits later still. It keeps to assets and an album of its own (named by its lane), so that it
 * waits for nobody and nobody waits for it.
 */
final class LateTransaction implements AutoCloseable {

    private final Connection connection;
    private final Random random;
    private final String lane;

    LateTransaction(DataSource database, Random random, String lane) throws SQLException {
        this.random = random;
        this.lane = lane;
        connection = database.getConnection();
        connection.setAutoCommit(false);
        run("set local idle_in_transaction_session_timeout = 0");
        run("set local lock_timeout = '20s'"); // it should wait for nobody
        run("select pg_current_xact_id()");
    }

    void write(String userId) throws SQLException {
        var user = UUID.fromString(userId);
        for (int i = 0; i < 3; i++) {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> insertAsset(user);
                case 3 -> updateAsset(user);
                case 4 -> deleteAsset(user);
                case 5 -> addToAlbum(user);
                case 6 -> removeFromAlbum(user);
                case 7 -> stack(user);
                case 8 -> unstack(user);
                case 9 -> remember(user);
                case 10 -> recognize(user);
                default -> annotate(user);
            }
        }
    }

    private void insertAsset(UUID user) throws SQLException {
        var id = UUID.randomUUID();
        run(
                """
                insert into asset (id, owner_id, type, original_path, original_file_name, checksum,
                    size_in_bytes, file_created_at, file_modified_at, local_date_time, visibility,
                    live_photo_video_id)
                values (?, ?, 'IMAGE', ?, ?, decode(replace(? || '12345678', '-', ''), 'hex'), 1,
                    now(), now(), now(), (array['timeline', 'timeline', 'archive'])[?], null)
                """,
                id,
                user,
                "late/" + id,
                lane + "-" + id,
                id.toString(),
                random.nextInt(3) + 1);
        run("insert into asset_exif (asset_id, make, f_number) values (?, 'Late', 2.8)", id);
        run(
                """
                insert into asset_job_status (asset_id, metadata_extracted_at, thumbnails_at,
                    smart_search_at, faces_recognized_at)
                values (?, now(), now(), now(), now())
                """,
                id);
    }

    private void updateAsset(UUID user) throws SQLException {
        run(
                """
                update asset set is_favorite = not is_favorite,
                    visibility = (array['timeline', 'archive'])[?] where id = (%s)
                """
                        .formatted(one()),
                random.nextInt(2) + 1,
                user,
                lane());
        run(
                "update asset_exif set description = ? where asset_id = (%s)".formatted(one()),
                "said late " + random.nextInt(),
                user,
                lane());
    }

    private void deleteAsset(UUID user) throws SQLException {
        run(
                """
                delete from asset where id = (%s)
                    and not exists (select from album where album_thumbnail_asset_id = asset.id)
                """
                        .formatted(one()),
                user,
                lane());
    }

    private void addToAlbum(UUID user) throws SQLException {
        run(
                """
                insert into album_asset (album_id, asset_id)
                select album.id, asset.id
                from album join album_user on album_id = album.id, asset
                where user_id = ? and role = 'owner' and album_name = ? and asset.id = (%s)
                on conflict do nothing
                """
                        .formatted(one()),
                user,
                lane,
                user,
                lane());
    }

    private void removeFromAlbum(UUID user) throws SQLException {
        run("delete from album_asset where asset_id = (%s)".formatted(one()), user, lane());
    }

    private void stack(UUID user) throws SQLException {
        run(
                """
                with members as (select id from asset
                    where owner_id = ? and original_file_name like ? and stack_id is null
                    order by original_file_name limit 3),
                made as (insert into stack (owner_id, primary_asset_id)
                    select ?, (array_agg(id))[1] from members having count(*) > 1 returning id)
                update asset set stack_id = made.id from made
                where asset.id in (select id from members)
                """,
                user,
                lane(),
                user);
    }

    private void unstack(UUID user) throws SQLException {
        run(
                """
                delete from stack where id = (select stack_id from asset
                    where owner_id = ? and original_file_name like ? and stack_id is not null
                    limit 1)
                """,
                user,
                lane());
    }

    private void remember(UUID user) throws SQLException {
        run(
                """
                with made as (insert into memory (owner_id, type, data, memory_at, show_at)
                    values (?, 'on_this_day', '{"year": 2019}', now(), now()) returning id)
                insert into memory_asset (memory_id, asset_id)
                select made.id, a.id from made, asset a
                where a.owner_id = ? and a.original_file_name like ?
                """,
                user,
                user,
                lane());
        run(
                """
                update memory set seen_at = now(), updated_at = now() where id =
                    (select memory_id from memory_asset where asset_id = (%s) limit 1)
                """
                        .formatted(one()),
                user,
                lane());
        if (random.nextBoolean()) {
            run(
                    """
                    delete from memory where id =
                        (select memory_id from memory_asset where asset_id = (%s) limit 1)
                    """
                            .formatted(one()),
                    user,
                    lane());
        }
    }

    private void recognize(UUID user) throws SQLException {
        run(
                """
                with made as (insert into person (owner_id, name)
                    select ?, 'Late' where exists (%s) returning id)
                insert into asset_face (asset_id, person_id, image_width, image_height,
                    bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                select (%s), id, 10, 10, 1, 1, 5, 5 from made
                """
                        .formatted(one(), one()),
                user,
                user,
                lane(),
                user,
                lane());
        if (random.nextBoolean()) {
            run(
                    """
                    delete from person where id = (select person_id from asset_face
                        where asset_id = (%s) and person_id is not null limit 1)
                    """
                            .formatted(one()),
                    user,
                    lane());
        }
        if (random.nextBoolean()) {
            run("delete from asset_face where asset_id = (%s)".formatted(one()), user, lane());
        }
    }

    private void annotate(UUID user) throws SQLException {
        run(
                """
                insert into asset_edit (asset_id, action, parameters, sequence)
                select id, 'rotate', '{"angle": 90}', 0 from asset where id = (%s)
                on conflict (asset_id, sequence) do update set parameters = '{"angle": 180}'
                """
                        .formatted(one()),
                user,
                lane());
        run(
                """
                insert into asset_metadata (asset_id, key, value)
                select id, 'mobile-app', '{"iCloudId": "late"}' from asset where id = (%s)
                on conflict do nothing
                """
                        .formatted(one()),
                user,
                lane());
        run(
                """
                insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score, text_score, text)
                select id, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 'late'
                from asset where id = (%s)
                """
                        .formatted(one()),
                user,
                lane());
        if (random.nextBoolean()) {
            var table = new String[] {"asset_edit", "asset_metadata", "ocr"}[random.nextInt(3)];
            run("delete from %s where asset_id = (%s)".formatted(table, one()), user, lane());
        }
    }

    /** Some asset of this lane: takes a user and {@link #lane()}. */
    private String one() {
        return """
        select id from asset where owner_id = ? and original_file_name like ?
        order by original_file_name limit 1\
        """;
    }

    private String lane() {
        return lane + "-%";
    }

    void commit() throws SQLException {
        connection.commit();
    }

    private void run(String sql, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.close();
    }
}
