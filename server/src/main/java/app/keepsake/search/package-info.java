/** Finding assets: by what is known of them, and by words that their picture is like. */
@NullMarked
package app.keepsake.search;

import org.jspecify.annotations.NullMarked;
