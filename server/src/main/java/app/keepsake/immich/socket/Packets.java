package app.keepsake.immich.socket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What goes over the wire: a digit of engine.io (4 is a message), one of socket.io (2 is an event),
 * JSON.
 *
 * @see <a href="https://socket.io/docs/v4/engine-io-protocol/">engine.io's protocol 4</a>
 * @see <a href="https://socket.io/docs/v4/socket-io-protocol/">socket.io's protocol 5</a>
 */
@Component
class Packets {

    static final String PING = "2";
    static final String PONG = "3";
    static final String CONNECT = "40";
    static final String DISCONNECT = "41";
    static final String EVENT = "42";

    private final JsonMapper json;

    Packets(JsonMapper json) {
        this.json = json;
    }

    /** maxPayload is for long polling, which neither side does; the number is socket.io's own. */
    String open(SocketSettings settings) {
        return "0"
                + json.writeValueAsString(
                        Map.of(
                                "sid", UUID.randomUUID(),
                                "upgrades", List.of(),
                                "pingInterval", settings.pingInterval().toMillis(),
                                "pingTimeout", settings.pingTimeout().toMillis(),
                                "maxPayload", 1_000_000));
    }

    String connected() {
        return CONNECT + json.writeValueAsString(Map.of("sid", UUID.randomUUID()));
    }

    String event(String name, Object... arguments) {
        var all = new ArrayList<Object>();
        all.add(name);
        all.addAll(Arrays.asList(arguments));
        return EVENT + json.writeValueAsString(all);
    }
}
