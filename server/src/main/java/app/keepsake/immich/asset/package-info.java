/** The tag "Assets" of the Immich API. */
@NullMarked
package app.keepsake.immich.asset;

import org.jspecify.annotations.NullMarked;
