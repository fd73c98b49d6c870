package app.keepsake.jobs;

import java.util.UUID;

/** Finds out whose the faces are that were found on an asset. */
@JobKind(value = "faces.recognize", queue = QueueName.FACIAL_RECOGNITION)
public record RecognizeFaces(UUID subjectId) implements Job {}
