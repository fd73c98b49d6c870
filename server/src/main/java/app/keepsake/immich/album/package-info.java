/** The tag "Albums" of the Immich API. */
@NullMarked
package app.keepsake.immich.album;

import org.jspecify.annotations.NullMarked;
