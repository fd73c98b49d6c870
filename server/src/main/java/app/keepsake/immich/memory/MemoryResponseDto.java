package app.keepsake.immich.memory;

import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.memory.MemoryController.OnThisDayDto;
import app.keepsake.memory.Memory;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

record MemoryResponseDto(
        UUID id,
        UUID ownerId,
        MemoryType type,
        OnThisDayDto data,
        boolean isSaved,
        Instant memoryAt,
        Instant createdAt,
        Instant updatedAt,
        @JsonInclude(Include.NON_NULL) @Nullable Instant deletedAt,
        @JsonInclude(Include.NON_NULL) @Nullable Instant seenAt,
        @JsonInclude(Include.NON_NULL) @Nullable Instant showAt,
        @JsonInclude(Include.NON_NULL) @Nullable Instant hideAt,
        List<AssetResponseDto> assets) {

    enum MemoryType {
        on_this_day
    }

    static MemoryResponseDto of(Memory memory, List<AssetResponseDto> assets) {
        return new MemoryResponseDto(
                memory.id(),
                memory.ownerId(),
                MemoryType.on_this_day,
                new OnThisDayDto(memory.year()),
                memory.isSaved(),
                memory.memoryAt(),
                memory.createdAt(),
                memory.updatedAt(),
                memory.deletedAt(),
                memory.seenAt(),
                memory.showAt(),
                memory.hideAt(),
                assets);
    }
}
