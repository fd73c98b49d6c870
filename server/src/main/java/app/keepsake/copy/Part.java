package app.keepsake.copy;

/** What an asset may hand on. */
public enum Part {
    ALBUMS,
    FAVORITE,
    SIDECAR,
    STACK
}
