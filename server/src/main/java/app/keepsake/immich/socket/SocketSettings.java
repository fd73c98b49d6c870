package app.keepsake.immich.socket;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How long a client may be silent, and what all of them may take of the server (I7).
 *
 * @param pingInterval how often a client is asked whether it is there
 * @param pingTimeout how soon it must answer, and must say hello at first
 * @param maxConnections of all clients; Tomcat's own limit leaves the rest to calls
 * @param maxStrangers of these, by clients that have shown no valid credentials
 * @param maxPerUser beyond it the oldest goes: it may be one that has died unnoticed
 * @param maxBacklog what waits for one client that reads slower than it is told
 */
@ConfigurationProperties("keepsake.socket")
record SocketSettings(
        @DefaultValue("25s") Duration pingInterval,
        @DefaultValue("20s") Duration pingTimeout,
        @DefaultValue("256") int maxConnections,
        @DefaultValue("32") int maxStrangers,
        @DefaultValue("32") int maxPerUser,
        @DefaultValue("1MB") DataSize maxBacklog) {

    SocketSettings {
        if (pingTimeout.compareTo(pingInterval) >= 0) {
            throw new IllegalArgumentException(
                    "keepsake.socket.ping-timeout must be shorter than ping-interval");
        }
    }
}
