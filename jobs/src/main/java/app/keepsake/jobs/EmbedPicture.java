package app.keepsake.jobs;

import java.util.UUID;

/** Writes the CLIP vector of an asset's preview, by which words find it. */
@JobKind(value = "clip.embed", queue = QueueName.SMART_SEARCH)
public record EmbedPicture(UUID subjectId) implements Job {}
