package app.keepsake.jobs;

import java.util.UUID;

/** Reads dates, place and camera of an asset's original into its exif row. */
@JobKind(value = "metadata.extract", queue = QueueName.METADATA_EXTRACTION)
public record ExtractMetadata(UUID subjectId) implements Job {}
