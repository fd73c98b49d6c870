package app.keepsake.immich.asset;

import app.keepsake.asset.AssetStatistics;

public record AssetStatsResponseDto(long images, long videos, long total) {

    public static AssetStatsResponseDto of(AssetStatistics statistics) {
        return new AssetStatsResponseDto(
                statistics.images(), statistics.videos(), statistics.total());
    }
}
