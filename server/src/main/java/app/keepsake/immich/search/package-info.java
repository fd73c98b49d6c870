/** The tag "Search" of the Immich API. */
@NullMarked
package app.keepsake.immich.search;

import org.jspecify.annotations.NullMarked;
