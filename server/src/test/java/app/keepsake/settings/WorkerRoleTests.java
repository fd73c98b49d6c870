package app.keepsake.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestServices;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What the database lets the worker do, whatever a hostile file made of it. */
@ServerTest
class WorkerRoleTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select from \"user\"",
                "select from session",
                "select from api_key",
                "select from login_failure",
                "select from system_metadata",
                "insert into asset default values",
                "update asset set original_path = ''",
                "update asset set checksum = ''",
                "update asset set owner_id = null",
                "delete from asset",
                "update asset_exif set description = ''",
                "delete from person",
                "delete from job_queue",
                "truncate asset_file",
                "create table mine ()"
            })
    void neitherReadsSecretsNorTouchesWhatUsersOwn(String sql) {
        assertThatThrownBy(() -> asWorker(sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void writesWhatItDerives() throws SQLException {
        asWorker("update asset set thumbhash = null where false");
        asWorker("delete from asset_file where false");
        asWorker("delete from smart_search where false");
    }

    @Autowired ConfigFixtures config;

    /** It holds the OpenID client's secret, and the password of the mail server. */
    @Test
    void readsOfTheSystemConfigOnlyWhatItWorksBy() throws SQLException {
        config.set("/oauth/clientSecret", "\"between the two\"");
        config.set("/notifications/smtp/transport/password", "\"for mails\"");
        config.set("/image/preview/size", "1000");
        try (var connection = worker();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select value from worker_config")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1))
                    .contains("1000")
                    .doesNotContain("between the two", "for mails");
        } finally {
            config.reset();
        }
    }

    private static void asWorker(String sql) throws SQLException {
        try (var connection = worker();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection worker() throws SQLException {
        return DriverManager.getConnection(
                TestServices.get("KEEPSAKE_DB_URL"),
                TestServices.get("KEEPSAKE_WORKER_DB_USER"),
                TestServices.get("KEEPSAKE_WORKER_DB_PASSWORD"));
    }
}
