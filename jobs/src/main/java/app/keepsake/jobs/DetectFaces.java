package app.keepsake.jobs;

import java.util.UUID;

/** Finds the faces on an asset's preview and writes them with their vectors. */
@JobKind(value = "faces.detect", queue = QueueName.FACE_DETECTION)
public record DetectFaces(UUID subjectId) implements Job {}
