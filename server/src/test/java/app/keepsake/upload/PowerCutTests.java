package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.support.DroppingVolume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A kill leaves what the kernel holds; a power cut takes what was not synced (I1). */
@ServerTest
class PowerCutTests {

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired UploadRows rows;
    @Autowired Library library;

    final byte[] photo = new byte[300_000];
    final byte[] sidecar = "<x:xmpmeta/>".getBytes();
    Caller ana;
    Path folders;

    /** One disk with a server on it. */
    private final class Machine {
        final Path root;
        final DroppingVolume disk;
        final Originals originals;
        Milestone.Watcher watcher = _ -> {};

        Machine() throws IOException {
            root = Files.createDirectory(folders.resolve(UUID.randomUUID().toString()));
            OriginalsOn.mark(root, library);
            disk = new DroppingVolume(root);
            originals = OriginalsOn.volume(root, disk, jdbc);
        }

        Uploads.Receipt upload(Caller owner, boolean withSidecar) throws IOException {
            var form = Form.photo("a.jpg", photo);
            if (withSidecar) {
                form.file("sidecarData", "a.xmp", sidecar);
            }
            var uploads = new Uploads(originals, rows, (Object event) -> {}, new Watching(watcher));
            return uploads.receive(owner, null, form.body());
        }

        boolean holds(String path, byte[] bytes) throws IOException {
            var file = root.resolve(path);
            return Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), bytes);
        }
    }

    private record Watching(Milestone.Watcher watcher)
            implements ObjectProvider<Milestone.Watcher> {
        @Override
        public Milestone.Watcher getObject() {
            return watcher;
        }
    }

    private record Row(String originalPath, String sidecarPath) {}

    @BeforeEach
    void setUp(@TempDir Path temp) {
        folders = temp;
        new Random().nextBytes(photo);
        ana = given.user();
    }

    @Test
    void anAcknowledgedUploadOutlivesAPowerCut() throws Exception {
        var machine = new Machine();
        var receipt = machine.upload(ana, true);
        machine.disk.cutPower();
        var row = row(receipt.assetId());
        assertThat(machine.holds(row.originalPath(), photo)).isTrue();
        assertThat(machine.holds(row.sidecarPath(), sidecar)).isTrue();
    }

    /** What a second upload relies on, of an owner whose folders the first one made. */
    @Test
    void soDoesEachThatFollows() throws Exception {
        var machine = new Machine();
        for (int i = 0; i < 20; i++) {
            photo[0] = (byte) i;
            var receipt = machine.upload(ana, false);
            machine.disk.cutPower();
            assertThat(machine.holds(row(receipt.assetId()).originalPath(), photo)).isTrue();
        }
    }

    /** Each sync is left out in turn; a store that loses nothing then would prove nothing. */
    @Test
    void needsEveryOneOfItsSyncs() throws Exception {
        var whole = new Machine();
        whole.upload(ana, true);
        var syncs = whole.disk.syncs();
        assertThat(syncs)
                .hasSize(7)
                .startsWith("file", "file")
                .endsWith("upload", name(whole.root));
        for (int left = 0; left < syncs.size(); left++) {
            var owner = given.user();
            var machine = new Machine();
            machine.disk.skipSync(left);
            var row = row(machine.upload(owner, true).assetId());
            machine.disk.cutPower();
            assertThat(
                            machine.holds(row.originalPath(), photo)
                                    && machine.holds(row.sidecarPath(), sidecar))
                    .as("kept without its sync number %d, of %s", left, syncs.get(left))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Milestone.class)
    void neverLeavesARowWithoutItsBytes(Milestone milestone) throws Exception {
        var machine = new Machine();
        machine.watcher =
                reached -> {
                    if (reached == milestone) {
                        throw new PowerCut();
                    }
                };
        assertThatExceptionOfType(PowerCut.class).isThrownBy(() -> machine.upload(ana, true));
        machine.disk.cutPower();
        var paths =
                jdbc.sql("select original_path from asset where owner_id = ?")
                        .param(ana.userId())
                        .query(String.class)
                        .list();
        assertThat(paths).hasSize(milestone == Milestone.COMMITTED ? 1 : 0);
        for (var path : paths) {
            assertThat(machine.holds(path, photo)).isTrue();
        }
    }

    @Test
    void takesAFailedSyncAsTheEndOfTheDisk() throws Exception {
        var machine = new Machine();
        for (var call : EnumSet.allOf(FailingVolume.Call.class)) {
            var failing = new FailingVolume(machine.disk, call);
            var originals = OriginalsOn.volume(machine.root, failing, jdbc);
            var uploads = new Uploads(originals, rows, (Object event) -> {}, new Watching(_ -> {}));
            var form = Form.photo("a.jpg", photo);
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .as(call.name())
                    .isThrownBy(() -> uploads.receive(ana, null, form.body()));
            failing.heal();
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .as("a sync that failed once is never tried again")
                    .isThrownBy(() -> uploads.receive(ana, null, form.body()));
        }
        assertThat(given.assetsOf(ana)).isEmpty();
    }

    /** What the kernel lost may be of an upload whose own syncs all succeed. */
    @ParameterizedTest
    @EnumSource(names = {"RECEIVED", "SYNCED", "MOVED"})
    void endsAnUploadDuringWhichTheSyncOfAnotherFails(Milestone milestone) throws Exception {
        var machine = new Machine();
        var disk = new FailingVolume(machine.disk, FailingVolume.Call.SYNC_FILE);
        disk.heal();
        var originals = OriginalsOn.volume(machine.root, disk, jdbc);
        var other = new Uploads(originals, rows, (Object event) -> {}, new Watching(_ -> {}));
        Milestone.Watcher watcher =
                reached -> {
                    if (reached == milestone) {
                        disk.fail();
                        var form = Form.photo("b.jpg", sidecar);
                        assertThatExceptionOfType(Problem.Unavailable.class)
                                .isThrownBy(() -> other.receive(ana, null, form.body()));
                        disk.heal();
                    }
                };
        var uploads = new Uploads(originals, rows, (Object event) -> {}, new Watching(watcher));
        assertThatExceptionOfType(Problem.Unavailable.class)
                .isThrownBy(() -> uploads.receive(ana, null, Form.photo("a.jpg", photo).body()));
        assertThat(given.assetsOf(ana)).isEmpty();
    }

    @Test
    void takesUploadsAgainAfterAFolderThatCouldNotBeOpened() throws Exception {
        var machine = new Machine();
        var disk =
                new FailingVolume(machine.disk, FailingVolume.Call.SYNC_DIRECTORY) {
                    private boolean opens;

                    @Override
                    public void syncDirectory(Path directory) throws IOException {
                        if (!opens) {
                            opens = true;
                            throw new FileSystemException(
                                    directory.toString(), null, "Too many open files");
                        }
                        super.syncDirectory(directory);
                    }
                };
        disk.heal();
        var uploads =
                new Uploads(
                        OriginalsOn.volume(machine.root, disk, jdbc),
                        rows,
                        (Object event) -> {},
                        new Watching(_ -> {}));
        var form = Form.photo("a.jpg", photo);
        assertThatExceptionOfType(Problem.Unavailable.class)
                .isThrownBy(() -> uploads.receive(ana, null, form.body()));
        assertThat(uploads.receive(ana, null, form.body()).isNew()).isTrue();
    }

    private static final class PowerCut extends RuntimeException {}

    private Row row(UUID id) {
        return jdbc.sql("select original_path, sidecar_path from asset where id = ?")
                .param(id)
                .query(Row.class)
                .single();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
