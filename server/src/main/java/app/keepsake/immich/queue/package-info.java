/** Immich's tag "Queues". */
@NullMarked
package app.keepsake.immich.queue;

import org.jspecify.annotations.NullMarked;
