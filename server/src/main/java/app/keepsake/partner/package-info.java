/** People who let each other see their timeline. */
@NullMarked
package app.keepsake.partner;

import org.jspecify.annotations.NullMarked;
