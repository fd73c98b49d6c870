package app.keepsake.sync;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Service;

/**
 * What a phone must be told to hold what its user may see: a stream of lines past its marks, and
 * the marks. Each session has its own; an API key has none, and is refused by all of this.
 */
@Service
public class Syncs {

    private static final Logger log = LoggerFactory.getLogger(Syncs.class);

    /** A mark as clients see it. */
    public record Mark(String type, String ack) {}

    /** Where the lines go; opened only when nothing can be refused any more. */
    @FunctionalInterface
    public interface Body {
        OutputStream open() throws IOException;
    }

    private final Checkpoints checkpoints;
    private final StreamConnections connections;

    Syncs(Checkpoints checkpoints, StreamConnections connections) {
        this.checkpoints = checkpoints;
        this.connections = connections;
    }

    /**
     * Writes all lines of the given types to the body. A stream that ends without SyncCompleteV1
     * was broken off; the next one goes on from the acks.
     *
     * @param reset whether to forget the marks first
     * @throws IOException when the client is gone
     */
    public void stream(Caller caller, Set<SyncRequestType> types, boolean reset, Body body)
            throws IOException {
        var sessionId = requireSession(caller);
        var parts = new ArrayList<Part>();
        for (var type : sorted(types)) {
            parts.addAll(Parts.of(type));
        }
        if (reset) {
            checkpoints.reset(sessionId);
        }
        try {
            connections.use(
                    sessionId,
                    caller.userId(),
                    connection -> run(caller, sessionId, parts, connection, body));
        } catch (SQLException e) {
            throw new IllegalStateException("The stream lost its connection", e);
        }
    }

    private void run(
            Caller caller, UUID sessionId, List<Part> parts, Connection connection, Body body)
            throws IOException {
        // Before the snapshot: an ack that is still taken is one that the snapshot shows.
        var begun = checkpoints.begin(sessionId);
        var jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        var start =
                jdbc.sql("select sync_horizon() as horizon, time_ordered_uuid() as id")
                        .query(Start.class)
                        .single();
        var marks = Marks.of(Checkpoints.read(jdbc, sessionId), start.horizon(), start.id());
        if (begun.isPendingSyncReset() || marks.areOfNoUse()) {
            checkpoints.requireReset(sessionId);
            log.info("Session {} must sync from the beginning", sessionId);
            var lines = lines(body, begun.stream());
            lines.reset();
            lines.flush();
            return;
        }
        var lines = lines(body, begun.stream());
        var run =
                new Run(
                        jdbc,
                        caller.userId(),
                        start.horizon(),
                        begun.since(),
                        marks,
                        ack ->
                                checkpoints.store(
                                        sessionId, List.of(new Ack.Sent(ack, begun.stream()))),
                        lines);
        for (var part : parts) {
            run.send(part);
        }
        lines.complete(new Ack.Completed(start.id()));
        lines.flush();
    }

    private static Lines lines(Body body, long stream) throws IOException {
        return new Lines(new Paced(body.open(), System::nanoTime), stream);
    }

    /**
     * @param id a time-ordered uuid
     */
    private record Start(long horizon, UUID id) {}

    /** The marks of the session. */
    public List<Mark> marks(Caller caller) {
        return checkpoints.of(requireSession(caller)).stream()
                .map(mark -> new Mark(mark.type(), mark.ack()))
                .toList();
    }

    /** Keeps what the phone has done; throws {@link Problem.Invalid} for an ack that is none. */
    public void ack(Caller caller, List<String> acks) {
        var sessionId = requireSession(caller);
        checkpoints.store(sessionId, acks.stream().map(Ack.Sent::parse).toList());
    }

    /**
     * Forgets marks, so that all of those types comes again.
     *
     * @param types null for all
     */
    public void forget(Caller caller, @Nullable Collection<SyncEntityType> types) {
        checkpoints.forget(requireSession(caller), types);
    }

    private static Set<SyncRequestType> sorted(Set<SyncRequestType> types) {
        var sorted = EnumSet.noneOf(SyncRequestType.class);
        sorted.addAll(types);
        return sorted;
    }

    private static UUID requireSession(Caller caller) {
        if (caller.sessionId() == null) {
            throw new Problem.Forbidden("Sync endpoints cannot be used with API keys");
        }
        return caller.sessionId();
    }
}
