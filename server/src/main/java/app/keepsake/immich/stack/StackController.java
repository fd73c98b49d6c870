package app.keepsake.immich.stack;

import app.keepsake.asset.Assets;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.problem.Sent;
import app.keepsake.stack.Stack;
import app.keepsake.stack.Stacks;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/stacks")
class StackController {

    record StackCreateDto(@NotNull @Size(min = 2) List<@NotNull UUID> assetIds) {}

    record StackUpdateDto(@Nullable UUID primaryAssetId) {}

    private final Stacks stacks;
    private final Assets assets;

    StackController(Stacks stacks, Assets assets) {
        this.stacks = stacks;
        this.assets = assets;
    }

    @GetMapping
    @Requires(Permission.STACK_READ)
    List<StackResponseDto> list(Caller caller, @RequestParam @Nullable String primaryAssetId) {
        return answer(
                caller, stacks.list(caller, new Sent("primaryAssetId", primaryAssetId).uuid()));
    }

    @GetMapping("/{id}")
    @Requires(Permission.STACK_READ)
    StackResponseDto get(Caller caller, @PathVariable UUID id) {
        return answer(caller, List.of(stacks.get(caller, id))).getFirst();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.STACK_CREATE)
    StackResponseDto create(Caller caller, @RequestBody @Valid StackCreateDto body) {
        return answer(caller, List.of(stacks.create(caller, body.assetIds()))).getFirst();
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.STACK_UPDATE)
    StackResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid StackUpdateDto body) {
        if (body.primaryAssetId() != null) {
            stacks.setPrimary(caller, id, body.primaryAssetId());
        }
        return get(caller, id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.STACK_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        stacks.delete(caller, List.of(id));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.STACK_DELETE)
    void deleteAll(Caller caller, @RequestBody @Valid BulkIdsDto body) {
        stacks.delete(caller, body.ids());
    }

    @DeleteMapping("/{id}/assets/{assetId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.STACK_UPDATE)
    void takeOut(Caller caller, @PathVariable UUID id, @PathVariable UUID assetId) {
        stacks.takeOut(caller, id, assetId);
    }

    private List<StackResponseDto> answer(Caller caller, List<Stack> stacks) {
        var found =
                AssetResponseDto.byId(
                        assets.list(
                                caller,
                                stacks.stream()
                                        .flatMap(stack -> stack.assetIds().stream())
                                        .toList()));
        return stacks.stream()
                .map(
                        stack ->
                                new StackResponseDto(
                                        stack.id(),
                                        stack.primaryAssetId(),
                                        stack.assetIds().stream()
                                                .map(found::get)
                                                .filter(asset -> asset != null)
                                                .toList()))
                .toList();
    }
}
