/** Hands on to one asset what belongs to another: a better copy of a photo takes its place. */
@NullMarked
package app.keepsake.copy;

import org.jspecify.annotations.NullMarked;
