/** The tag "Trash" of the Immich API. */
@NullMarked
package app.keepsake.immich.trash;

import org.jspecify.annotations.NullMarked;
