package app.keepsake.immich.asset;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param force for good, instead of into the trash
 */
record AssetBulkDeleteDto(@NotNull List<@NotNull UUID> ids, @Nullable Boolean force) {}
