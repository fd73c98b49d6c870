/**
 * Films: their facts and a frame, by ffmpeg as a limited child process. A film is assumed hostile:
 * the child knows no other file and no network, and has little time, memory and disk.
 */
@NullMarked
package app.keepsake.worker.video;

import org.jspecify.annotations.NullMarked;
