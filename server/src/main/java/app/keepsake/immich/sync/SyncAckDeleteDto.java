package app.keepsake.immich.sync;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param types null for all
 */
record SyncAckDeleteDto(@Nullable List<@NotNull String> types) {}
