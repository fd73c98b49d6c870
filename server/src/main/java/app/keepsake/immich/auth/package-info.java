/** Authentication endpoints of the Immich API. */
@NullMarked
package app.keepsake.immich.auth;

import org.jspecify.annotations.NullMarked;
