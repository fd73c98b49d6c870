package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.upload.ChildServer;
import app.keepsake.upload.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A server is killed (SIGKILL) at each milestone of a move; another one on the same database and
 * library, this test's, finds the original where its row says, and brings the move to its end.
 */
class MoveKillTests extends MoveTest {

    @Autowired Sweep sweep;

    /** The worst moment; {@link #losesNothingWhenKilledAt} has them all. */
    @Test
    void losesNothingWhenKilledBetweenDiskAndDatabase(@TempDir Path talk) throws Exception {
        losesNothingWhenKilledAt(Milestone.SIDECAR_PLACED, talk);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(Milestone.class)
    void losesNothingWhenKilledAt(Milestone milestone, @TempDir Path talk) throws Exception {
        template("{{y}}/{{filename}}");
        var id = photoWithSidecar(ana, "IMG.jpg");
        var bytes = bytes(id);
        var old = place(id);
        try (var server =
                ChildServer.start(
                        talk, library.root(), DyingMover.class, id.toString(), milestone.name())) {
            server.awaitStopped();
            server.kill();
        }
        var path = "library/%s/2024/IMG.jpg".formatted(ana.userId());
        var moved = new Place(path, path + ".xmp");
        assertThat(place(id)).isEqualTo(milestone == Milestone.SWITCHED ? moved : old);
        assertWhole(bytes, place(id));

        sweep.run();
        assertWhole(bytes, place(id));
        assertThat(library.resolve("quarantine/" + path)).doesNotExist();

        // The killed server gave them up for later.
        jdbc.sql("update discarded_file set remove_after = now()").update();
        assertThat(move(id)).isEqualTo(moved);
        assertWhole(bytes, moved);
        assertThat(filesOf(ana).keySet()).containsExactly(path, path + ".xmp");
        assertThat(rows.taken(id)).isEmpty();
    }

    /** Somebody has changed the template before the server is back. */
    @Test
    void whatAKilledServerHasBegunIsTakenBackWhenItIsWantedElsewhere(@TempDir Path talk)
            throws Exception {
        template("{{y}}/{{filename}}");
        var id = photoWithSidecar(ana, "IMG.jpg");
        var bytes = bytes(id);
        try (var server =
                ChildServer.start(
                        talk,
                        library.root(),
                        DyingMover.class,
                        id.toString(),
                        Milestone.SIDECAR_PLACED.name())) {
            server.awaitStopped();
            server.kill();
        }
        template("{{filename}}");
        var path = "library/%s/IMG.jpg".formatted(ana.userId());
        assertThat(move(id)).isEqualTo(new Place(path, path + ".xmp"));
        assertWhole(bytes, place(id));
        assertThat(filesOf(ana).keySet()).containsExactly(path, path + ".xmp");
    }

    private void assertWhole(byte[] bytes, Place place) throws Exception {
        assertThat(library.resolve(place.originalPath())).hasBinaryContent(bytes);
        assertThat(Files.readString(library.resolve(String.valueOf(place.sidecarPath()))))
                .isEqualTo(SIDECAR);
    }
}
