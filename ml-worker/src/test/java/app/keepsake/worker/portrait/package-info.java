@NullMarked
package app.keepsake.worker.portrait;

import org.jspecify.annotations.NullMarked;
