package app.keepsake.immich.asset;

import app.keepsake.asset.Edits;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import jakarta.validation.Valid;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets/{id}/edits")
class EditController {

    private final Edits edits;

    EditController(Edits edits) {
        this.edits = edits;
    }

    @GetMapping
    @Requires(Permission.ASSET_EDIT_GET)
    AssetEditsResponseDto get(Caller caller, @PathVariable UUID id) {
        return AssetEditsResponseDto.of(id, edits.of(caller, id));
    }

    @PutMapping
    @Requires(Permission.ASSET_EDIT_CREATE)
    AssetEditsResponseDto replace(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid AssetEditsCreateDto body) {
        var wanted = body.edits().stream().map(AssetEditActionItemDto::edit).toList();
        return AssetEditsResponseDto.of(id, edits.replace(caller, id, wanted));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_EDIT_DELETE)
    void removeAll(Caller caller, @PathVariable UUID id) {
        edits.removeAll(caller, id);
    }
}
