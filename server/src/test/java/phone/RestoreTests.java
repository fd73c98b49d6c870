package phone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.KeepsakeServer;
import app.keepsake.support.TestServices;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Someone restores last night's dump while phones know of today. The server here is one of its own,
 * on a database of its own, since what it is given back is older than what it had.
 */
class RestoreTests {

    private final String name = "restored_" + UUID.randomUUID().toString().replace("-", "");
    private final List<Phone> phones = new ArrayList<>();

    @BeforeEach
    void createDatabase() {
        jdbc(database("postgres")).sql("create database " + name).update();
    }

    @AfterEach
    void dropDatabase() {
        phones.forEach(Phone::close);
        jdbc(database("postgres")).sql("drop database " + name + " with (force)").update();
    }

    @Test
    @Tag("long")
    void phonesThatKnowMoreThanTheDumpBeginAgain(@TempDir Path folder) throws Exception {
        String ana;
        var dump = folder.resolve("last-night.dump");
        try (var server = start(folder)) {
            ana = Accounts.create(jdbc(database(name)), "ana");
            var ben = Accounts.create(jdbc(database(name)), "ben");
            for (var email : List.of(ana, ana, ben)) {
                phones.add(
                        Phone.connect(address(server), "Pixel 9").login(email, Accounts.PASSWORD));
            }
            var kept = phones.getFirst().upload(photo("kept.jpg")).id();
            var deletedLater = phones.getFirst().upload(photo("deleted later.jpg")).id();
            phones.forEach(Phone::sync);
            run(folder, "pg_dump", "--format=custom", "--file=" + dump, url(name));

            phones.getFirst().delete("/assets", Contract.body("ids", List.of(deletedLater)));
            phones.getFirst()
                    .put("/assets", Contract.body("ids", List.of(kept), "isFavorite", true));
            phones.getFirst()
                    .post("/partners", Contract.body("sharedWithId", phones.getLast().userId()));
            phones.get(1).upload(photo("of today.jpg"));
            phones.forEach(Phone::sync);
            assertThat(phones.getLast().database().count("asset")).isEqualTo(3);
        }

        jdbc(database("postgres")).sql("drop database " + name).update();
        jdbc(database("postgres")).sql("create database " + name).update();
        run(
                folder,
                "pg_restore",
                "--exit-on-error",
                "--no-owner",
                "--no-comments",
                "--dbname=" + url(name),
                dump.toString());

        try (var server = start(folder)) {
            for (var phone : phones) {
                phone.connection().moveTo(URI.create(address(server) + "/api"));
                assertThat(phone.isLoggedIn()).isTrue();
                Contents.awaitEqual(jdbc(database(name)), phone, phone::sync);
            }
            assertThat(phones.getLast().database().count("asset")).isZero();
            assertThat(phones.getFirst().database().count("asset")).isEqualTo(2);

            // The phone still has today's photo, and sees that the server does not.
            var again = photo("of today.jpg");
            phones.get(1).takes(again);
            assertThat(phones.get(1).backup()).containsOnlyKeys(again);
            for (var phone : phones) {
                Contents.awaitEqual(jdbc(database(name)), phone, phone::sync);
            }
        }
    }

    private static Photo photo(String name) throws IOException {
        var bytes = Files.readAllBytes(Path.of("src/test/resources/samples/gps.jpg"));
        bytes[bytes.length - 3] = (byte) name.hashCode();
        return Photo.of(name, bytes, Instant.parse("2024-02-03T10:20:30Z"));
    }

    private ConfigurableApplicationContext start(Path folder) {
        var application = new SpringApplication(KeepsakeServer.class);
        var environment = new HashMap<String, Object>(TestServices.environment());
        environment.put("KEEPSAKE_DB_URL", database(name));
        environment.put("KEEPSAKE_LIBRARY", folder.resolve("library").toString());
        environment.put("KEEPSAKE_PORT", "0");
        environment.put("KEEPSAKE_HOST", "127.0.0.1");
        application.setDefaultProperties(environment);
        return application.run();
    }

    private static URI address(ConfigurableApplicationContext server) {
        var web = requireNonNull(((WebServerApplicationContext) server).getWebServer());
        return URI.create("http://127.0.0.1:" + web.getPort());
    }

    private static JdbcClient jdbc(String url) {
        return JdbcClient.create(
                new DriverManagerDataSource(
                        url,
                        TestServices.get("KEEPSAKE_DB_USER"),
                        TestServices.environment().getOrDefault("KEEPSAKE_DB_PASSWORD", "")));
    }

    /** The JDBC address of a database beside the one of the tests. */
    private static String database(String name) {
        return TestServices.get("KEEPSAKE_DB_URL")
                .replaceFirst("/[^/?]+(\\?|$)", "/" + name + "$1");
    }

    private static String url(String name) {
        return database(name).replaceFirst("^jdbc:", "");
    }

    private static void run(Path folder, String... command)
            throws IOException, InterruptedException {
        var log = folder.resolve("log").toFile();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        builder.environment().put("PGUSER", TestServices.get("KEEPSAKE_DB_USER"));
        builder.environment()
                .put(
                        "PGPASSWORD",
                        TestServices.environment().getOrDefault("KEEPSAKE_DB_PASSWORD", ""));
        assertThat(builder.start().waitFor()).as(() -> read(log.toPath())).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return String.valueOf(e);
        }
    }
}
