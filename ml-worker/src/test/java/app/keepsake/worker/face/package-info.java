@NullMarked
package app.keepsake.worker.face;

import org.jspecify.annotations.NullMarked;
