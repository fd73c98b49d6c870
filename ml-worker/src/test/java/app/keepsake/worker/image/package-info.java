@NullMarked
package app.keepsake.worker.image;

import org.jspecify.annotations.NullMarked;
