package app.keepsake.immich.socket;

import app.keepsake.auth.Caller;
import app.keepsake.immich.server.ServerVersionResponseDto;
import app.keepsake.jobs.Broadcasts;
import app.keepsake.problem.Problem;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The clients of this process, and the way to those of all. What is announced goes through Redis,
 * for this process's clients too, so that each hears it once; without Redis nobody does.
 */
@Component
class Sockets {

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);
    private static final String CHANNEL = "keepsake:socket";

    private final Broadcasts broadcasts;
    private final JsonMapper json;
    private final Packets packets;
    private final SocketSettings settings;
    private final Deque<Socket> sockets = new ConcurrentLinkedDeque<>(); // the oldest first

    Sockets(Broadcasts broadcasts, JsonMapper json, Packets packets, SocketSettings settings) {
        this.broadcasts = broadcasts;
        this.json = json;
        this.packets = packets;
        this.settings = settings;
        broadcasts.listen(CHANNEL, this::hear);
    }

    /** Throws {@link Problem.Unavailable} when there are too many. */
    void requireRoom(@Nullable Caller caller) {
        var strangers = sockets.stream().filter(socket -> socket.userId() == null).count();
        if (sockets.size() >= settings.maxConnections()
                || caller == null && strangers >= settings.maxStrangers()) {
            throw new Problem.Unavailable("Too many clients are connected, try again later");
        }
    }

    void add(Socket socket) {
        sockets.add(socket);
    }

    void remove(Socket socket) {
        sockets.remove(socket);
    }

    /** What a client is told when it has said hello. */
    void greet(Socket socket, Caller caller) {
        socket.send(packets.event("on_server_version", ServerVersionResponseDto.CURRENT));
        var theirs = Set.of(caller.userId());
        var others = sockets.stream().filter(other -> other.isIn(theirs)).toList();
        if (others.size() > settings.maxPerUser()) {
            others.getFirst().end();
        }
    }

    /** Throws {@link io.lettuce.core.RedisException} while Redis is away; then nobody is told. */
    void announce(Announcement announcement) {
        broadcasts.send(CHANNEL, json.writeValueAsString(announcement));
    }

    private void hear(String message) {
        try {
            deliver(json.readValue(message, Announcement.class));
        } catch (JacksonException e) {
            log.warn("Another version of the server announces what this one cannot read", e);
        }
    }

    private void deliver(Announcement announcement) {
        for (var socket : sockets) {
            if (announcement.isFor(socket)) {
                announcement.packets().forEach(socket::send);
                if (announcement.isLast()) {
                    socket.send(Packets.DISCONNECT);
                    socket.end();
                }
            }
        }
    }
}
