/** The tag "Queues" of the Immich API. */
@NullMarked
package app.keepsake.immich.queue;

import org.jspecify.annotations.NullMarked;
