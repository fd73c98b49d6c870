package app.keepsake.model;

import app.keepsake.support.TestServices;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** A database of its own: other tests search and download in the usual one meanwhile. */
record OwnDatabase(String name, DataSource source) {

    static OwnDatabase make(String name) {
        var usual = JdbcClient.create(source("keepsake", "KEEPSAKE_DB_", ""));
        usual.sql("drop database if exists " + name).update();
        usual.sql("create database " + name).update();
        Flyway.configure()
                .dataSource(
                        url(name),
                        TestServices.get("KEEPSAKE_DB_USER"),
                        TestServices.get("KEEPSAKE_DB_PASSWORD"))
                .load()
                .migrate();
        return new OwnDatabase(name, source(name, "KEEPSAKE_DB_", ""));
    }

    JdbcClient jdbc() {
        return JdbcClient.create(source);
    }

    JdbcClient worker() {
        return JdbcClient.create(source(name, "KEEPSAKE_WORKER_DB_", ""));
    }

    /** The same for somebody who waits for no lock for long. */
    OwnDatabase impatient() {
        return new OwnDatabase(
                name, source(name, "KEEPSAKE_DB_", "options=-c%20lock_timeout=300ms"));
    }

    Use use() {
        return new Use(jdbc(), new TransactionTemplate(new DataSourceTransactionManager(source)));
    }

    private static DataSource source(String database, String role, String options) {
        var url = url(database);
        return new DriverManagerDataSource(
                options.isEmpty() ? url : url + (url.contains("?") ? '&' : '?') + options,
                TestServices.get(role + "USER"),
                TestServices.get(role + "PASSWORD"));
    }

    private static String url(String database) {
        return TestServices.get("KEEPSAKE_DB_URL").replaceFirst("/keepsake$", "/" + database);
    }
}
