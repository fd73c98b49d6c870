/** The tag "System config" of the Immich API. */
@NullMarked
package app.keepsake.immich.systemconfig;

import org.jspecify.annotations.NullMarked;
