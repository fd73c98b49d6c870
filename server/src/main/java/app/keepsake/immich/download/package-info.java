/** The tag "Download" of the Immich API. */
@NullMarked
package app.keepsake.immich.download;

import org.jspecify.annotations.NullMarked;
