/** The tag "Assets" of the Immich API: upload, single assets and their media. */
@NullMarked
package app.keepsake.immich.asset;

import org.jspecify.annotations.NullMarked;
