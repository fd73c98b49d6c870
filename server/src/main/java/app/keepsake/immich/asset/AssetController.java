package app.keepsake.immich.asset;

import app.keepsake.asset.Asset;
import app.keepsake.asset.Assets;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.LongBody;
import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.immich.tag.TagResponseDto;
import app.keepsake.person.Face;
import app.keepsake.person.Faces;
import app.keepsake.problem.Problem;
import app.keepsake.stack.Stacks;
import app.keepsake.tag.Tags;
import app.keepsake.trash.Trash;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets")
class AssetController {

    private final Assets assets;
    private final Trash trash;
    private final Faces faces;
    private final Tags tags;
    private final Stacks stacks;

    AssetController(Assets assets, Trash trash, Faces faces, Tags tags, Stacks stacks) {
        this.assets = assets;
        this.trash = trash;
        this.faces = faces;
        this.tags = tags;
        this.stacks = stacks;
    }

    @GetMapping("/{id}")
    @Requires(Permission.ASSET_READ)
    AssetResponseDto get(Caller caller, @PathVariable UUID id) {
        return answer(caller, assets.get(caller, id));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.ASSET_UPDATE)
    AssetResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid UpdateAssetDto body) {
        var asset = assets.update(caller, id, body.change());
        // Who moves it into the locked folder may not look further into that.
        return asset.visibility() == Visibility.LOCKED && !caller.isElevated()
                ? AssetResponseDto.of(asset)
                : answer(caller, asset);
    }

    @LongBody
    @RequestMapping(method = {RequestMethod.PUT, RequestMethod.PATCH})
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_UPDATE)
    void update(Caller caller, @RequestBody @Valid AssetBulkUpdateDto body) {
        assets.update(caller, body.ids(), body.change());
    }

    @LongBody
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_DELETE)
    void delete(Caller caller, @RequestBody @Valid AssetBulkDeleteDto body) {
        if (Boolean.TRUE.equals(body.force())) {
            trash.delete(caller, body.ids());
        } else {
            trash.add(caller, body.ids());
        }
    }

    /** With its stack, the caller's tags on it and, for its owner alone, the people. */
    private AssetResponseDto answer(Caller caller, Asset asset) {
        return AssetResponseDto.of(asset)
                .with(
                        people(caller, asset),
                        tags.on(caller, asset.id()).stream().map(TagResponseDto::of).toList(),
                        stacks.around(caller, asset.id())
                                .map(
                                        stack ->
                                                new AssetStackResponseDto(
                                                        stack.id(),
                                                        stack.primaryAssetId(),
                                                        stack.assetIds().size()))
                                .orElse(null));
    }

    private List<PersonResponseDto> people(Caller caller, Asset asset) {
        return faces.of(caller, asset.id()).stream()
                .map(Face::person)
                .filter(person -> person != null)
                .distinct()
                .map(PersonResponseDto::of)
                .toList();
    }

    @GetMapping("/statistics")
    @Requires(Permission.ASSET_STATISTICS)
    AssetStatsResponseDto statistics(
            Caller caller,
            @RequestParam @Nullable Boolean isFavorite,
            @RequestParam(defaultValue = "false") boolean isTrashed,
            @RequestParam @Nullable String visibility) {
        return AssetStatsResponseDto.of(
                assets.statistics(
                        caller,
                        caller.userId(),
                        isFavorite,
                        isTrashed,
                        visibility == null ? null : parse(visibility)));
    }

    private static Visibility parse(String text) {
        return Visibility.parse(text)
                .orElseThrow(() -> new Problem.Invalid("visibility is unknown"));
    }
}
