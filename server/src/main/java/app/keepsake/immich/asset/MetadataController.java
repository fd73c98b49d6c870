package app.keepsake.immich.asset;

import app.keepsake.asset.AssetMetadata;
import app.keepsake.asset.AssetMetadata.Item;
import app.keepsake.asset.AssetMetadata.Key;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.LongBody;
import jakarta.validation.Valid;
import java.util.List;
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
@RequestMapping("/api/assets")
class MetadataController {

    private final AssetMetadata metadata;

    MetadataController(AssetMetadata metadata) {
        this.metadata = metadata;
    }

    @GetMapping("/{id}/metadata")
    @Requires(Permission.ASSET_READ)
    List<AssetMetadataResponseDto> all(Caller caller, @PathVariable UUID id) {
        return metadata.of(caller, id).stream().map(AssetMetadataResponseDto::of).toList();
    }

    @GetMapping("/{id}/metadata/{key}")
    @Requires(Permission.ASSET_READ)
    AssetMetadataResponseDto get(Caller caller, @PathVariable UUID id, @PathVariable String key) {
        return AssetMetadataResponseDto.of(metadata.get(caller, new Key(id, key)));
    }

    @PutMapping("/{id}/metadata")
    @Requires(Permission.ASSET_UPDATE)
    List<AssetMetadataResponseDto> put(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid AssetMetadataUpsertDto body) {
        var items =
                body.items().stream()
                        .map(item -> new Item(new Key(id, item.key()), item.value()))
                        .toList();
        return metadata.put(caller, items).stream().map(AssetMetadataResponseDto::of).toList();
    }

    @DeleteMapping("/{id}/metadata/{key}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_UPDATE)
    void remove(Caller caller, @PathVariable UUID id, @PathVariable String key) {
        metadata.remove(caller, List.of(new Key(id, key)));
    }

    @LongBody
    @PutMapping("/metadata")
    @Requires(Permission.ASSET_UPDATE)
    List<AssetMetadataBulkResponseDto> putMany(
            Caller caller, @RequestBody @Valid AssetMetadataBulkUpsertDto body) {
        var items =
                body.items().stream()
                        .map(i -> new Item(new Key(i.assetId(), i.key()), i.value()))
                        .toList();
        return metadata.put(caller, items).stream().map(AssetMetadataBulkResponseDto::of).toList();
    }

    @LongBody
    @DeleteMapping("/metadata")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ASSET_UPDATE)
    void removeMany(Caller caller, @RequestBody @Valid AssetMetadataBulkDeleteDto body) {
        metadata.remove(
                caller,
                body.items().stream().map(item -> new Key(item.assetId(), item.key())).toList());
    }
}
