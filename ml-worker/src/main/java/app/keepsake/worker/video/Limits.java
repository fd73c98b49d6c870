package app.keepsake.worker.video;

import java.time.Duration;

/**
 * What one child process may cost (I7); the kernel enforces it.
 *
 * @param wallTime after which it is killed
 * @param cpuTime of all its threads together
 * @param memory bytes of address space
 * @param output bytes of the largest file that it may write
 */
public record Limits(Duration wallTime, Duration cpuTime, long memory, long output) {}
