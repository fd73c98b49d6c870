/** What was photographed on this day in years past. */
@NullMarked
package app.keepsake.memory;

import org.jspecify.annotations.NullMarked;
