/** Immich's Faces endpoints. */
@NullMarked
package app.keepsake.immich.face;

import org.jspecify.annotations.NullMarked;
