/** The tag "Stacks" of the Immich API. */
@NullMarked
package app.keepsake.immich.stack;

import org.jspecify.annotations.NullMarked;
