package app.keepsake.immich.sync;

import app.keepsake.auth.Caller;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that people's doings leave: albums, partners and the like, as their features write them. */
record Sharing(JdbcClient jdbc) {

    void partner(Caller by, Caller with) {
        sql(
                "insert into partner (shared_by_id, shared_with_id) values (?, ?)",
                by.userId(),
                with.userId());
    }

    void noPartner(Caller by, Caller with) {
        sql(
                "delete from partner where shared_by_id = ? and shared_with_id = ?",
                by.userId(),
                with.userId());
    }

    UUID album(Caller owner, Caller... members) {
        var id = insert("album (album_name) values ('Album')");
        sql(
                "insert into album_user (album_id, user_id, role) values (?, ?, 'owner')",
                id,
                owner.userId());
        Arrays.stream(members).forEach(member -> join(id, member));
        return id;
    }

    void join(UUID album, Caller member) {
        sql("insert into album_user (album_id, user_id) values (?, ?)", album, member.userId());
    }

    void leave(UUID album, Caller member) {
        sql("delete from album_user where album_id = ? and user_id = ?", album, member.userId());
    }

    void put(UUID album, UUID... assets) {
        for (var asset : assets) {
            sql("insert into album_asset (album_id, asset_id) values (?, ?)", album, asset);
        }
    }

    void take(UUID album, UUID asset) {
        sql("delete from album_asset where album_id = ? and asset_id = ?", album, asset);
    }

    void exif(UUID asset) {
        sql("insert into asset_exif (asset_id, city) values (?, 'Rome')", asset);
    }

    UUID stack(Caller owner, UUID primary) {
        var id =
                insert(
                        "stack (owner_id, primary_asset_id) values ('%s', '%s')"
                                .formatted(owner.userId(), primary));
        sql("update asset set stack_id = ? where id = ?", id, primary);
        return id;
    }

    UUID memory(Caller owner) {
        return insert(
                "memory (owner_id, type, data, memory_at) values ('%s', 'on_this_day', '{\"year\": 2019}', now())"
                        .formatted(owner.userId()));
    }

    void show(UUID asset, String visibility) {
        sql("update asset set visibility = ? where id = ?", visibility, asset);
    }

    void delete(UUID asset) {
        sql("delete from asset where id = ?", asset);
    }

    /** Deletes an asset; {@code next} then has its checksum, as if it had been uploaded again. */
    UUID replace(UUID old, UUID next) {
        var checksum =
                jdbc.sql("delete from asset where id = ? returning checksum")
                        .param(old)
                        .query(byte[].class)
                        .single();
        sql("update asset set checksum = ? where id = ?", checksum, next);
        return next;
    }

    UUID insert(String what) {
        return jdbc.sql("insert into " + what + " returning id").query(UUID.class).single();
    }

    void sql(String sql, Object... params) {
        jdbc.sql(sql).params(params).update();
    }
}
