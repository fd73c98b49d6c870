/** The tag "Sessions" of the Immich API. */
@NullMarked
package app.keepsake.immich.session;

import org.jspecify.annotations.NullMarked;
