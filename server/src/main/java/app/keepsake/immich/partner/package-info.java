/** The tag "Partners" of the Immich API. */
@NullMarked
package app.keepsake.immich.partner;

import org.jspecify.annotations.NullMarked;
