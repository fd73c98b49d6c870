package app.keepsake.immich.http;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.UUID;

/** As many as the body's limit allows. */
public record BulkIdsDto(@NotNull List<@NotNull UUID> ids) {}
