package app.keepsake.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestServices;
import app.keepsake.support.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** Databases that are not what phones have synced with, and one that is. */
@ServerTest
class EpochsTests {

    private static final String USER = TestServices.get("KEEPSAKE_DB_USER");
    private static final String PASSWORD = TestServices.get("KEEPSAKE_DB_PASSWORD");

    @Autowired JdbcClient cluster;
    @Autowired Volume volume;
    Path folder;
    String name;
    JdbcClient jdbc;
    Library library;

    @BeforeEach
    void install(@TempDir Path folder) {
        this.folder = folder;
        name = "epoch_" + UUID.randomUUID().toString().replace("-", "");
        cluster.sql("create database " + name).update();
        Flyway.configure().dataSource(url(name), USER, PASSWORD).load().migrate();
        jdbc = JdbcClient.create(database(name));
        library = OriginalsOn.library(folder, volume, jdbc);
        jdbc.sql(
                        """
                        with ana as (
                            insert into "user" (email, name, avatar_color)
                            values ('ana@example.org', 'Ana', 'primary') returning id)
                        insert into session (user_id, token) select id, '\\x00' from ana
                        """)
                .update();
    }

    private static String url(String name) {
        return TestServices.get("KEEPSAKE_DB_URL").replaceFirst("/keepsake$", "/" + name);
    }

    private static DriverManagerDataSource database(String name) {
        return new DriverManagerDataSource(url(name), USER, PASSWORD);
    }

    /** As a server does, with the database of this name. */
    private Epochs start(String name) {
        var database = database(name);
        var epochs =
                new Epochs(
                        JdbcClient.create(database),
                        new TransactionTemplate(new DataSourceTransactionManager(database)),
                        library);
        epochs.start();
        return epochs;
    }

    private static int epoch(JdbcClient jdbc) {
        return jdbc.sql("select epoch from sync_epoch").query(Integer.class).single();
    }

    private static boolean mustReset(JdbcClient jdbc) {
        return jdbc.sql("select is_pending_sync_reset from session").query(Boolean.class).single();
    }

    private static void assertEpoch(JdbcClient jdbc, int epoch, boolean mustReset) {
        assertThat(epoch(jdbc)).isEqualTo(epoch);
        assertThat(mustReset(jdbc)).isEqualTo(mustReset);
    }

    /** All that is there lies below the horizon, and what is written now above all that. */
    private static void assertOrdered(JdbcClient jdbc) {
        var old = "(select max(sync_position) from \"user\")";
        assertThat(jdbc.sql("select sync_horizon() > " + old).query(Boolean.class).single())
                .isTrue();
        var before = jdbc.sql("select " + old).query(Long.class).single();
        jdbc.sql("update \"user\" set name = name || '!'").update();
        assertThat(jdbc.sql("select " + old).query(Long.class).single()).isGreaterThan(before);
    }

    /** The first start is the second epoch, and the next one is the same. */
    private void assertBeginsAnewOnce(String name, JdbcClient jdbc) {
        start(name).stop();
        assertEpoch(jdbc, 2, true);
        assertOrdered(jdbc);
        jdbc.sql("update session set is_pending_sync_reset = false").update();
        start(name);
        assertEpoch(jdbc, 2, false);
    }

    @Test
    void startingAgainChangesNothing() {
        start(name).stop();
        assertEpoch(jdbc, 1, false);
        start(name).stop();
        jdbc.sql("update \"user\" set name = 'Anna'").update();
        start(name);
        assertEpoch(jdbc, 1, false);
    }

    @Test
    void aRestoredDumpGetsANewEpochAndAllPhonesBeginAnew() throws Exception {
        start(name).stop();
        // So that the dump holds positions that its new home has not reached.
        jdbc.sql("update \"user\" set name = 'Anna'").update();
        var dump = folder.resolve("dump");
        // A new database has pgvector already, and only a superuser may restore that.
        pg("pg_dump", name, "-Fc", "--extension=pg_trgm", "-f", dump.toString());
        var copy = name + "_restored";
        cluster.sql("create database " + copy).update();
        pg("pg_restore", copy, "--no-owner", "--no-privileges", dump.toString());
        var restored = JdbcClient.create(database(copy));
        assertThat(mustReset(restored)).isFalse();
        assertBeginsAnewOnce(copy, restored);
        // Its first home knows of epoch 1 only, but the library has seen 2.
        start(name);
        assertThat(epoch(jdbc)).isEqualTo(3);
    }

    private static void pg(String program, String name, String... more)
            throws IOException, InterruptedException {
        var url = URI.create(TestServices.get("KEEPSAKE_DB_URL").substring("jdbc:".length()));
        var command =
                Stream.concat(
                        Stream.of(
                                "env",
                                "PGPASSWORD=" + PASSWORD,
                                program,
                                "-h",
                                url.getHost(),
                                "-p",
                                String.valueOf(url.getPort()),
                                "-U",
                                USER,
                                "-d",
                                name),
                        Stream.of(more));
        Tool.run(command.toArray(String[]::new));
    }

    /** A copy of the files has the same identity; only its transactions are numbered over again. */
    @Test
    void aDatabaseThatWentBackIsNoticedByTheLibrarysNote() throws Exception {
        start(name).stop();
        var note = folder.resolve(Epochs.NOTE);
        var noted = Files.readString(note);
        assertThat(noted).startsWith("epoch=1\ntransaction=");
        var transaction = Long.parseLong(noted.replaceAll("(?s).*transaction=(\\d+)\n.*", "$1"));
        Files.writeString(note, "epoch=1\ntransaction=%d\n".formatted(transaction + 1_000_000));
        assertBeginsAnewOnce(name, jdbc);
    }

    /** Database and library alike: neither is behind the other, but phones are ahead of both. */
    @Test
    void aWholeInstallationThatWentBackIsNoticedByTheNotesOwnFile() throws Exception {
        start(name).stop();
        var note = folder.resolve(Epochs.NOTE);
        var copy = folder.resolve("copy");
        Tool.run("cp", "-a", note.toString(), copy.toString());
        Files.delete(note);
        Tool.run("cp", "-a", copy.toString(), note.toString());
        assertBeginsAnewOnce(name, jdbc);
    }

    @Test
    void theNoteIsWrittenOnlyWhenTheDatabaseHasMoved() throws Exception {
        var epochs = start(name);
        var note = folder.resolve(Epochs.NOTE);
        var first = Files.readString(note);
        jdbc.sql("update \"user\" set name = 'Anna'").update();
        epochs.note();
        assertThat(Files.readString(note)).isNotEqualTo(first);
        assertThat(Files.list(folder).map(Path::getFileName).map(Path::toString))
                .doesNotContain(Epochs.NOTE + ".new")
                .filteredOn(file -> file.startsWith(Epochs.NOTE))
                .containsExactly(Epochs.NOTE);
    }

    @Test
    void aLibraryThatKnowsNothingOfTheDatabaseIsNotTrusted() throws Exception {
        start(name).stop();
        Files.writeString(folder.resolve(Epochs.NOTE), "?");
        start(name).stop();
        assertThat(epoch(jdbc)).isEqualTo(2);
        Files.delete(folder.resolve(Epochs.NOTE));
        start(name);
        assertEpoch(jdbc, 3, true);
    }

    /** What the note would have told is not written over unread. */
    @Test
    void aLibraryThatComesBackLaterIsLookedAtThen() throws Exception {
        start(name).stop();
        var note = folder.resolve(Epochs.NOTE);
        Files.writeString(
                note,
                Files.readString(note).replaceFirst("transaction=\\d+", "transaction=999999"));
        var marker = folder.resolve(Library.MARKER);
        var away = Files.move(marker, folder.resolve("away"));
        assertThatExceptionOfType(Problem.Unavailable.class)
                .isThrownBy(library::requireStillPresent);
        var epochs = start(name);
        assertThat(epoch(jdbc)).isEqualTo(1);
        Files.move(away, marker);
        library.requireStillPresent();
        epochs.note();
        assertEpoch(jdbc, 2, true);
    }
}
