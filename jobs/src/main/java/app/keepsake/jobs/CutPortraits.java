package app.keepsake.jobs;

import java.util.UUID;

/** Cuts the portraits of those people whose feature face is on an asset out of its preview. */
@JobKind(value = "portraits.cut", queue = QueueName.THUMBNAIL_GENERATION)
public record CutPortraits(UUID subjectId) implements Job {}
