package app.keepsake.trash;

import java.time.Duration;

/**
 * Whether there is a trash, and how long things lie in it. It empties itself also when there is
 * none any more.
 */
record TrashConfig(boolean enabled, int days) {

    Duration time() {
        return Duration.ofDays(days);
    }
}
