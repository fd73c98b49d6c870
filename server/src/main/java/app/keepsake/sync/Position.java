package app.keepsake.sync;

import java.util.UUID;

/**
 * A place in the order of all changes: epoch and transaction, then a time-ordered id. See
 * V4__sync.sql.
 */
record Position(long transaction, UUID id) {

    private static final UUID NIL = new UUID(0, 0);

    /** Before every row. */
    static final Position START = before(0);

    /** Behind every row. */
    static final Position END = before(Long.MAX_VALUE);

    /** Where the rows of this transaction begin. */
    static Position before(long transaction) {
        return new Position(transaction, NIL);
    }

    /** What an ack of the row at this place may promise: nothing at or above the horizon. */
    Position below(long horizon) {
        return transaction < horizon ? this : before(horizon);
    }
}
