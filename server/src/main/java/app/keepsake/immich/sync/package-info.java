/** The tag "Sync" of the Immich API. */
@NullMarked
package app.keepsake.immich.sync;

import org.jspecify.annotations.NullMarked;
