package app.keepsake.jobs;

import java.util.UUID;

/** Takes the film out of a photo that holds one, as an asset of its own behind the photo. */
@JobKind(value = "metadata.motionPhoto", queue = QueueName.METADATA_EXTRACTION)
public record ExtractMotionPhoto(UUID subjectId) implements Job {}
