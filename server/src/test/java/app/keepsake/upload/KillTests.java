package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.auth.Caller;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A server is killed (SIGKILL) at each milestone of an upload; another one on the same database and
 * library, this test's, then finds nothing but whole assets (I1).
 */
@ServerTest
class KillTests {

    @Autowired Fixtures given;
    @Autowired Uploads uploads;
    @Autowired Sweep sweep;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;

    private record Row(String originalPath, String sidecarPath, long size, boolean isOffline) {}

    final byte[] first = new byte[50_000];
    final byte[] second = new byte[2_000_000];
    final byte[] sidecar = "<x/>".getBytes();
    Caller ana;
    String session;

    @BeforeEach
    void photos() {
        var random = new Random();
        random.nextBytes(first);
        random.nextBytes(second);
        ana = given.user();
        session = given.bearer(ana);
    }

    /** The worst moment; {@link #losesNothingWhenKilledAt} has them all. */
    @Test
    void losesNothingWhenKilledBetweenDiskAndDatabase(@TempDir Path folder) throws Exception {
        losesNothingWhenKilledAt(Milestone.NAME_SYNCED, folder);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(Milestone.class)
    void losesNothingWhenKilledAt(Milestone milestone, @TempDir Path folder) throws Exception {
        try (var server = ChildServer.start(folder, library.root(), "256m")) {
            var client = new UploadClient(server.port(), session);
            assertThat(client.upload(form(first)).statusCode()).isEqualTo(201);
            killDuring(client, server, milestone);
        }
        assertOnlyWholeFiles();
        assertNoRowWithoutBytes();

        sweep.run();
        assertOnlyWholeAssets(milestone == Milestone.COMMITTED ? 2 : 1);

        var again = uploads.receive(ana, null, form(second).body());
        assertThat(again.isNew()).isEqualTo(milestone != Milestone.COMMITTED);
        assertOnlyWholeAssets(2);
    }

    /** The original of an asset is gone, and the upload that brings it back dies. */
    @Tag("long")
    @ParameterizedTest
    @EnumSource(names = {"RECEIVING", "RECEIVED", "SYNCED", "MOVED", "NAME_SYNCED", "COMMITTED"})
    void losesNothingWhenKilledWhileItHeals(Milestone milestone, @TempDir Path folder)
            throws Exception {
        var id = uploads.receive(ana, null, form(second).body()).assetId();
        var original = library.resolve(rows().getFirst().originalPath());
        Files.delete(original);
        sweep.run();
        assertThat(rows().getFirst().isOffline()).isTrue();

        try (var server = ChildServer.start(folder, library.root(), "256m")) {
            killDuring(new UploadClient(server.port(), session), server, milestone);
        }
        assertOnlyWholeFiles();
        boolean isBack = milestone.compareTo(Milestone.MOVED) >= 0;
        assertThat(Files.exists(original)).isEqualTo(isBack);

        sweep.run();
        assertThat(rows()).extracting(Row::isOffline).containsExactly(!isBack);

        var again = uploads.receive(ana, null, form(second).body());
        assertThat(again).isEqualTo(new Uploads.Receipt(id, false));
        assertThat(rows()).extracting(Row::isOffline).containsExactly(false);
        assertOnlyWholeAssets(1);
    }

    private void killDuring(UploadClient client, ChildServer server, Milestone milestone)
            throws Exception {
        server.stopAt(milestone);
        var unanswered = client.begin(form(second));
        server.awaitStopped();
        assertThat(unanswered).isNotDone();
        server.kill();
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(unanswered::get);
    }

    private void assertOnlyWholeAssets(int count) throws IOException {
        assertNoRowWithoutBytes();
        assertThat(rows()).hasSize(count);
        assertThat(assertOnlyWholeFiles()).hasSize(2 * count);
        try (var temps = Files.walk(library.resolve("upload/.tmp"))) {
            assertThat(temps.filter(Files::isRegularFile)).allMatch(f -> f.endsWith("lock"));
        }
    }

    /** What has a final name is all there, whether a row names it or not. */
    private List<Path> assertOnlyWholeFiles() throws IOException {
        try (var walk = Files.walk(library.resolve("upload/" + ana.userId()))) {
            var files = walk.filter(Files::isRegularFile).toList();
            for (var file : files) {
                assertThat(Files.readAllBytes(file))
                        .as("%s", file)
                        .satisfiesAnyOf(
                                bytes -> assertThat(bytes).isEqualTo(first),
                                bytes -> assertThat(bytes).isEqualTo(second),
                                bytes -> assertThat(bytes).isEqualTo(sidecar));
            }
            return files;
        }
    }

    private void assertNoRowWithoutBytes() {
        for (var row : rows()) {
            assertThat(library.resolve(row.originalPath()))
                    .hasBinaryContent(row.size() == first.length ? first : second);
            assertThat(library.resolve(row.sidecarPath())).hasBinaryContent(sidecar);
        }
    }

    private List<Row> rows() {
        return jdbc.sql(
                        """
                        select original_path, sidecar_path, size_in_bytes as size, is_offline
                        from asset where owner_id = ?
                        """)
                .param(ana.userId())
                .query(Row.class)
                .list();
    }

    private Form form(byte[] photo) {
        return Form.photo("a.jpg", photo).file("sidecarData", "a.xmp", sidecar);
    }
}
