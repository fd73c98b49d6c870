package app.keepsake.problem;

import org.jspecify.annotations.Nullable;

/**
 * What a caller wants a field to become where null means something of its own: no {@code Change} at
 * all leaves the field as it is, one of null empties it.
 */
public record Change<T>(@Nullable T value) {}
