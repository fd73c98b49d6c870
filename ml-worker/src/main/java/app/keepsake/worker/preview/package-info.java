/** Where the previews lie that models look at. */
@NullMarked
package app.keepsake.worker.preview;

import org.jspecify.annotations.NullMarked;
