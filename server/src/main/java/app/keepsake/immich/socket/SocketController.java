package app.keepsake.immich.socket;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Public;
import app.keepsake.immich.http.Gatekeeper;
import app.keepsake.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Where clients connect. Their credentials are looked at here, but a refusal is told over the
 * socket: that is how Immich's clients hear of it.
 */
@RestController
class SocketController {

    private final Gatekeeper gatekeeper;
    private final Sockets sockets;
    private final SocketSettings settings;
    private final Packets packets;
    private final Upgrade upgrade = new Upgrade();

    SocketController(
            Gatekeeper gatekeeper, Sockets sockets, SocketSettings settings, Packets packets) {
        this.gatekeeper = gatekeeper;
        this.sockets = sockets;
        this.settings = settings;
        this.packets = packets;
    }

    @Public
    @GetMapping({"/api/socket.io", "/api/socket.io/"})
    void connect(
            @RequestParam("EIO") @Nullable String protocol,
            @RequestParam @Nullable String transport,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!"4".equals(protocol)) {
            throw new Problem.Invalid("Unsupported protocol version: engine.io 4 is spoken here");
        }
        if (!"websocket".equals(transport)
                || !"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            throw new Problem.Invalid("Transport unknown: only WebSockets are taken");
        }
        var credentials = gatekeeper.socketCaller(request);
        var caller = orNobody(credentials);
        sockets.requireRoom(caller);
        upgrade.doHandshake(
                new ServletServerHttpRequest(request),
                new ServletServerHttpResponse(response),
                new Socket(credentials, caller, sockets, settings, packets),
                Map.of());
    }

    private static @Nullable Caller orNobody(Supplier<Caller> credentials) {
        try {
            return credentials.get();
        } catch (Problem.Unauthenticated | Problem.Forbidden refused) {
            return null;
        }
    }

    private static final class Upgrade extends DefaultHandshakeHandler {

        /** None, as socket.io: compression would hold some 300 KB for each client (I7). */
        @Override
        protected List<WebSocketExtension> filterRequestedExtensions(
                ServerHttpRequest request,
                List<WebSocketExtension> requested,
                List<WebSocketExtension> supported) {
            return List.of();
        }
    }
}
