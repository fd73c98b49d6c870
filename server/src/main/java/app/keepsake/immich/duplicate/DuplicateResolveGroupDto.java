package app.keepsake.immich.duplicate;

import app.keepsake.duplicate.Choice;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;

record DuplicateResolveGroupDto(
        @NotNull UUID duplicateId,
        @NotNull List<@NotNull UUID> keepAssetIds,
        @NotNull List<@NotNull UUID> trashAssetIds) {

    Choice choice() {
        return Choice.of(duplicateId, keepAssetIds, trashAssetIds);
    }
}
