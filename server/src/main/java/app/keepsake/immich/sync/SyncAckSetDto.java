package app.keepsake.immich.sync;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

record SyncAckSetDto(@NotNull @Size(max = 1000) List<@NotNull String> acks) {}
