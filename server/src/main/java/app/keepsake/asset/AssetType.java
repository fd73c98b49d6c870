package app.keepsake.asset;

/** What an original is, as the wire and the database spell it. */
public enum AssetType {
    IMAGE,
    VIDEO,
    AUDIO,
    OTHER
}
