package app.keepsake.immich.person;

import app.keepsake.person.PersonChange;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * @param birthDate null leaves it, a JSON null takes it away
 * @param color null leaves it, a JSON null takes it away
 */
record PersonUpdateDto(
        @Nullable String name,
        @Nullable JsonNode birthDate,
        @Nullable JsonNode color,
        @Nullable Boolean isHidden,
        @Nullable Boolean isFavorite,
        @Nullable UUID featureFaceAssetId) {

    PersonChange change() {
        return new PersonChange(
                name,
                PersonWords.birthDate(birthDate),
                PersonWords.color(color),
                isHidden,
                isFavorite,
                featureFaceAssetId);
    }
}
