/** The tag "Memories" of the Immich API. */
@NullMarked
package app.keepsake.immich.memory;

import org.jspecify.annotations.NullMarked;
