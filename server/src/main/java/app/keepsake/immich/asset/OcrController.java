package app.keepsake.immich.asset;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.ocr.Texts;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets/{id}/ocr")
class OcrController {

    private final Texts texts;

    OcrController(Texts texts) {
        this.texts = texts;
    }

    @GetMapping
    @Requires(Permission.ASSET_READ)
    List<AssetOcrResponseDto> of(Caller caller, @PathVariable UUID id) {
        return texts.of(caller, id).stream().map(AssetOcrResponseDto::of).toList();
    }
}
