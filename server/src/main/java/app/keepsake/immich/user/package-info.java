/** The tag "Users" of the Immich API. */
@NullMarked
package app.keepsake.immich.user;

import org.jspecify.annotations.NullMarked;
