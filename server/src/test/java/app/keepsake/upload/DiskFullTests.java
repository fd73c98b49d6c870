package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uploads end before the disk's reserve, and leave nothing. */
@ServerTest
class DiskFullTests {

    private static final long RESERVE = OriginalsOn.RESERVE;

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired UploadRows rows;
    @Autowired Library library;
    @Autowired Volume disk;

    final byte[] photo = new byte[3_000_000];
    Caller ana;
    Path root;

    @BeforeEach
    void setUp(@TempDir Path folder) throws IOException {
        new Random().nextBytes(photo);
        ana = given.user();
        root = Files.createDirectory(folder.resolve("library"));
        OriginalsOn.mark(root, library);
    }

    @Test
    void refusesALengthThatIsAByteTooMuchBeforeItReads() throws Exception {
        var form = Form.photo("a.jpg", photo);
        long length = form.bytes().length;
        var full = new SmallVolume(disk, RESERVE + length - 1);
        var unread =
                new InputStream() {
                    @Override
                    public int read() {
                        throw new AssertionError("the body was read");
                    }
                };
        assertThatExceptionOfType(Problem.DiskFull.class)
                .isThrownBy(
                        () ->
                                uploads(full)
                                        .receive(
                                                ana,
                                                null,
                                                new Uploads.Body(
                                                        unread, form.contentType(), length)));
        assertThat(files()).isEmpty();

        var roomy = new SmallVolume(disk, RESERVE + length);
        var body =
                new Uploads.Body(
                        new ByteArrayInputStream(form.bytes()), form.contentType(), length);
        assertThat(uploads(roomy).receive(ana, null, body).isNew()).isTrue();
    }

    @Test
    void endsABodyOfUnknownLengthAtTheReserve() throws Exception {
        var form = Form.photo("a.jpg", photo);
        var full = new SmallVolume(disk, RESERVE + photo.length - 1);
        assertThatExceptionOfType(Problem.DiskFull.class)
                .isThrownBy(() -> uploads(full).receive(ana, null, form.body()));
        assertThat(files()).isEmpty();
        assertThat(given.assetsOf(ana)).isEmpty();
        assertThat(full.leastFree()).isBetween(RESERVE, RESERVE + photo.length - 2);
        assertThat(full.free()).isEqualTo(RESERVE + photo.length - 1);

        var roomy = new SmallVolume(disk, RESERVE + photo.length);
        assertThat(uploads(roomy).receive(ana, null, form.body()).isNew()).isTrue();
        assertThat(roomy.leastFree()).isEqualTo(RESERVE);
    }

    /** Each fits by itself. The second comes when half of the first is on the disk. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesTheReserveAloneWhenTwoArriveAtOnce(boolean isAnnounced) throws Exception {
        var small = new SmallVolume(disk, RESERVE + 4_000_000);
        var originals = OriginalsOn.volume(root, small, jdbc);
        var second = Form.photo("b.jpg", new byte[2_000_000]);
        var ben = given.user();
        var uploads = UploadsOn.originals(originals, rows);
        var refused = new AtomicBoolean();
        Milestone.Watcher watcher =
                _ -> {
                    if (small.free() < RESERVE + 2_500_000 && !refused.getAndSet(true)) {
                        var body =
                                new Uploads.Body(
                                        new ByteArrayInputStream(second.bytes()),
                                        second.contentType(),
                                        isAnnounced ? second.bytes().length : -1);
                        assertThatExceptionOfType(Problem.DiskFull.class)
                                .isThrownBy(() -> uploads.receive(ben, null, body));
                    }
                };
        var first =
                UploadsOn.originals(originals, rows, watcher)
                        .receive(ana, null, Form.photo("a.jpg", photo).body());
        assertThat(first.isNew()).isTrue();
        assertThat(refused).isTrue();
        assertThat(small.leastFree()).isGreaterThanOrEqualTo(RESERVE);
        assertThat(files()).hasSize(1);

        // What the first was granted and did not use is given back.
        var third = Form.photo("c.jpg", new byte[900_000]);
        assertThat(uploads.receive(ben, null, third.body()).isNew()).isTrue();
    }

    /** Something else fills the disk meanwhile: a real one, made by root. */
    @Test
    void leavesNothingOnADiskThatIsFullToTheLastByte(@TempDir Path folder) throws Exception {
        try {
            Tool.run("mount", "-t", "tmpfs", "-o", "size=8m", "keepsake", folder.toString());
        } catch (IOException e) {
            assumeThat(e).as("only root mounts a disk").isNull();
        }
        try {
            root = folder;
            OriginalsOn.mark(root, library);
            var filler = root.resolve("filler");
            var originals = OriginalsOn.volume(root, disk, jdbc);
            var form = Form.photo("a.jpg", photo);
            assertThatExceptionOfType(Problem.DiskFull.class)
                    .isThrownBy(
                            () ->
                                    UploadsOn.originals(originals, rows, _ -> fill(filler))
                                            .receive(ana, null, form.body()));
            assertThat(files()).containsExactly(filler);
            assertThat(given.assetsOf(ana)).isEmpty();

            Files.delete(filler);
            assertThat(UploadsOn.originals(originals, rows).receive(ana, null, form.body()).isNew())
                    .isTrue();
        } finally {
            Tool.run("umount", "--lazy", folder.toString());
        }
    }

    private static void fill(Path file) {
        try (var output = Files.newOutputStream(file)) {
            while (true) {
                output.write(new byte[4096]);
            }
        } catch (IOException e) {
            // "No space left on device", which is meant
        }
    }

    private Uploads uploads(Volume volume) {
        return UploadsOn.originals(OriginalsOn.volume(root, volume, jdbc), rows);
    }

    /** What lies in the library, under whatever name. */
    private List<Path> files() throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(Library.MARKER) && !file.endsWith("lock"))
                    .toList();
        }
    }
}
