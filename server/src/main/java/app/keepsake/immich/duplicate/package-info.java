/** The tag "Duplicates" of the Immich API. */
@NullMarked
package app.keepsake.immich.duplicate;

import org.jspecify.annotations.NullMarked;
