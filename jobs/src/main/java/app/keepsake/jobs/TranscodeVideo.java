package app.keepsake.jobs;

import java.util.UUID;

/** Makes a film that browsers can play from one that they cannot, as the administrator has set. */
@JobKind(value = "videos.transcode", queue = QueueName.VIDEO_CONVERSION)
public record TranscodeVideo(UUID subjectId) implements Job {}
