package app.keepsake.immich.search;

import app.keepsake.immich.asset.AssetResponseDto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param total the number on this page, as Immich answers too; it is deprecated
 * @param nextPage null after the last page; clients parse it as a number, so never ""
 * @param nextCursor where the next page begins, as long as the order stays; null after the last,
 *     and where pages have only numbers
 */
record SearchAssetResponseDto(
        int total,
        int count,
        List<AssetResponseDto> items,
        List<Object> facets,
        @Nullable String nextPage,
        @Nullable String nextCursor) {}
