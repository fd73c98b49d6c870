@NullMarked
package app.keepsake.worker.video;

import org.jspecify.annotations.NullMarked;
