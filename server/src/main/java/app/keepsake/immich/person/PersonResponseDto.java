package app.keepsake.immich.person;

import app.keepsake.person.Person;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody; a colour that is not set is left out. */
public record PersonResponseDto(
        UUID id,
        String name,
        @Nullable LocalDate birthDate,
        String thumbnailPath,
        boolean isHidden,
        boolean isFavorite,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String color,
        Instant updatedAt) {

    public static PersonResponseDto of(Person person) {
        return new PersonResponseDto(
                person.id(),
                person.name(),
                person.birthDate(),
                person.thumbnailPath(),
                person.isHidden(),
                person.isFavorite(),
                person.color(),
                person.updatedAt());
    }
}
