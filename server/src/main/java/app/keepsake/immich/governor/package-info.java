/** What Immich has no word for: how much the workers do, why, and until when. */
@NullMarked
package app.keepsake.immich.governor;

import org.jspecify.annotations.NullMarked;
