package app.keepsake.immich.sync;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param reset whether the phone begins anew
 */
record SyncStreamDto(@NotNull List<@NotNull String> types, @Nullable Boolean reset) {}
