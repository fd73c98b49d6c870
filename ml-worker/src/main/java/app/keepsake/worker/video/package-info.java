/**
 * Films: their facts and frames, by ffmpeg as a limited child process. A film is assumed hostile:
 * the child has no network, limits of time, memory and disk, and no file but its own; ffmpeg's own
 * lists of containers and protocols keep it from other files also where the kernel cannot.
 */
@NullMarked
package app.keepsake.worker.video;

import org.jspecify.annotations.NullMarked;
