package app.keepsake.immich.tag;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.BulkIdResponseDto;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.immich.http.LongBody;
import app.keepsake.problem.Problem;
import app.keepsake.tag.Tag;
import app.keepsake.tag.TaggedAssets;
import app.keepsake.tag.Tags;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/tags")
class TagController {

    private static final String COLOR =
            "#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})";

    record TagCreateDto(
            @NotNull String name,
            @Nullable UUID parentId,
            @Nullable @Pattern(regexp = COLOR) String color) {}

    record TagUpsertDto(@NotNull List<@NotNull String> tags) {}

    /**
     * @param color null leaves it, a JSON null takes it away
     */
    record TagUpdateDto(
            @Nullable @Size(min = 1, max = 200) String name, @Nullable JsonNode color) {}

    record TagBulkAssetsDto(
            @NotNull List<@NotNull UUID> tagIds, @NotNull List<@NotNull UUID> assetIds) {}

    record TagBulkAssetsResponseDto(int count) {}

    private final Tags tags;
    private final TaggedAssets assets;

    TagController(Tags tags, TaggedAssets assets) {
        this.tags = tags;
        this.assets = assets;
    }

    @GetMapping
    @Requires(Permission.TAG_READ)
    List<TagResponseDto> list(Caller caller) {
        return answer(tags.list(caller));
    }

    @GetMapping("/{id}")
    @Requires(Permission.TAG_READ)
    TagResponseDto get(Caller caller, @PathVariable UUID id) {
        return TagResponseDto.of(tags.get(caller, id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.TAG_CREATE)
    TagResponseDto create(Caller caller, @RequestBody @Valid TagCreateDto body) {
        var color = body.color();
        return TagResponseDto.of(
                tags.create(
                        caller,
                        body.name(),
                        body.parentId(),
                        color == null ? null : withHash(color)));
    }

    @PutMapping
    @Requires(Permission.TAG_CREATE)
    List<TagResponseDto> upsert(Caller caller, @RequestBody @Valid TagUpsertDto body) {
        return answer(tags.upsert(caller, body.tags()));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.TAG_UPDATE)
    TagResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid TagUpdateDto body) {
        var color = body.color();
        if (color != null && !color.isNull() && !color.asString("").matches(COLOR)) {
            throw new Problem.Invalid("color must be a hex colour like #ff8800");
        }
        if (body.name() != null) {
            tags.rename(caller, id, body.name());
        }
        if (color != null) {
            tags.setColor(caller, id, color.isNull() ? null : withHash(color.asString()));
        }
        return get(caller, id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.TAG_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        tags.delete(caller, id);
    }

    @LongBody
    @PutMapping("/assets")
    @Requires(Permission.TAG_ASSET)
    TagBulkAssetsResponseDto addAssetsToAll(
            Caller caller, @RequestBody @Valid TagBulkAssetsDto body) {
        return new TagBulkAssetsResponseDto(
                assets.addAll(caller, new HashSet<>(body.tagIds()), body.assetIds()));
    }

    @LongBody
    @PutMapping("/{id}/assets")
    @Requires(Permission.TAG_ASSET)
    List<BulkIdResponseDto> addAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(assets.add(caller, id, body.ids()));
    }

    @LongBody
    @DeleteMapping("/{id}/assets")
    @Requires(Permission.TAG_ASSET)
    List<BulkIdResponseDto> removeAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(assets.remove(caller, id, body.ids()));
    }

    private static String withHash(String color) {
        return color.startsWith("#") ? color : "#" + color;
    }

    private static List<TagResponseDto> answer(List<Tag> tags) {
        return tags.stream().map(TagResponseDto::of).toList();
    }
}
