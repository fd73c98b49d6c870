package app.keepsake.immich.memory;

import app.keepsake.asset.Assets;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.http.BulkIdResponseDto;
import app.keepsake.immich.http.BulkIdsDto;
import app.keepsake.immich.memory.MemoryResponseDto.MemoryType;
import app.keepsake.memory.Memories;
import app.keepsake.memory.Memory;
import app.keepsake.memory.MemoryFilter;
import app.keepsake.memory.NewMemory;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/memories")
class MemoryController {

    /** More than a week has, of twenty years. */
    private static final int USUAL_SIZE = 200;

    record OnThisDayDto(@NotNull @Min(1000) @Max(9999) Integer year) {}

    record MemoryCreateDto(
            @NotNull MemoryType type,
            @NotNull @Valid OnThisDayDto data,
            @NotNull OffsetDateTime memoryAt,
            @Nullable Boolean isSaved,
            @Nullable OffsetDateTime seenAt,
            @Nullable OffsetDateTime showAt,
            @Nullable OffsetDateTime hideAt,
            @Nullable List<@NotNull UUID> assetIds) {}

    record MemoryUpdateDto(
            @Nullable Boolean isSaved,
            @Nullable OffsetDateTime seenAt,
            @Nullable OffsetDateTime memoryAt) {}

    record MemoryStatisticsResponseDto(int total) {}

    private final Memories memories;
    private final Assets assets;

    MemoryController(Memories memories, Assets assets) {
        this.memories = memories;
        this.assets = assets;
    }

    @GetMapping
    @Requires(Permission.MEMORY_READ)
    List<MemoryResponseDto> list(Caller caller, @RequestParam Map<String, String> query) {
        return answer(caller, memories.list(caller, filter(query)));
    }

    @GetMapping("/statistics")
    @Requires(Permission.MEMORY_STATISTICS)
    MemoryStatisticsResponseDto statistics(Caller caller, @RequestParam Map<String, String> query) {
        return new MemoryStatisticsResponseDto(memories.count(caller, filter(query)));
    }

    @GetMapping("/{id}")
    @Requires(Permission.MEMORY_READ)
    MemoryResponseDto get(Caller caller, @PathVariable UUID id) {
        return answer(caller, memories.get(caller, id));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.MEMORY_CREATE)
    MemoryResponseDto create(Caller caller, @RequestBody @Valid MemoryCreateDto body) {
        return answer(
                caller,
                memories.create(
                        caller,
                        new NewMemory(
                                body.data().year(),
                                body.memoryAt().toInstant(),
                                Boolean.TRUE.equals(body.isSaved()),
                                instant(body.seenAt()),
                                instant(body.showAt()),
                                instant(body.hideAt()),
                                Objects.requireNonNullElse(body.assetIds(), List.of()))));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.MEMORY_UPDATE)
    MemoryResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid MemoryUpdateDto body) {
        return answer(
                caller,
                memories.update(
                        caller,
                        id,
                        body.isSaved(),
                        instant(body.seenAt()),
                        instant(body.memoryAt())));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.MEMORY_DELETE)
    void delete(Caller caller, @PathVariable UUID id) {
        memories.delete(caller, id);
    }

    @PutMapping("/{id}/assets")
    @Requires(Permission.MEMORY_ASSET_CREATE)
    List<BulkIdResponseDto> addAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(memories.addAssets(caller, id, body.ids()));
    }

    @DeleteMapping("/{id}/assets")
    @Requires(Permission.MEMORY_ASSET_DELETE)
    List<BulkIdResponseDto> removeAssets(
            Caller caller, @PathVariable UUID id, @RequestBody @Valid BulkIdsDto body) {
        return BulkIdResponseDto.of(memories.removeAssets(caller, id, body.ids()));
    }

    private MemoryResponseDto answer(Caller caller, Memory memory) {
        return answer(caller, List.of(memory)).getFirst();
    }

    private List<MemoryResponseDto> answer(Caller caller, List<Memory> memories) {
        var found =
                AssetResponseDto.byId(
                        assets.list(
                                caller,
                                memories.stream()
                                        .flatMap(memory -> memory.assetIds().stream())
                                        .toList()));
        return memories.stream()
                .map(
                        memory ->
                                MemoryResponseDto.of(
                                        memory,
                                        memory.assetIds().stream()
                                                .map(found::get)
                                                .filter(asset -> asset != null)
                                                .toList()))
                .toList();
    }

    private static MemoryFilter filter(Map<String, String> query) {
        sent(query, "type").oneOf(List.of("on_this_day"));
        var order = sent(query, "order").oneOf(List.of("asc", "desc", "random"));
        return new MemoryFilter(
                sent(query, "id").uuid(),
                date("for", query.get("for")),
                sent(query, "isSaved").flag(),
                Boolean.TRUE.equals(sent(query, "isTrashed").flag()),
                sent(query, "isUpcoming").flag(),
                order == null
                        ? MemoryFilter.Order.DESC
                        : MemoryFilter.Order.valueOf(order.toUpperCase(Locale.ROOT)),
                number(query, "page", Integer.MAX_VALUE, 1),
                Math.min(
                        number(query, "size", Integer.MAX_VALUE, USUAL_SIZE),
                        MemoryFilter.LARGEST));
    }

    private static Sent sent(Map<String, String> query, String name) {
        return new Sent(name, query.get(name));
    }

    private static int number(Map<String, String> query, String name, int most, int otherwise) {
        var text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[1-9][0-9]{0,9}") || Long.parseLong(text) > most) {
            throw new Problem.Invalid("%s must be a number from 1".formatted(name));
        }
        return Integer.parseInt(text);
    }

    /** A day alone is its midnight. */
    private static @Nullable Instant date(String name, @Nullable String text) {
        try {
            if (text == null) {
                return null;
            }
            return text.length() == "2024-01-01".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Problem.Invalid(name + " must be a date like 2024-01-01T00:00:00.000Z");
        }
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
