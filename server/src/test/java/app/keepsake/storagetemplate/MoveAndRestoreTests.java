package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.MoveOriginal;
import app.keepsake.upload.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What older states of the database say of files that have moved. */
class MoveAndRestoreTests extends MoveTest {

    @Autowired Sweep sweep;

    /** What a dump of the database and a later copy of the library are to each other. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasMovedAfterADumpIsThereWhenItIsRestored(boolean areInQuarantine) throws Exception {
        template("{{y}}/{{filename}}");
        var ids = List.of(photoWithSidecar(ana, "a.jpg"), photo(ana, "a.jpg"), photo(ana, "c.jpg"));
        var dumped = new HashMap<UUID, Place>();
        var photos = new HashMap<UUID, byte[]>();
        for (var id : ids) {
            setChecksum(id);
            dumped.put(id, place(id));
            photos.put(id, bytes(id));
            move(id);
        }
        var files = filesOf(ana).keySet();
        assertThat(files).hasSize(4).allMatch(path -> path.startsWith(home(ana) + "2024/"));
        dumped.forEach(
                (id, place) ->
                        jdbc.sql(
                                        """
                                        update asset
                                        set original_path = :path, sidecar_path = :sidecar
                                        where id = :id
                                        """)
                                .param("path", place.originalPath())
                                .param("sidecar", place.sidecarPath())
                                .param("id", id)
                                .update());
        if (areInQuarantine) { // by a server that knew nothing of this
            for (var file : files) {
                var aside = library.resolve("quarantine/" + file);
                Files.createDirectories(aside.getParent());
                Files.move(library.resolve(file), aside);
            }
            jdbc.sql("update asset set is_offline = true where owner_id = ?")
                    .param(ana.userId())
                    .update();
        } else { // the dump may be of the midst of moves
            jdbc.sql("insert into asset_move (asset_id, path) values (?, ?)")
                    .params(ids.getFirst(), home(ana) + "2024/a.jpg")
                    .update();
            jdbc.sql(
                            """
                            insert into discarded_file (path, remove_after)
                            values (?, now() + interval '1 hour')
                            """)
                    .param(home(ana) + "2024/c.jpg")
                    .update();
        }

        sweep.run();
        for (var id : ids) {
            assertThat(download(id)).isEqualTo(photos.get(id));
            assertThat(isOffline(id)).isFalse();
        }
        assertThat(library.resolve(String.valueOf(place(ids.getFirst()).sidecarPath())))
                .hasContent(SIDECAR);
        assertThat(filesOf(ana)).hasSize(4);
        assertThat(countOf(library.resolve("quarantine/" + home(ana)))).isZero();

        jdbc.sql("update discarded_file set remove_after = now()").update();
        for (var id : ids) {
            move(id);
            assertThat(download(id)).isEqualTo(photos.get(id));
        }
        sweep.run();
        assertThat(filesOf(ana)).hasSize(4);
    }

    private void setChecksum(UUID id) throws Exception {
        jdbc.sql("update asset set checksum = ? where id = ?")
                .params(MessageDigest.getInstance("SHA-1").digest(bytes(id)), id)
                .update();
    }

    private boolean isOffline(UUID id) {
        return jdbc.sql("select is_offline from asset where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private static long countOf(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (var walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).count();
        }
    }

    /** Another server read it before it was renamed, and is in time to take the old name for it. */
    @Test
    void aNameThatAnotherServerTakesByAnOlderStateIsGivenBack() throws Exception {
        var id = photo(ana, "new.jpg");
        jdbc.sql(
                        """
                        create sequence other_server_turn;
                        create function other_server() returns trigger language plpgsql as $$
                        begin
                            if nextval('other_server_turn') = 1 then
                                insert into asset_move (asset_id, path) values (new.asset_id, '%s');
                            end if;
                            return new;
                        end $$;
                        create trigger other_server before insert on asset_move for each row
                        when (new.asset_id = '%s') execute function other_server()
                        """
                                .formatted(home(ana) + "old.jpg", id))
                .update();
        try (var _ = (AutoCloseable) this::dropOtherServer) {
            template("{{filename}}");
            handler.run(new MoveOriginal(id));
        }
        assertThat(place(id).originalPath()).isEqualTo(home(ana) + "new.jpg");
        assertThat(rows.taken(id)).isEmpty();
    }

    private void dropOtherServer() {
        jdbc.sql("drop function other_server() cascade; drop sequence other_server_turn").update();
    }

    /** A name that is taken again while the file that had it is removed. */
    @Test
    void aFileOfATakenNameIsNotRemoved() throws Exception {
        var id = photo(ana, "a.jpg");
        var path = home(ana) + "a.jpg";
        assertThat(rows.take(id, path)).isTrue();
        Files.createDirectories(library.resolve(home(ana)));
        Files.copy(library.resolve(place(id).originalPath()), library.resolve(path));
        jdbc.sql("insert into discarded_file (path) values (?)").param(path).update();
        removeDiscarded();
        assertThat(library.resolve(path)).exists();
        sweep.run();
        assertThat(library.resolve(path)).exists();
    }
}
