/** Immich's Timeline endpoints. */
@NullMarked
package app.keepsake.immich.timeline;

import org.jspecify.annotations.NullMarked;
