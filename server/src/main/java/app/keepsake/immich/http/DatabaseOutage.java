package app.keepsake.immich.http;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from a statement that is wrong. */
final class DatabaseOutage {

    /** Classes of SQLSTATE: connection lost; out of resources; operator intervention; I/O error. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    private static final String QUERY_CANCELED = "57014";

    private DatabaseOutage() {}

    static boolean isCauseOf(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return true; // the pool found no connection in time
            }
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().length() == 5
                    && !sql.getSQLState().equals(QUERY_CANCELED)
                    && AWAY.contains(sql.getSQLState().substring(0, 2))) {
                return true;
            }
        }
        return false;
    }
}
