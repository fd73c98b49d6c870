package app.keepsake.place;

import org.jspecify.annotations.Nullable;

/**
 * A city and where it lies.
 *
 * @param latitude degrees, north positive
 * @param longitude degrees, east positive
 */
public record City(
        String name, @Nullable String state, String country, double latitude, double longitude) {}
