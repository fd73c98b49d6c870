/** Immich's Search endpoints. */
@NullMarked
package app.keepsake.immich.search;

import org.jspecify.annotations.NullMarked;
