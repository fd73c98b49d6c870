@NullMarked
package app.keepsake.worker.duplicate;

import org.jspecify.annotations.NullMarked;
