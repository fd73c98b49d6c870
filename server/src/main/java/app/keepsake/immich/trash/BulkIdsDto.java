package app.keepsake.immich.trash;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;

record BulkIdsDto(@NotNull List<@NotNull UUID> ids) {}
