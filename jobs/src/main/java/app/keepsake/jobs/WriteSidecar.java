package app.keepsake.jobs;

import java.util.UUID;

/** Writes what a person has said of an asset into the XMP file beside its original. */
@JobKind(value = "sidecar.write", queue = QueueName.SIDECAR)
public record WriteSidecar(UUID subjectId) implements Job {}
