/** Where assets go before they are gone, and how they go for good. */
@NullMarked
package app.keepsake.trash;

import org.jspecify.annotations.NullMarked;
