@NullMarked
package app.keepsake.worker.clip;

import org.jspecify.annotations.NullMarked;
