package phone;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** socket.io 4 over a websocket, authenticated by the cookies of the handshake alone. */
final class Socket implements WebSocket.Listener, AutoCloseable {

    private static final Set<String> EVENTS =
            Set.of(
                    "on_server_version",
                    "on_new_release",
                    "on_upload_success",
                    "AssetUploadReadyV2",
                    "AssetEditReadyV2",
                    "on_asset_update",
                    "on_asset_delete",
                    "on_asset_trash",
                    "on_asset_restore",
                    "on_asset_hidden",
                    "on_asset_stack_update",
                    "on_album_update",
                    "on_person_thumbnail",
                    "on_config_update",
                    "on_user_delete",
                    "on_session_delete",
                    "on_notification",
                    "AppRestartV1",
                    "MaintenanceStatusV1",
                    "error");

    private final BiConsumer<String, JsonNode> onEvent;
    private final StringBuilder frame = new StringBuilder();
    private final CompletableFuture<String> connected = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private Socket(BiConsumer<String, JsonNode> onEvent) {
        this.onEvent = onEvent;
    }

    /**
     * Comes back when the namespace is connected, or the server has closed.
     *
     * @param onEvent gets the name and the list of arguments; what it throws ends the socket
     */
    static Socket open(Connection connection, BiConsumer<String, JsonNode> onEvent) {
        var socket = new Socket(onEvent);
        var endpoint = connection.endpoint();
        var address =
                URI.create(
                        endpoint.toString().replaceFirst("^http", "ws")
                                + "/socket.io/?EIO=4&transport=websocket");
        // The handshake sends the jar's cookies only where they are put by hand.
        open(connection.http(), address, connection.cookieHeader(), socket);
        CompletableFuture.anyOf(socket.connected, socket.ended).join();
        return socket;
    }

    private static void open(HttpClient http, URI address, String cookies, Socket socket) {
        var builder = http.newWebSocketBuilder();
        if (!cookies.isEmpty()) {
            builder.header("Cookie", cookies);
        }
        socket.webSocket = builder.buildAsync(address, socket).join();
    }

    private @Nullable WebSocket webSocket;

    boolean isConnected() {
        return connected.isDone() && !ended.isDone();
    }

    /** Ends when the server or the network has closed; by a failure when the app has broken. */
    CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    @Override
    public @Nullable CompletionStage<?> onText(
            WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        webSocket.request(1);
        if (!last) {
            return null;
        }
        var packet = frame.toString();
        frame.setLength(0);
        try {
            return receive(webSocket, packet);
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
            webSocket.abort();
            return null;
        }
    }

    private @Nullable CompletionStage<?> receive(WebSocket webSocket, String packet) {
        if (packet.startsWith("0")) {
            var open = Contract.JSON.readTree(packet.substring(1));
            for (var field : new String[] {"sid", "upgrades", "pingInterval", "pingTimeout"}) {
                if (!open.has(field)) {
                    throw new AppBroke("the socket opens without " + field + ": " + packet);
                }
            }
            return webSocket.sendText("40", true);
        }
        if (packet.equals("2")) {
            return webSocket.sendText("3", true);
        }
        if (packet.startsWith("40")) {
            var sid = Contract.JSON.readTree(packet.substring(2)).path("sid");
            if (!sid.isString()) {
                throw new AppBroke("the socket has no sid: " + packet);
            }
            connected.complete(sid.asString());
        } else if (packet.startsWith("42")) {
            var event = Contract.JSON.readTree(packet.substring(2));
            var name = event.path(0).asString("");
            if (!EVENTS.contains(name)) {
                throw new AppBroke("an event that Immich does not have: " + packet);
            }
            onEvent.accept(name, event);
        } else if (packet.equals("41") || packet.equals("1")) {
            ended.complete(null);
        } else {
            throw new AppBroke("not a packet of engine.io: " + packet);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        ended.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        ended.complete(null);
    }

    @Override
    public void close() {
        if (webSocket != null) {
            webSocket.abort();
        }
        ended.complete(null);
    }
}
