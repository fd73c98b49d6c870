package app.keepsake.immich.duplicate;

import app.keepsake.asset.Assets;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.duplicate.Duplicates;
import app.keepsake.duplicate.Resolution;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.http.BulkIdResponseDto;
import app.keepsake.immich.http.BulkIdResponseDto.BulkIdErrorReason;
import app.keepsake.immich.http.BulkIdsDto;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/duplicates")
class DuplicateController {

    private final Duplicates duplicates;
    private final Assets assets;

    DuplicateController(Duplicates duplicates, Assets assets) {
        this.duplicates = duplicates;
        this.assets = assets;
    }

    @GetMapping
    @Requires(Permission.DUPLICATE_READ)
    List<DuplicateResponseDto> list(Caller caller) {
        var groups = duplicates.list(caller);
        var found =
                AssetResponseDto.byId(
                        assets.list(
                                caller,
                                groups.stream().flatMap(g -> g.assetIds().stream()).toList()));
        return groups.stream()
                .map(
                        group ->
                                new DuplicateResponseDto(
                                        group.id(),
                                        group.assetIds().stream()
                                                .flatMap(id -> Stream.ofNullable(found.get(id)))
                                                .toList(),
                                        List.of(group.best())))
                .toList();
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DUPLICATE_DELETE)
    void dismissAll(Caller caller, @RequestBody @Valid BulkIdsDto body) {
        duplicates.dismiss(caller, body.ids());
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DUPLICATE_DELETE)
    void dismiss(Caller caller, @PathVariable UUID id) {
        duplicates.dismiss(caller, List.of(id));
    }

    @PostMapping("/resolve")
    @Requires(Permission.DUPLICATE_DELETE)
    List<BulkIdResponseDto> resolve(Caller caller, @RequestBody @Valid DuplicateResolveDto body) {
        return body.groups().stream()
                .map(group -> dto(duplicates.resolve(caller, group.choice())))
                .toList();
    }

    private static BulkIdResponseDto dto(Resolution resolution) {
        var reason =
                switch (resolution.failure()) {
                    case null -> null;
                    case UNKNOWN_GROUP -> BulkIdErrorReason.not_found;
                    case UNFITTING -> BulkIdErrorReason.validation;
                };
        return new BulkIdResponseDto(resolution.groupId(), reason == null, reason);
    }
}
