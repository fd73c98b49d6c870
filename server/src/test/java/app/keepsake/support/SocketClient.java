package app.keepsake.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the socket on a bare WebSocket, packet by packet. */
public final class SocketClient implements WebSocket.Listener, AutoCloseable {

    public static final String PATH = "/api/socket.io/?EIO=4&transport=websocket";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String CLOSED = "closed";

    private final LinkedBlockingQueue<String> packets = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private boolean answersPings = true;
    private @Nullable WebSocket connection;

    private SocketClient() {}

    /** Connects as {@link #open}, and says hello. */
    public static SocketClient connect(int port, String... headers) {
        var client = open(port, PATH, headers);
        assertThat(client.next()).startsWith("0{");
        client.send("40");
        assertThat(client.next()).startsWith("40{");
        return client;
    }

    /**
     * The handshake and nothing more.
     *
     * @param headers names and values in turn
     * @throws Refused when it is answered by anything but a socket
     */
    public static SocketClient open(int port, String path, String... headers) {
        return open(HTTP, URI.create("ws://127.0.0.1:" + port + path), headers);
    }

    /** As above, by a client that has its own idea of whom to trust. */
    public static SocketClient open(HttpClient http, URI address, String... headers) {
        var client = new SocketClient();
        var builder = http.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            client.connection = builder.buildAsync(address, client).join();
            return client;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw new Refused(refused.getResponse().statusCode());
            }
            throw e;
        }
    }

    /** The answer to a handshake that was none. */
    public static final class Refused extends RuntimeException {

        public final int status;

        Refused(int status) {
            super("answered " + status);
            this.status = status;
        }
    }

    /** From now on it is as dead as a phone in a tunnel. */
    public SocketClient answeringNoPings() {
        answersPings = false;
        return this;
    }

    public void send(String packet) {
        connection().sendText(packet, true).join();
    }

    /** The next packet, which is awaited; pings are not among them. */
    public String next() {
        try {
            var packet = packets.poll(60, TimeUnit.SECONDS);
            assertThat(packet).as("a packet within 60 s").isNotNull();
            return packet;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The arguments of the next event, which must be of this name. */
    public JsonNode event(String name) {
        var packet = next();
        assertThat(packet).startsWith("42[\"" + name + "\"");
        return JsonMapper.shared().readTree(packet.substring(2));
    }

    /** The names of the events from here to this one, without it. */
    public List<String> eventsBefore(String name) {
        var names = new ArrayList<String>();
        while (true) {
            var packet = next();
            assertThat(packet).startsWith("42[");
            var event = JsonMapper.shared().readTree(packet.substring(2)).path(0).asString();
            if (event.equals(name)) {
                return names;
            }
            names.add(event);
        }
    }

    /** The names of the events from here to the one of this name and argument, without it. */
    public List<String> eventsUntil(String name, String argument) {
        var names = new ArrayList<String>();
        var last = "42[\"%s\",\"%s\"]".formatted(name, argument);
        for (var packet = next(); !packet.equals(last); packet = next()) {
            names.add(JsonMapper.shared().readTree(packet.substring(2)).path(0).asString());
        }
        return names;
    }

    /** Whether there is a next packet already. */
    public boolean hasNext() {
        return !packets.isEmpty();
    }

    /** Waits for the end, and returns what came before it. */
    public List<String> untilClosed() {
        var all = new ArrayList<String>();
        for (var packet = next(); !packet.equals(CLOSED); packet = next()) {
            all.add(packet);
        }
        return all;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean isLast) {
        partial.append(text);
        if (isLast) {
            var packet = partial.toString();
            partial.setLength(0);
            if (!packet.equals("2")) {
                packets.add(packet);
            } else if (answersPings) {
                socket.sendText("3", true);
            }
        }
        socket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        packets.add(CLOSED);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        packets.add(CLOSED);
    }

    @Override
    public void close() {
        connection().abort();
    }

    public WebSocket connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }
}
