/** The tag "Users (admin)" of the Immich API. */
@NullMarked
package app.keepsake.immich.useradmin;

import org.jspecify.annotations.NullMarked;
