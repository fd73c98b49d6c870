/** The tag "Timeline" of the Immich API. */
@NullMarked
package app.keepsake.immich.timeline;

import org.jspecify.annotations.NullMarked;
