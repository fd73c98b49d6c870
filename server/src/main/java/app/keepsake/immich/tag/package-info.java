/** The tag "Tags" of the Immich API. */
@NullMarked
package app.keepsake.immich.tag;

import org.jspecify.annotations.NullMarked;
