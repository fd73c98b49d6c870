package app.keepsake.immich.socket;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * One client. A virtual thread of its own sends it what waits, so that who has something to tell
 * never waits for it, and ends it when it is silent, too slow, or not let in any more.
 */
final class Socket extends TextWebSocketHandler {

    private static final Logger log = LoggerFactory.getLogger(Socket.class);

    /** After all packets; none of them is empty. */
    private static final String END = "";

    private final Supplier<Caller> credentials;
    private final @Nullable Caller caller;
    private final Sockets sockets;
    private final SocketSettings settings;
    private final Packets packets;
    private final LinkedBlockingQueue<String> backlog = new LinkedBlockingQueue<>();
    private final AtomicLong backlogSize = new AtomicLong();
    private volatile boolean isConnected;
    private volatile boolean isAwaited = true;
    private volatile boolean hasEnded;

    /**
     * @param credentials says who it is, or throws a {@link Problem}; asked again from time to time
     * @param caller what {@code credentials} has just said, or null when it threw
     */
    Socket(
            Supplier<Caller> credentials,
            @Nullable Caller caller,
            Sockets sockets,
            SocketSettings settings,
            Packets packets) {
        this.credentials = credentials;
        this.caller = caller;
        this.sockets = sockets;
        this.settings = settings;
        this.packets = packets;
    }

    /** Whose it is; null when it has shown no valid credentials. */
    @Nullable UUID userId() {
        return caller == null ? null : caller.userId();
    }

    /** Whether it hears what is told there; in no room before it has said hello. */
    boolean isIn(Set<UUID> rooms) {
        return isConnected
                && caller != null
                && (rooms.contains(caller.userId())
                        || caller.sessionId() != null && rooms.contains(caller.sessionId()));
    }

    /** Whether it hears what is told everyone. */
    boolean isGuest() {
        return isConnected && caller != null;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession connection) {
        sockets.add(this);
        send(packets.open(settings));
        Thread.ofVirtual().name("socket-" + connection.getId()).start(() -> live(connection));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession connection, CloseStatus status) {
        end();
    }

    /** What the client says: hello, that it is there, goodbye. There is nothing else to say. */
    @Override
    protected void handleTextMessage(WebSocketSession connection, TextMessage message) {
        var packet = message.getPayload();
        if (packet.equals(Packets.CONNECT) || packet.startsWith(Packets.CONNECT + "{")) {
            connect();
        } else if (packet.equals(Packets.PONG)) {
            isAwaited = !isConnected;
        } else if (!packet.startsWith(Packets.EVENT)) {
            end();
        }
    }

    private void connect() {
        if (isConnected) {
            return;
        }
        send(packets.connected());
        isConnected = true;
        isAwaited = false;
        if (caller == null) {
            send(packets.event("error", "unauthorized"));
            send(Packets.DISCONNECT);
            end();
        } else {
            sockets.greet(this, caller);
        }
    }

    /** Sends this when all before it is sent; a client that lets too much wait is cut off. */
    void send(String packet) {
        if (hasEnded) {
            return;
        }
        if (backlogSize.addAndGet(packet.length()) > settings.maxBacklog().toBytes()) {
            log.info("A client of user {} reads too slowly and is cut off", userId());
            backlog.clear();
            end();
            return;
        }
        backlog.add(packet);
    }

    /** Ends it when all that waits is sent. */
    void end() {
        hasEnded = true;
        backlog.add(END);
    }

    private void live(WebSocketSession connection) {
        try (connection) {
            var goesOn = pump(connection, settings.pingTimeout());
            while (goesOn && !isAwaited) {
                goesOn = pump(connection, settings.pingInterval().minus(settings.pingTimeout()));
                if (goesOn) {
                    isAwaited = true;
                    send(Packets.PING);
                    if (!isStillLetIn()) {
                        send(Packets.DISCONNECT);
                        end();
                    }
                    goesOn = pump(connection, settings.pingTimeout());
                }
            }
        } catch (IOException | IllegalStateException gone) { // the latter when it has just closed
            log.debug("Socket {} is broken", connection.getId(), gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(this);
            hasEnded = true;
            backlog.clear();
        }
    }

    /**
     * Sends what comes to be sent, for so long; returns false when it has ended. A client that does
     * not read keeps it waiting for 20 s, which is Tomcat's limit, and then breaks.
     */
    private boolean pump(WebSocketSession connection, Duration time)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (var left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            var packet = backlog.poll(left, TimeUnit.NANOSECONDS);
            if (packet == null) {
                break;
            }
            if (packet.equals(END)) {
                return false;
            }
            connection.sendMessage(new TextMessage(packet));
            backlogSize.addAndGet(-packet.length());
        }
        return true;
    }

    /** Should the news that its session was closed get lost, it is found here. */
    private boolean isStillLetIn() {
        try {
            var _ = credentials.get();
            return true;
        } catch (Problem refused) {
            return false;
        } catch (DataAccessException away) {
            log.debug("The database is away; asked again with the next ping", away);
            return true;
        }
    }
}
