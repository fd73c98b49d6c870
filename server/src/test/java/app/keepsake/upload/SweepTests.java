package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.KeepsakeServer;
import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class SweepTests {

    @Autowired Fixtures given;
    @Autowired Uploads uploads;
    @Autowired Sweep sweep;
    @Autowired SweepRows rows;
    @Autowired DiscardedFiles discardedFiles;
    @Autowired Library library;
    @Autowired Volume volume;
    @Autowired JdbcClient jdbc;

    final byte[] photo = ("a photo " + UUID.randomUUID()).getBytes();
    Caller ana;
    UUID id;

    /**
     * What other tests have left would be looked at each time: up to 100,000 assets without files.
     */
    @BeforeAll
    static void forgetOtherTests(@Autowired JdbcClient jdbc) {
        jdbc.sql("truncate asset cascade").update();
    }

    @BeforeEach
    void upload() throws Exception {
        ana = given.user();
        var form = Form.photo("a.jpg", photo).file("sidecarData", "a.xmp", "<x/>".getBytes());
        id = uploads.receive(ana, null, form.body()).assetId();
    }

    @Test
    void leavesWhatIsAsItShouldBe() throws Exception {
        sweep.run();
        assertThat(original()).hasBinaryContent(photo);
        assertThat(original().resolveSibling(original().getFileName() + ".xmp")).exists();
        assertThat(isOffline()).isFalse();
    }

    @Test
    void putsAsideAFileThatNoAssetNames() throws Exception {
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "jpg");
        var stray = library.resolve(path);
        Files.createDirectories(stray.getParent());
        sweep.run(); // what other tests have left
        Files.writeString(stray, "stray");
        assertThat(sweep.run().quarantined()).isEqualTo(1);
        assertThat(stray).doesNotExist();
        assertThat(library.resolve("quarantine/" + path)).hasContent("stray");
        assertThat(sweep.run().quarantined()).isZero();
    }

    /** In folders of the storage template names come again. */
    @Test
    void whatIsInQuarantineStays() throws Exception {
        var path = "library/%s/IMG.jpg".formatted(ana.userId());
        var stray = library.resolve(path);
        Files.createDirectories(stray.getParent());
        for (var bytes : List.of("first", "second", "second", "third")) {
            Files.writeString(stray, bytes);
            sweep.run();
            assertThat(stray).doesNotExist();
        }
        try (var aside = Files.list(library.resolve("quarantine/" + path).getParent())) {
            assertThat(aside.map(SweepTests::contentOf))
                    .containsExactlyInAnyOrder("first", "second", "third");
        }
    }

    /** A move that finds none leaves its old name; it may come back. */
    @Test
    void aSidecarMayStandElsewhereThanItsOriginal() throws Exception {
        var path = "library/%s/late.jpg.xmp".formatted(ana.userId());
        Files.createDirectories(library.resolve(path).getParent());
        Files.writeString(library.resolve(path), "<x/>");
        jdbc.sql("update asset set sidecar_path = ? where id = ?").params(path, id).update();
        sweep.run();
        assertThat(library.resolve(path)).hasContent("<x/>");
    }

    @Test
    void bringsBackAFileThatGetsItsRowWhileItIsPutAside() throws Exception {
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "jpg");
        Files.createDirectories(library.resolve(path).getParent());
        Files.copy(original(), library.resolve(path));
        var disk =
                new FailingVolume(volume, FailingVolume.Call.SYNC_FILE) {
                    @Override
                    public void rename(Path from, Path to) throws IOException {
                        super.rename(from, to);
                        if (from.equals(library.resolve(path))) {
                            jdbc.sql("update asset set original_path = ? where id = ?")
                                    .params(path, id)
                                    .update();
                        }
                    }
                };
        var originals = OriginalsOn.volume(library.root(), disk, jdbc);
        new Sweep(library, originals, rows, discardedFiles, Duration.ZERO).run();
        assertThat(original()).isEqualTo(library.resolve(path)).hasBinaryContent(photo);
        assertThat(library.resolve("quarantine/" + path)).doesNotExist();
        assertThat(isOffline()).isFalse();
    }

    @Test
    void removesTheTempFilesOfADeadServer() throws Exception {
        var dead = library.resolve("upload/.tmp/" + UUID.randomUUID());
        Files.createDirectories(dead);
        Files.writeString(dead.resolve("lock"), "");
        Files.writeString(dead.resolve("half"), "half a photo");
        assertThat(sweep.run().tempFiles()).isEqualTo(1);
        assertThat(dead).doesNotExist();
    }

    @Test
    void flagsAnAssetWhoseOriginalIsMissingUntilItIsBack() throws Exception {
        var file = original();
        Files.delete(file);
        sweep.run();
        assertThat(isOffline()).isTrue();
        Files.write(file, photo);
        sweep.run();
        assertThat(isOffline()).isFalse();
    }

    @Test
    void flagsAnAssetWhoseOriginalWasCutShort() throws Exception {
        Files.write(original(), new byte[1]);
        sweep.run();
        assertThat(isOffline()).isTrue();
    }

    @Test
    void bringsAnOriginalBackFromQuarantine() throws Exception {
        var aside = library.resolve("quarantine/" + library.relative(original()));
        Files.createDirectories(aside.getParent());
        Files.move(original(), aside);
        sweep.run();
        assertThat(original()).hasBinaryContent(photo);
        assertThat(isOffline()).isFalse();
    }

    /** Files of one camera may all be of one size, and of a storage template of one name. */
    @Test
    void bringsBackNoOtherFileThanItsOriginal() throws Exception {
        var aside = library.resolve("quarantine/" + library.relative(original()));
        Files.createDirectories(aside.getParent());
        Files.move(original(), aside.resolveSibling(aside.getFileName() + ".1"));
        var other = new String(photo).replace("a photo", "b photo");
        Files.writeString(aside, other);
        sweep.run();
        assertThat(original()).hasBinaryContent(photo);
        assertThat(aside).hasContent(other);
    }

    /** As moves do after the database was backed up. */
    @Test
    void findsOriginalsThatHaveGotTheNamesOfOthers() throws Exception {
        var bytes = ("another photo " + UUID.randomUUID()).getBytes();
        var other = uploads.receive(ana, null, Form.photo("b.jpg", bytes).body()).assetId();
        var first = original();
        var moved = library.resolve("library/%s/a.jpg".formatted(ana.userId()));
        Files.createDirectories(moved.getParent());
        Files.move(first, moved);
        Files.move(original(other), first);
        sweep.run();
        assertThat(original()).isEqualTo(moved).hasBinaryContent(photo);
        assertThat(original(other)).isEqualTo(first).hasBinaryContent(bytes);
        assertThat(
                        jdbc.sql("select sidecar_path is null from asset where id = ?")
                                .param(other)
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void runsByItselfWhenAServerStarts() throws Exception {
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "jpg");
        Files.createDirectories(library.resolve(path).getParent());
        Files.writeString(library.resolve(path), "stray");
        var half = library.resolve("upload/.tmp/" + UUID.randomUUID() + "/half");
        Files.createDirectories(half.getParent());
        Files.writeString(half, "half a photo");
        Files.delete(original());

        var settings = new ArrayList<String>();
        TestServices.environment()
                .forEach((name, value) -> settings.add("--%s=%s".formatted(name, value)));
        settings.add("--keepsake.library=" + library.root());
        settings.add("--keepsake.clip-model=tiny-colours");
        settings.add("--keepsake.sweep-grace=0s");
        settings.add("--server.port=0");
        try (var _ = SpringApplication.run(KeepsakeServer.class, settings.toArray(String[]::new))) {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::isOffline);
        }
        assertThat(half).doesNotExist();
        assertThat(library.resolve(path)).doesNotExist();
        assertThat(library.resolve("quarantine/" + path)).hasContent("stray");
    }

    /** I2: a disk that is not mounted looks like a library that has lost everything. */
    @Test
    void touchesNothingWhileTheDiskIsMissing() throws Exception {
        var marker = library.root().resolve(Library.MARKER);
        var aside = library.root().resolveSibling("marker-" + UUID.randomUUID());
        var file = original();
        Files.move(marker, aside);
        try {
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(library::requireStillPresent);
            Files.delete(file);
            assertThatExceptionOfType(Problem.Unavailable.class).isThrownBy(() -> sweep.run());
            assertThat(isOffline()).isFalse();
            assertThat(marker).doesNotExist();
            var form = Form.photo("b.jpg", "more".getBytes());
            assertThatExceptionOfType(Problem.Unavailable.class)
                    .isThrownBy(() -> uploads.receive(ana, null, form.body()));
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
    }

    private Path original() {
        return original(id);
    }

    private Path original(UUID asset) {
        return library.resolve(
                jdbc.sql("select original_path from asset where id = ?")
                        .param(asset)
                        .query(String.class)
                        .single());
    }

    private boolean isOffline() {
        return jdbc.sql("select is_offline from asset where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
