@NullMarked
package app.keepsake.worker.transcode;

import org.jspecify.annotations.NullMarked;
