package app.keepsake.immich.socket;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What some clients are told, by whichever process they are connected to.
 *
 * @param rooms ids of users and sessions; null is everyone who is logged in
 * @param packets as they go over the wire
 * @param isLast whether these clients are disconnected then
 */
record Announcement(@Nullable Set<UUID> rooms, List<String> packets, boolean isLast) {

    boolean isFor(Socket socket) {
        return rooms == null ? socket.isGuest() : socket.isIn(rooms);
    }
}
