package app.keepsake.immich.trash;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.immich.http.LongBody;
import app.keepsake.trash.Trash;
import jakarta.validation.Valid;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/trash")
class TrashController {

    private final Trash trash;

    TrashController(Trash trash) {
        this.trash = trash;
    }

    @LongBody
    @PostMapping("/restore/assets")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ASSET_DELETE)
    TrashResponseDto restore(Caller caller, @RequestBody @Valid BulkIdsDto body) {
        return new TrashResponseDto(trash.restore(caller, body.ids()));
    }

    @PostMapping("/restore")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ASSET_DELETE)
    TrashResponseDto restoreAll(Caller caller) {
        return new TrashResponseDto(trash.restoreAll(caller));
    }

    @PostMapping("/empty")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ASSET_DELETE)
    TrashResponseDto empty(Caller caller) {
        return new TrashResponseDto(trash.empty(caller));
    }
}
