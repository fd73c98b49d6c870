/**
 * Films as browsers and phones can play them, made from those that they cannot, as the
 * administrator has set. What it takes is ffmpeg's work, in a child process that may run for hours.
 */
@NullMarked
package app.keepsake.worker.transcode;

import org.jspecify.annotations.NullMarked;
