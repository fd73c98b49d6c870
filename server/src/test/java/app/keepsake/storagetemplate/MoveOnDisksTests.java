package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.problem.Problem;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.DroppingVolume;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.upload.SmallVolume;
import java.io.IOException;
import java.lang.Thread.State;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves on disks that lose what was not synced, that are full, or where a file has one name. */
@SuppressWarnings("NullAway.Init") // set before each test
class MoveOnDisksTests extends MoveTest {

    private static final StorageTemplate TEMPLATE = StorageTemplate.parse("{{y}}/{{filename}}");

    private final byte[] photo = new byte[3_000_000];
    private Path root;

    @BeforeEach
    void aDisk() throws IOException {
        new Random().nextBytes(photo);
        root = newDisk("disk");
    }

    private Path newDisk(String name) throws IOException {
        var disk = Files.createDirectory(folder.resolve(name));
        OriginalsOn.mark(disk, library);
        return disk;
    }

    /** An asset whose files are on the disk. */
    private UUID assetOn(Path disk) throws Exception {
        var checksum = MessageDigest.getInstance("SHA-1").digest(photo);
        var owner = users.user();
        var id =
                given.asset(
                        owner,
                        Map.of(
                                "original_file_name",
                                "IMG.jpg",
                                "size_in_bytes",
                                String.valueOf(photo.length)));
        var path = place(id).originalPath();
        jdbc.sql("update asset set checksum = ?, sidecar_path = ? where id = ?")
                .params(checksum, path + ".xmp", id)
                .update();
        Files.createDirectories(disk.resolve(path).getParent());
        Files.write(disk.resolve(path), photo);
        Files.writeString(disk.resolve(path + ".xmp"), SIDECAR);
        return id;
    }

    private Mover mover(Path disk, Volume volume, Milestone.Watcher watcher) {
        return MoverOn.originals(
                OriginalsOn.volume(disk, volume, jdbc), rows, discardedFiles, watcher);
    }

    private void assertWhole(Path disk, UUID id) throws IOException {
        var place = place(id);
        assertThat(disk.resolve(place.originalPath())).hasBinaryContent(photo);
        assertThat(disk.resolve(String.valueOf(place.sidecarPath()))).hasContent(SIDECAR);
    }

    private boolean isKept(Path disk, UUID id) throws IOException {
        var file = disk.resolve(place(id).originalPath());
        return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), photo);
    }

    private static Map<String, Long> files(Path disk) throws IOException {
        var files = new TreeMap<String, Long>();
        try (var walk = Files.walk(disk)) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("lock")) {
                    files.put(disk.relativize(file).toString(), Files.size(file));
                }
            }
        }
        return files;
    }

    /** As exFAT is, or a second disk that is mounted in the library. */
    private static class WithoutLinks extends ForwardingVolume {
        WithoutLinks(Volume disk) {
            super(disk);
        }

        @Override
        public void link(Path file, Path name) throws IOException {
            if (Files.exists(name)) {
                super.link(file, name);
            }
            throw new FileSystemException(name.toString(), null, "Operation not permitted");
        }
    }

    /** What the first disk loses with its power, each sync of it left out in turn. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMoveNeedsEveryOneOfItsSyncs(boolean hasLinks) throws Exception {
        int syncs = 1;
        for (int left = -1; left < syncs; left++) {
            var home = newDisk("disk" + left);
            var id = assetOn(home);
            // Its syncs would make up for the original's.
            Files.delete(home.resolve(place(id).sidecarPath() + ""));
            jdbc.sql("update asset set sidecar_path = null where id = ?").param(id).update();
            var disk = new DroppingVolume(home);
            if (left >= 0) {
                disk.skipSync(left);
            }
            mover(home, hasLinks ? disk : new WithoutLinks(disk), _ -> {}).move(id, TEMPLATE, true);
            assertThat(place(id).originalPath()).startsWith("library/");
            syncs = disk.syncs().size();
            disk.cutPower();
            assertThat(isKept(home, id))
                    .as("without sync %d of %s", left, disk.syncs())
                    .isEqualTo(left < 0);
        }
        assertThat(syncs).isGreaterThan(2);
    }

    @ParameterizedTest
    @EnumSource(Milestone.class)
    void aPowerCutLosesNothing(Milestone milestone) throws Exception {
        for (boolean hasLinks : new boolean[] {true, false}) {
            var home = newDisk("disk-" + hasLinks);
            var id = assetOn(home);
            var disk = new DroppingVolume(home);
            var volume = hasLinks ? disk : new WithoutLinks(disk);
            var cut =
                    mover(
                            home,
                            volume,
                            reached -> {
                                if (reached == milestone) {
                                    throw new PowerCut();
                                }
                            });
            assertThatExceptionOfType(PowerCut.class)
                    .isThrownBy(() -> cut.move(id, TEMPLATE, true));
            disk.cutPower();
            assertWhole(home, id);
            mover(home, volume, _ -> {}).move(id, TEMPLATE, true);
            assertWhole(home, id);
            assertThat(place(id).originalPath()).endsWith("/2024/IMG.jpg");
            disk.cutPower();
            assertWhole(home, id);
        }
    }

    private static final class PowerCut extends RuntimeException {}

    @Test
    void aCopyThatIsNotTheOriginalIsNotTaken() throws Exception {
        var id = assetOn(root);
        var old = place(id);
        photo[1000]++;
        Files.write(root.resolve(old.originalPath()), photo);
        var before = files(root);
        var mover = mover(root, new WithoutLinks(new DroppingVolume(root)), _ -> {});
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> mover.move(id, TEMPLATE, true))
                .withMessageContaining("damaged");
        assertThat(place(id)).isEqualTo(old);
        assertThat(files(root)).isEqualTo(before);
        // Administrators may want it to be moved all the same.
        mover.move(id, TEMPLATE, false);
        assertWhole(root, id);
    }

    /** What was read and hashed on its way was whole. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyThatTheDiskDoesNotKeepIsNotTaken(boolean hashes) throws Exception {
        var id = assetOn(root);
        var old = place(id);
        var before = files(root);
        var forgetful =
                new WithoutLinks(new DroppingVolume(root)) {
                    @Override
                    public Sink create(Path file) throws IOException {
                        return new ForwardingSink(super.create(file)) {
                            @Override
                            public void write(ByteBuffer bytes) throws IOException {
                                if (hashes) {
                                    bytes.put(
                                            bytes.position(), (byte) ~bytes.get(bytes.position()));
                                } else {
                                    bytes.limit(bytes.limit() - 1);
                                }
                                super.write(bytes);
                            }
                        };
                    }
                };
        var mover = mover(root, forgetful, _ -> {});
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> mover.move(id, TEMPLATE, hashes))
                .withMessageContaining("does not give back");
        assertThat(place(id)).isEqualTo(old);
        assertWhole(root, id);
        assertThat(files(root)).isEqualTo(before);
    }

    @Test
    void aFullDiskFailsTheJobAndLeavesAllAsItWas() throws Exception {
        var id = assetOn(root);
        var old = place(id);
        var before = files(root);
        var full =
                new SmallVolume(
                        new WithoutLinks(new DroppingVolume(root)),
                        OriginalsOn.RESERVE + photo.length / 2);
        assertThatExceptionOfType(Problem.DiskFull.class)
                .isThrownBy(() -> mover(root, full, _ -> {}).move(id, TEMPLATE, true));
        assertThat(place(id)).isEqualTo(old);
        assertThat(files(root)).isEqualTo(before);
        mover(root, new DroppingVolume(root), _ -> {}).move(id, TEMPLATE, true);
        assertWhole(root, id);
    }

    /** A full disk is no matter where nothing is copied. */
    @Test
    void aFullDiskIsNoMatterWhereAFileMayHaveTwoNames() throws Exception {
        var id = assetOn(root);
        var full =
                new ForwardingVolume(new DroppingVolume(root)) {
                    @Override
                    public Space space(Path directory) {
                        return new Space(1L << 40, 0, 0);
                    }
                };
        mover(root, full, _ -> {}).move(id, TEMPLATE, true);
        assertThat(place(id).originalPath()).endsWith("/2024/IMG.jpg");
        assertWhole(root, id);
    }

    /** Two names may be one to a disk, and only to it. */
    @Test
    void aFileThatComesDuringACopyIsNotWrittenOver() throws Exception {
        var id = assetOn(root);
        var racing =
                new WithoutLinks(new DroppingVolume(root)) {
                    private boolean hasCome;

                    @Override
                    public Sink create(Path file) throws IOException {
                        if (file.endsWith("IMG.jpg") && !hasCome) {
                            hasCome = true;
                            Files.writeString(file, "another photo");
                        }
                        return super.create(file);
                    }
                };
        mover(root, racing, _ -> {}).move(id, TEMPLATE, true);
        var path = place(id).originalPath();
        assertThat(path).endsWith("/2024/IMG+1.jpg");
        assertWhole(root, id);
        assertThat(root.resolve(path.replace("+1", ""))).hasContent("another photo");
    }

    /** A film has a job of its own, and goes along with its still. */
    @Test
    void twoRunsAtOnceCopyOnce() throws Exception {
        var id = assetOn(root);
        var movers = new ArrayList<Mover>();
        var other =
                new FutureTask<Void>(
                        () -> {
                            movers.getFirst().move(id, TEMPLATE, true);
                            return null;
                        });
        var thread = Thread.ofPlatform().unstarted(other);
        var disk =
                new WithoutLinks(new DroppingVolume(root)) {
                    @Override
                    public Sink create(Path file) throws IOException {
                        var sink = super.create(file);
                        if (file.endsWith("IMG.jpg") && thread.getState() == State.NEW) {
                            thread.start();
                            Awaitility.await()
                                    .until(
                                            () ->
                                                    other.isDone()
                                                            || thread.getState() == State.WAITING);
                        }
                        return sink;
                    }
                };
        movers.add(mover(root, disk, _ -> {}));
        movers.getFirst().move(id, TEMPLATE, true);
        other.get();
        assertThat(place(id).originalPath()).endsWith("/2024/IMG.jpg");
        assertWhole(root, id);
        assertThat(files(root).keySet()).noneMatch(file -> file.contains("+1"));
        assertThat(rows.taken(id)).isEmpty();
    }

    @Test
    void aSidecarThatIsWrittenWhileItIsCopiedGoesAlong() throws Exception {
        var id = assetOn(root);
        var sidecar = root.resolve(String.valueOf(place(id).sidecarPath()));
        var words = SIDECAR + "<!-- the last words -->";
        var racing =
                new WithoutLinks(new DroppingVolume(root)) {
                    @Override
                    public Sink create(Path file) throws IOException {
                        return new ForwardingSink(super.create(file)) {
                            @Override
                            public void write(ByteBuffer bytes) throws IOException {
                                if (bytes.remaining() == SIDECAR.length()) {
                                    var draft = Files.writeString(root.resolve("draft"), words);
                                    Files.move(draft, sidecar, StandardCopyOption.ATOMIC_MOVE);
                                    jdbc.sql("update asset set updated_at = now() where id = ?")
                                            .param(id)
                                            .update();
                                }
                                super.write(bytes);
                            }
                        };
                    }
                };
        mover(root, racing, _ -> {}).move(id, TEMPLATE, true);
        assertThat(place(id).originalPath()).endsWith("/2024/IMG.jpg");
        assertThat(place(id).sidecarPath()).isEqualTo(place(id).originalPath() + ".xmp");
        assertThat(root.resolve(place(id).sidecarPath() + "")).hasContent(words);
    }
}
