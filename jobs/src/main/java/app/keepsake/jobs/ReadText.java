package app.keepsake.jobs;

import java.util.UUID;

/** Reads what stands on an asset's preview, and writes it with its places. */
@JobKind(value = "ocr.read", queue = QueueName.OCR)
public record ReadText(UUID subjectId) implements Job {}
