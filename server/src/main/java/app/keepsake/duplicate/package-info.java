/** Assets that look the same, and what people make of them. */
@NullMarked
package app.keepsake.duplicate;

import org.jspecify.annotations.NullMarked;
