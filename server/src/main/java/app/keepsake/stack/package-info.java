/** Photos that belong together and take one place in the timeline. */
@NullMarked
package app.keepsake.stack;

import org.jspecify.annotations.NullMarked;
