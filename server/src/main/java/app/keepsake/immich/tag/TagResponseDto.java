package app.keepsake.immich.tag;

import app.keepsake.tag.Tag;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param name the last part of {@code value}
 */
public record TagResponseDto(
        UUID id,
        @JsonInclude(Include.NON_NULL) @Nullable UUID parentId,
        String name,
        String value,
        Instant createdAt,
        Instant updatedAt,
        @JsonInclude(Include.NON_NULL) @Nullable String color) {

    public static TagResponseDto of(Tag tag) {
        return new TagResponseDto(
                tag.id(),
                tag.parentId(),
                tag.name(),
                tag.value(),
                tag.createdAt(),
                tag.updatedAt(),
                tag.color());
    }
}
