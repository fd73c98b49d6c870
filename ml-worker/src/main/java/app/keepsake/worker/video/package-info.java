/**
 * Films: their facts and frames, by ffmpeg as a limited child process. A film is assumed hostile:
 * the child has limits of time, memory and disk, and ffmpeg's own lists of containers and protocols
 * keep it from other files and from the network. Nothing else does: it runs as the worker's user.
 */
@NullMarked
package app.keepsake.worker.video;

import org.jspecify.annotations.NullMarked;
