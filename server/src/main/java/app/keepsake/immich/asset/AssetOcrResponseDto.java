package app.keepsake.immich.asset;

import app.keepsake.ocr.Text;
import java.util.UUID;

record AssetOcrResponseDto(
        UUID id,
        UUID assetId,
        double x1,
        double y1,
        double x2,
        double y2,
        double x3,
        double y3,
        double x4,
        double y4,
        double boxScore,
        double textScore,
        String text) {

    static AssetOcrResponseDto of(Text text) {
        return new AssetOcrResponseDto(
                text.id(),
                text.assetId(),
                text.x1(),
                text.y1(),
                text.x2(),
                text.y2(),
                text.x3(),
                text.y3(),
                text.x4(),
                text.y4(),
                text.boxScore(),
                text.textScore(),
                text.text());
    }
}
