package app.keepsake.jobs;

import java.util.UUID;

/** Makes the pictures of an asset show its edits as they are now, or none. */
@JobKind(value = "edits.apply", queue = QueueName.EDITOR)
public record ApplyEdits(UUID subjectId) implements Job {}
