/**
 * What clients are told without asking, over socket.io 4 by WebSocket alone, as Immich 3 does.
 * Whatever is told here is also found by asking: an event that is lost costs a moment, no photo.
 */
@NullMarked
package app.keepsake.immich.socket;

import org.jspecify.annotations.NullMarked;
