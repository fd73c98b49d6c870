package app.keepsake.immich.asset;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;

record AssetEditsCreateDto(@NotEmpty List<@NotNull @Valid AssetEditActionItemDto> edits) {}
