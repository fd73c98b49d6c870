/** The tag "Authentication" of the Immich API. */
@NullMarked
package app.keepsake.immich.auth;

import org.jspecify.annotations.NullMarked;
