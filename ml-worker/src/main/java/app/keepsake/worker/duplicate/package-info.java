/** Which assets look the same. */
@NullMarked
package app.keepsake.worker.duplicate;

import org.jspecify.annotations.NullMarked;
