package app.keepsake.immich.person;

import app.keepsake.person.PersonChange;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** As {@link PersonUpdateDto}, of one of many. */
record PeopleUpdateItem(
        @NotNull UUID id,
        @Nullable String name,
        @Nullable JsonNode birthDate,
        @Nullable JsonNode color,
        @Nullable Boolean isHidden,
        @Nullable Boolean isFavorite,
        @Nullable UUID featureFaceAssetId) {

    PersonChange change() {
        return new PersonUpdateDto(name, birthDate, color, isHidden, isFavorite, featureFaceAssetId)
                .change();
    }
}
