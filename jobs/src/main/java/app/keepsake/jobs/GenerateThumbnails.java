package app.keepsake.jobs;

import java.util.UUID;

/** Makes an asset's preview, thumbnail and thumbhash from its original. */
@JobKind(value = "thumbnails.generate", queue = QueueName.THUMBNAIL_GENERATION)
public record GenerateThumbnails(UUID subjectId) implements Job {}
