package app.keepsake.settings;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/** Brings the database up to this program, and refuses one that is ahead of it. */
@Component
class SchemaVersion implements FlywayMigrationStrategy {

    /** A database that a newer Keepsake has written; changing it could lose what that one keeps. */
    static class TooNew extends RuntimeException {
        TooNew(MigrationInfo migration) {
            super(
                    """
                    The database was written by a newer Keepsake: this version does not know its \
                    schema %s (%s). Nothing was changed.\
                    """
                            .formatted(migration.getVersion(), migration.getDescription()));
        }
    }

    @Override
    public void migrate(Flyway flyway) {
        for (var migration : flyway.info().all()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS
                    || migration.getState() == MigrationState.FUTURE_FAILED) {
                throw new TooNew(migration);
            }
        }
        flyway.migrate();
    }

    static class Analyzer extends AbstractFailureAnalyzer<TooNew> {

        @Override
        protected FailureAnalysis analyze(Throwable root, TooNew cause) {
            return new FailureAnalysis(
                    String.valueOf(cause.getMessage()),
                    "Start that version again, or restore a dump from before the upgrade.",
                    cause);
        }
    }
}
