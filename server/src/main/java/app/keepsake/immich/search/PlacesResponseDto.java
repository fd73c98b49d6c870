package app.keepsake.immich.search;

import app.keepsake.place.City;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A city.
 *
 * @param admin1name its state; left out where it has none
 */
record PlacesResponseDto(
        String name,
        double latitude,
        double longitude,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String admin1name) {

    static PlacesResponseDto of(City city) {
        return new PlacesResponseDto(city.name(), city.latitude(), city.longitude(), city.state());
    }
}
