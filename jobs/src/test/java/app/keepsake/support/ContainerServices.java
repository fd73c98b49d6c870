package app.keepsake.support;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The services as containers, which Testcontainers removes after the JVM has ended. */
final class ContainerServices {

    private static final DockerImageName POSTGRES =
            DockerImageName.parse("pgvector/pgvector:pg17").asCompatibleSubstituteFor("postgres");
    private static final DockerImageName REDIS = DockerImageName.parse("redis:8-alpine");
    private static final String PASSWORD = "test";

    private ContainerServices() {}

    @SuppressWarnings("resource") // closed with the JVM
    static Map<String, String> start() {
        var postgres = new PostgreSQLContainer(POSTGRES).withUsername("postgres");
        var redis =
                new GenericContainer<>(REDIS)
                        .withCommand("redis-server", "--requirepass", PASSWORD)
                        .withExposedPorts(6379);
        postgres.start();
        redis.start();
        var address =
                "jdbc:postgresql://%s:%d/"
                        .formatted(postgres.getHost(), postgres.getMappedPort(5432));
        try (var connection =
                        DriverManager.getConnection(
                                address + "template1",
                                postgres.getUsername(),
                                postgres.getPassword());
                var statement = connection.createStatement()) {
            statement.execute("create extension vector");
            statement.execute("create role keepsake login createdb password '" + PASSWORD + "'");
            statement.execute("create role keepsake_worker login password '" + PASSWORD + "'");
            statement.execute("create database keepsake owner keepsake");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "KEEPSAKE_DB_URL",
                address + "keepsake",
                "KEEPSAKE_DB_USER",
                "keepsake",
                "KEEPSAKE_DB_PASSWORD",
                PASSWORD,
                "KEEPSAKE_WORKER_DB_USER",
                "keepsake_worker",
                "KEEPSAKE_WORKER_DB_PASSWORD",
                PASSWORD,
                "KEEPSAKE_REDIS_URL",
                "redis://:%s@%s:%d"
                        .formatted(PASSWORD, redis.getHost(), redis.getMappedPort(6379)));
    }
}
