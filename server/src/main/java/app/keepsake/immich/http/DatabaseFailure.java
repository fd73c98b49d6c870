package app.keepsake.immich.http;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells apart the ways the database fails. */
final class DatabaseFailure {

    /** Classes of SQLSTATE: connection lost; out of resources; operator intervention; I/O error. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    /** Deadlock, and serialization failure. */
    private static final Set<String> CONFLICT = Set.of("40P01", "40001");

    private static final String QUERY_CANCELED = "57014";
    private static final String CHARACTER_NOT_IN_REPERTOIRE = "22021";

    /** What the pool says, without any state, when a rollback finds the connection broken. */
    private static final String CLOSED = "Connection is closed";

    private DatabaseFailure() {}

    /** The database cannot be reached, or is starting or stopping. */
    static boolean isOutage(@Nullable Throwable failure) {
        return isCausedBy(
                failure,
                sql -> {
                    var state = String.valueOf(sql.getSQLState());
                    return sql instanceof SQLTransientConnectionException // none free in time
                            || CLOSED.equals(sql.getMessage())
                            || !state.equals(QUERY_CANCELED)
                                    && state.length() == 5
                                    && AWAY.contains(state.substring(0, 2));
                });
    }

    /** The call was in the way of another, and had to give way. */
    static boolean isConflict(@Nullable Throwable failure) {
        return isCausedBy(failure, sql -> CONFLICT.contains(String.valueOf(sql.getSQLState())));
    }

    /** A caller sent text that Postgres has no form for: a NUL character. */
    static boolean isUnstorableText(@Nullable Throwable failure) {
        return isCausedBy(failure, sql -> CHARACTER_NOT_IN_REPERTOIRE.equals(sql.getSQLState()));
    }

    private static boolean isCausedBy(@Nullable Throwable failure, Predicate<SQLException> what) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && what.test(sql)) {
                return true;
            }
        }
        return false;
    }
}
