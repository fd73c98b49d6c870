@NullMarked
package app.keepsake.worker.thumbnail;

import org.jspecify.annotations.NullMarked;
