package app.keepsake.upload;

/** The points of an upload between which a machine may die. */
public enum Milestone {
    /** Some bytes lie in a temp file. */
    RECEIVING,
    /** All bytes lie in a temp file. */
    RECEIVED,
    /** The sidecar's bytes are durable, if there is one. */
    SIDECAR_SYNCED,
    /** The sidecar has its final name. */
    SIDECAR_PLACED,
    /** The temp file's bytes are durable. */
    SYNCED,
    /** The file has its final name. */
    MOVED,
    /** The final name is durable. */
    NAME_SYNCED,
    /** The row is committed. */
    COMMITTED;

    /** Told of each one as it is reached; production has none. */
    @FunctionalInterface
    public interface Watcher {
        void reached(Milestone milestone);
    }
}
