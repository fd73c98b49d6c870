package app.keepsake.immich.queue;

import org.jspecify.annotations.Nullable;

/**
 * @param failed whether the failed jobs go too
 */
record QueueDeleteDto(@Nullable Boolean failed) {}
