package app.keepsake.trash;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What of a trash is to go: what was put into it until then.
 *
 * @param lockedUntil what is locked only if it was put there until then too; null leaves it all
 */
record Trashed(Instant until, @Nullable Instant lockedUntil) {}
