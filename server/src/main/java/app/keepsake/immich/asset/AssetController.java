package app.keepsake.immich.asset;

import app.keepsake.asset.Assets;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets")
class AssetController {

    private final Assets assets;

    AssetController(Assets assets) {
        this.assets = assets;
    }

    @GetMapping("/{id}")
    @Requires(Permission.ASSET_READ)
    AssetResponseDto get(Caller caller, @PathVariable UUID id) {
        return AssetResponseDto.of(assets.get(caller, id));
    }

    @GetMapping("/statistics")
    @Requires(Permission.ASSET_STATISTICS)
    AssetStatsResponseDto statistics(
            Caller caller,
            @RequestParam @Nullable Boolean isFavorite,
            @RequestParam @Nullable Boolean isTrashed,
            @RequestParam @Nullable String visibility) {
        return AssetStatsResponseDto.of(
                assets.statistics(
                        caller,
                        isFavorite,
                        isTrashed != null && isTrashed,
                        visibility == null ? null : parse(visibility)));
    }

    private static Visibility parse(String text) {
        return Visibility.parse(text)
                .orElseThrow(() -> new Problem.Invalid("visibility is unknown"));
    }
}
