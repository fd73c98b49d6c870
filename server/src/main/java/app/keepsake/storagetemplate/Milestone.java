package app.keepsake.storagetemplate;

/** What a move has just done, so that a test can end a server there. */
enum Milestone {
    TAKEN,
    ORIGINAL_PLACED,
    SIDECAR_PLACED,
    SWITCHED;

    interface Watcher {
        void reached(Milestone milestone);
    }
}
