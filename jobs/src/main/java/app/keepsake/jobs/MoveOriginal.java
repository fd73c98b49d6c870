package app.keepsake.jobs;

import java.util.UUID;

/** Puts an asset's original, and what belongs to it, where the storage template wants it. */
@JobKind(value = "original.move", queue = QueueName.STORAGE_TEMPLATE_MIGRATION)
public record MoveOriginal(UUID subjectId) implements Job {}
