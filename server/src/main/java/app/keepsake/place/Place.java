package app.keepsake.place;

import org.jspecify.annotations.Nullable;

/** What people call a position; far from any city only its country, at sea nothing. */
public record Place(@Nullable String city, @Nullable String state, @Nullable String country) {

    public static final Place UNNAMED = new Place(null, null, null);
}
