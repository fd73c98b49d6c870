package app.keepsake.jobs;

import java.util.UUID;

/** Finds the owner's other assets that look the same, by their CLIP vectors, and groups them. */
@JobKind(value = "duplicates.detect", queue = QueueName.DUPLICATE_DETECTION)
public record DetectDuplicates(UUID subjectId) implements Job {}
