/** The tag "Server" of the Immich API. */
@NullMarked
package app.keepsake.immich.server;

import org.jspecify.annotations.NullMarked;
