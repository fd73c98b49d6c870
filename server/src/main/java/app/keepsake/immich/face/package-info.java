/** The tag "Faces" of the Immich API. */
@NullMarked
package app.keepsake.immich.face;

import org.jspecify.annotations.NullMarked;
