package app.keepsake.asset;

/** How many assets there are of each type, and of all. */
public record AssetStatistics(long images, long videos, long total) {}
