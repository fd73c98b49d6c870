package app.keepsake.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.ServerTest;
import app.keepsake.upload.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class DiscardedFilesTests {

    @Autowired JdbcClient jdbc;
    @Autowired JdbcTemplate database;
    @Autowired Library library;
    @Autowired Volume volume;
    @Autowired LibraryDisk disk;
    @Autowired DiscardedFiles files;
    @Autowired Sweep sweep;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;

    @Test
    void aFileThatAnAssetStillHasStays() throws Exception {
        var owner = users.user();
        var path = "upload/%s/kept.jpg".formatted(owner.userId());
        var asset =
                given.asset(owner, Map.of("original_path", path, "sidecar_path", path + ".xmp"));
        var derivative = path + "_preview.jpeg";
        jdbc.sql("insert into asset_file (asset_id, type, path) values (?, 'preview', ?)")
                .params(asset, derivative)
                .update();
        for (var named : new String[] {path, path + ".xmp", derivative}) {
            discard(named);
        }
        remove(files);
        assertThat(library.resolve(path)).exists();
        assertThat(library.resolve(path + ".xmp")).exists();
        assertThat(library.resolve(derivative)).exists();
        assertThat(isDiscarded(path)).isFalse();
    }

    @Test
    void aServerThatDiesBetweenTheFileAndItsRowGoesOn() throws Exception {
        var path = "upload/%s/gone.jpg".formatted(UUID.randomUUID());
        discard(path);
        Files.delete(library.resolve(path));
        remove(files);
        assertThat(isDiscarded(path)).isFalse();
    }

    @Test
    void theSweepLeavesAFileThatIsAboutToGo() throws Exception {
        var path = "upload/%s/going.jpg".formatted(UUID.randomUUID());
        discard(path);
        setDue(path, "now() + interval '1 hour'");
        sweep.run();
        assertThat(library.resolve(path)).exists();
        assertThat(library.resolve("quarantine/" + path)).doesNotExist();
        setDue(path, "now()");
        remove(files);
        sweep.run();
        assertThat(library.resolve(path)).doesNotExist();
        assertThat(library.resolve("quarantine/" + path)).doesNotExist();
    }

    /** I2: else each file would be taken for gone, and would be there again with its disk. */
    @Test
    void nothingIsTakenForGoneWhenTheDiskGoesAway() throws Exception {
        var path = "upload/%s/unseen.jpg".formatted(UUID.randomUUID());
        discard(path);
        var marker = library.root().resolve(Library.MARKER);
        var aside = library.root().resolve("marker-aside");
        var leaving =
                new ForwardingVolume(volume) {
                    @Override
                    public long size(Path file) throws IOException {
                        if (file.equals(library.resolve(path))) {
                            Files.move(marker, aside);
                            return -1;
                        }
                        return super.size(file);
                    }
                };
        try {
            assertThatThrownBy(() -> remove(new DiscardedFiles(library, leaving, disk, database)))
                    .hasMessageContaining("not available");
            remove(files);
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
        assertThat(isDiscarded(path)).isTrue();
        assertThat(library.resolve(path)).exists();
        remove(files);
        assertThat(library.resolve(path)).doesNotExist();
    }

    @Test
    void aFileThatCannotBeRemovedIsTriedAgainAndStopsNoOther() throws Exception {
        var folder = "upload/%s/".formatted(UUID.randomUUID());
        discard(folder + "a.jpg");
        discard(folder + "b.jpg");
        var refusing =
                new ForwardingVolume(volume) {
                    @Override
                    public void delete(Path file) throws IOException {
                        if (file.endsWith("a.jpg")) {
                            throw new IOException("no");
                        }
                        super.delete(file);
                    }
                };
        remove(new DiscardedFiles(library, refusing, disk, database));
        assertThat(library.resolve(folder + "b.jpg")).doesNotExist();
        assertThat(isDiscarded(folder + "a.jpg")).isTrue();
        remove(files);
        assertThat(library.resolve(folder + "a.jpg")).doesNotExist();
        assertThat(isDiscarded(folder + "a.jpg")).isFalse();
    }

    /** Else a slow one would remove the file that has got the name of one it has read of. */
    @Test
    void oneServerAtATimeRemovesFiles() throws Exception {
        var folder = "upload/%s/".formatted(UUID.randomUUID());
        discard(folder + "a.jpg");
        discard(folder + "b.jpg");
        var other = new DiscardedFiles(library, volume, disk, database);
        var isLeft = new AtomicBoolean();
        var slow =
                atTheFirst(
                        folder + "a.jpg",
                        () -> {
                            other.run();
                            isLeft.set(
                                    isDiscarded(folder + "b.jpg")
                                            && Files.exists(library.resolve(folder + "b.jpg")));
                        });
        remove(new DiscardedFiles(library, slow, disk, database));
        assertThat(isLeft).isTrue();
        assertThat(library.resolve(folder + "b.jpg")).doesNotExist();
        // The other one has its turn when that is done.
        discard(folder + "c.jpg");
        remove(other);
        assertThat(library.resolve(folder + "c.jpg")).doesNotExist();
    }

    @Test
    void aFileThatAnAssetGetsMeanwhileStays() throws Exception {
        var owner = users.user();
        var folder = "upload/%s/".formatted(owner.userId());
        var asset = given.asset(owner, Map.of());
        discard(folder + "a.jpg");
        discard(folder + "b.jpg");
        var slow =
                atTheFirst(
                        folder + "a.jpg",
                        () ->
                                jdbc.sql("update asset set original_path = ? where id = ?")
                                        .params(folder + "b.jpg", asset)
                                        .update());
        remove(new DiscardedFiles(library, slow, disk, database));
        assertThat(library.resolve(folder + "a.jpg")).doesNotExist();
        assertThat(library.resolve(folder + "b.jpg")).hasContent("bytes");
    }

    /** It may be an original that has got the name after the database was backed up. */
    @Test
    void whatStandsWhereNamesComeAgainWaitsForTheSweep() throws Exception {
        var path = "library/%s/again.jpg".formatted(UUID.randomUUID());
        var young = new DiscardedFiles(library, volume, disk, database);
        discard(path);
        remove(young);
        assertThat(library.resolve(path)).exists();
        assertThat(isDiscarded(path)).isTrue();
        young.swept();
        remove(young);
        assertThat(library.resolve(path)).doesNotExist();
    }

    private interface Meanwhile {
        void happens() throws IOException;
    }

    private Volume atTheFirst(String path, Meanwhile meanwhile) {
        return new ForwardingVolume(volume) {
            @Override
            public void delete(Path file) throws IOException {
                if (file.equals(library.resolve(path))) {
                    meanwhile.happens();
                }
                super.delete(file);
            }
        };
    }

    /** When the server's own loop is not at it. */
    private static void remove(DiscardedFiles files) {
        Awaitility.await().until(() -> !files.run().equals(DiscardedFiles.NOT_MINE));
    }

    private void discard(String path) throws IOException {
        Files.createDirectories(library.resolve(path).getParent());
        Files.writeString(library.resolve(path), "bytes");
        jdbc.sql("insert into discarded_file (path) values (?)").param(path).update();
    }

    private void setDue(String path, String time) {
        jdbc.sql("update discarded_file set remove_after = %s where path = ?".formatted(time))
                .param(path)
                .update();
    }

    private boolean isDiscarded(String path) {
        return jdbc.sql("select exists (select from discarded_file where path = ?)")
                .param(path)
                .query(Boolean.class)
                .single();
    }
}
