package app.keepsake.asset;

import org.jspecify.annotations.Nullable;

/**
 * What something is to be set to. Where a setting is {@code null} the thing stays as it is; where
 * its value is, the thing becomes empty.
 */
public record Setting<T>(@Nullable T value) {}
