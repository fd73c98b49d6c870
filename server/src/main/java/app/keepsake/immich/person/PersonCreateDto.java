package app.keepsake.immich.person;

import app.keepsake.person.PersonChange;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

record PersonCreateDto(
        @Nullable String name,
        @Nullable JsonNode birthDate,
        @Nullable JsonNode color,
        @Nullable Boolean isHidden,
        @Nullable Boolean isFavorite) {

    PersonChange change() {
        return new PersonUpdateDto(name, birthDate, color, isHidden, isFavorite, null).change();
    }
}
