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
import app.keepsake.support.TestServices;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

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
        DroppingVolume disk;
        Originals originals;
        Milestone.Watcher watcher = _ -> {};

        Machine() throws IOException {
            root = Files.createDirectory(folders.resolve(UUID.randomUUID().toString()));
            OriginalsOn.mark(root, library);
            disk = new DroppingVolume(root);
            originals = OriginalsOn.volume(root, disk, jdbc);
        }

        /** All that lies on the disk is durable now, and the server knows nothing of it. */
        void restart() {
            disk = new DroppingVolume(root);
            originals = OriginalsOn.volume(root, disk, jdbc);
        }

        Uploads.Receipt upload(Caller owner, boolean withSidecar) throws IOException {
            var form = Form.photo("a.jpg", photo);
            if (withSidecar) {
                form.file("sidecarData", "a.xmp", sidecar);
            }
            return UploadsOn.originals(originals, rows, watcher).receive(owner, null, form.body());
        }

        /** Lays a file on the disk that has been there for long. */
        void place(String path, byte[] bytes) throws IOException {
            Files.createDirectories(root.resolve(path).getParent());
            Files.write(root.resolve(path), bytes);
            restart();
        }

        boolean holds(String path, byte[] bytes) throws IOException {
            var file = root.resolve(path);
            return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes);
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

    @Test
    void anUploadNeedsEveryOneOfItsSyncs() throws Exception {
        assertNeedsEverySync(
                () -> {
                    var machine = new Machine();
                    var uploaded = new AtomicReference<Row>();
                    return new Deed(
                            machine.disk,
                            () -> uploaded.set(row(machine.upload(given.user(), true).assetId())),
                            () ->
                                    machine.holds(uploaded.get().originalPath(), photo)
                                            && machine.holds(
                                                    uploaded.get().sidecarPath(), sidecar));
                });
    }

    @Test
    void theHealingOfAnAssetNeedsEveryOneOfItsSyncs() throws Exception {
        assertNeedsEverySync(
                () -> {
                    var machine = new Machine();
                    var owner = given.user();
                    var path = row(machine.upload(owner, false).assetId()).originalPath();
                    FileSystemUtils.deleteRecursively(machine.root.resolve("upload"));
                    machine.restart();
                    return new Deed(
                            machine.disk,
                            () -> assertThat(machine.upload(owner, false).isNew()).isFalse(),
                            () -> machine.holds(path, photo));
                });
    }

    @Test
    void aFileThatIsPutAsideNeedsEveryOneOfItsSyncs() throws Exception {
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "jpg");
        assertNeedsEverySync(
                () -> {
                    var machine = new Machine();
                    machine.place(path, photo);
                    return new Deed(
                            machine.disk,
                            () -> {
                                assertThat(machine.originals.quarantine(path)).isTrue();
                                machine.disk.settle(machine.root.resolve(path).getParent());
                            },
                            () -> machine.holds("quarantine/" + path, photo));
                });
    }

    @Test
    void aFileThatIsBroughtBackNeedsEveryOneOfItsSyncs() throws Exception {
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "jpg");
        var checksum = MessageDigest.getInstance("SHA-1").digest(photo);
        assertNeedsEverySync(
                () -> {
                    var machine = new Machine();
                    machine.place("quarantine/" + path, photo);
                    return new Deed(
                            machine.disk,
                            () ->
                                    assertThat(
                                                    machine.originals.release(
                                                            path, photo.length, checksum))
                                            .isTrue(),
                            () -> machine.holds(path, photo));
                });
    }

    /** A library without its marker counts as a missing disk (I2). */
    @Test
    void theMarkerOfALibraryNeedsEveryOneOfItsSyncs() throws Exception {
        var unused = unusedDatabase();
        assertNeedsEverySync(
                () -> {
                    var home = Files.createDirectory(folders.resolve(UUID.randomUUID().toString()));
                    var disk = new DroppingVolume(home);
                    var begun = new AtomicReference<Library>();
                    return new Deed(
                            disk,
                            () ->
                                    begun.set(
                                            OriginalsOn.library(
                                                    home.resolve("library"), disk, unused)),
                            () -> {
                                try {
                                    begun.get().requireStillPresent();
                                    return true;
                                } catch (Problem.Unavailable e) {
                                    return false;
                                }
                            });
                });
    }

    /**
     * Something that makes a promise of what is on a disk.
     *
     * @param isKept whether the promise holds, after a power cut
     */
    private record Deed(DroppingVolume disk, Act act, Callable<Boolean> isKept) {

        private interface Act {
            void run() throws Exception;
        }

        boolean outlivesAPowerCut() throws Exception {
            act.run();
            disk.cutPower();
            return isKept.call();
        }
    }

    /** Each sync is left out in turn; a store that loses nothing then would prove nothing. */
    private static void assertNeedsEverySync(Callable<Deed> deeds) throws Exception {
        var whole = deeds.call();
        assertThat(whole.outlivesAPowerCut()).isTrue();
        var syncs = whole.disk().syncs();
        assertThat(syncs).hasSizeGreaterThan(2);
        for (int left = 0; left < syncs.size(); left++) {
            var deed = deeds.call();
            deed.disk().skipSync(left);
            assertThat(deed.outlivesAPowerCut())
                    .as("kept without its sync number %d, of %s", left, syncs)
                    .isFalse();
        }
    }

    /** A schema of its own, in which nobody has signed up. */
    private JdbcClient unusedDatabase() {
        jdbc.sql(
                        """
                        create schema unused;
                        create table unused."user" (like public."user");
                        create table unused.asset (like public.asset);
                        create table unused.system_metadata
                            (like public.system_metadata including all);
                        """)
                .update();
        return JdbcClient.create(
                new DriverManagerDataSource(
                        TestServices.get("KEEPSAKE_DB_URL") + "?currentSchema=unused",
                        TestServices.get("KEEPSAKE_DB_USER"),
                        TestServices.get("KEEPSAKE_DB_PASSWORD")));
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
            var uploads = UploadsOn.originals(originals, rows);
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
        var other = UploadsOn.originals(originals, rows);
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
        var uploads = UploadsOn.originals(originals, rows, watcher);
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
        var uploads = UploadsOn.originals(OriginalsOn.volume(machine.root, disk, jdbc), rows);
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
}
