package app.keepsake.immich.asset;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.copy.Copies;
import jakarta.validation.Valid;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets/copy")
class CopyController {

    private final Copies copies;

    CopyController(Copies copies) {
        this.copies = copies;
    }

    @PutMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_COPY)
    void copy(Caller caller, @RequestBody @Valid AssetCopyDto body) {
        copies.copy(caller, body.sourceId(), body.targetId(), body.parts());
    }
}
