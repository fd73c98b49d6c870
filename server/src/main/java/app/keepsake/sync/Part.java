package app.keepsake.sync;

import org.jspecify.annotations.Nullable;

/**
 * A piece of what a phone asks for with one request type: lines of one type.
 *
 * <p>The SQL gives position, id and data of each line (as JSON; null for a mark without a line), in
 * their order, from behind {@code :after…} up to {@code :until…}, for the user {@code :me} with the
 * {@code :partners} and {@code :albums} that they may see.
 */
sealed interface Part {

    SyncEntityType type();

    String sql();

    /**
     * What came, changed or went since the phone's mark.
     *
     * @param known null, or the type whose changes need not be told for the rows that come here:
     *     the mark for that is sent before the first of them
     */
    record Changes(SyncEntityType type, String sql, @Nullable SyncEntityType known)
            implements Part {}

    /**
     * What lies behind the phone's mark of {@code changes}, but was not this user's to see then.
     */
    record Backfill(SyncEntityType type, SyncEntityType changes, Shared shared, String sql)
            implements Part {}

    /**
     * Changes of things that the phone knows since it has acked {@code creates}: the SQL leaves out
     * what lies behind that mark, {@code :known…}.
     */
    record ChangesOfKnown(SyncEntityType type, SyncEntityType creates, String sql)
            implements Part {}

    /** What is shared with a user as a whole, and the parameter that names it in SQL. */
    enum Shared {
        PARTNER(
                "partners",
                """
                select shared_by_id as id, create_position, create_id from partner
                where shared_with_id = :me and exists (
                    select from "user" where id = shared_by_id and deleted_at is null)
                """),
        ALBUM(
                "albums",
                """
                select album_id as id, create_position, create_id from album_user
                where user_id = :me
                """);

        private final String parameter;
        private final String sql;

        Shared(String parameter, String sql) {
            this.parameter = parameter;
            this.sql = sql;
        }

        String parameter() {
            return parameter;
        }

        /** Id, create_position and create_id of each. */
        String sql() {
            return sql;
        }
    }
}
