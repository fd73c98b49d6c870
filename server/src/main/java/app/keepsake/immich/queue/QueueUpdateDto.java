package app.keepsake.immich.queue;

import org.jspecify.annotations.Nullable;

record QueueUpdateDto(@Nullable Boolean isPaused) {}
