/** The tag "Config (admin)" of the Immich API. */
@NullMarked
package app.keepsake.immich.adminconfig;

import org.jspecify.annotations.NullMarked;
