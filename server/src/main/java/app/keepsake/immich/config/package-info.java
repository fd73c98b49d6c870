/** The tags "Config" and "Config (public)" of the Immich API. */
@NullMarked
package app.keepsake.immich.config;

import org.jspecify.annotations.NullMarked;
