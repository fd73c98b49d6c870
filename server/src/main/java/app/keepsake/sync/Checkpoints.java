package app.keepsake.sync;

import app.keepsake.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The marks of each session: how far it has come, by type. */
@Component
class Checkpoints {

    /**
     * What a new stream of a session is called, and whether it must begin by a reset.
     *
     * @param since the horizon when the phone was empty
     */
    record Begun(long stream, boolean isPendingSyncReset, long since) {}

    /** The latest stream of a session. */
    private record Latest(long stream, boolean isPendingSyncReset) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Checkpoints(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /** Begins a stream of the session; from now on no ack of an earlier one is taken. */
    Begun begin(UUID sessionId) {
        return jdbc.sql(
                        """
                        update session set sync_stream = sync_stream + 1,
                            sync_since = coalesce(sync_since, sync_horizon())
                        where id = ?
                        returning sync_stream as stream, is_pending_sync_reset, sync_since as since
                        """)
                .param(sessionId)
                .query(Begun.class)
                .optional()
                .orElseThrow(Checkpoints::ended);
    }

    /**
     * @param isOld whether the first of its type came longer ago than removals are kept
     */
    record Stored(String type, String ack, boolean isOld) {}

    /** The session's marks, as they are stored. */
    List<Stored> of(UUID sessionId) {
        return read(jdbc, sessionId);
    }

    /** As {@link #of}, through a connection of the caller's. */
    static List<Stored> read(JdbcClient jdbc, UUID sessionId) {
        return jdbc.sql(
                        """
                        select type, ack, created_at < now() - interval '30 days' as is_old
                        from session_sync_checkpoint where session_id = ? order by type
                        """)
                .param(sessionId)
                .query(Stored.class)
                .list();
    }

    /**
     * Keeps the last ack of each type. Those of an earlier stream are dropped, and all of them
     * while the session must be reset first; {@link Ack.Reset} does that.
     */
    void store(UUID sessionId, Collection<Ack.Sent> acks) {
        transaction.executeWithoutResult(
                status -> {
                    // For update: a stream that begins meanwhile waits, and then sees these marks.
                    var current =
                            jdbc.sql(
                                            """
                                            select sync_stream as stream, is_pending_sync_reset
                                            from session where id = ? for update
                                            """)
                                    .param(sessionId)
                                    .query(Latest.class)
                                    .optional()
                                    .orElseThrow(Checkpoints::ended);
                    if (acks.stream().anyMatch(sent -> sent.ack() instanceof Ack.Reset)) {
                        if (current.isPendingSyncReset()) { // else it is late
                            isEmpty(sessionId);
                        }
                        clear(sessionId);
                    } else if (!current.isPendingSyncReset()) {
                        for (var sent : acks) {
                            if (sent.stream() == current.stream()) {
                                put(sessionId, sent.ack().type(), sent.ack().text(sent.stream()));
                            }
                        }
                    }
                });
    }

    private void put(UUID sessionId, SyncEntityType type, String ack) {
        jdbc.sql(
                        """
                        insert into session_sync_checkpoint (session_id, type, ack)
                        values (:sessionId, :type, :ack)
                        on conflict (session_id, type) do update
                        set ack = excluded.ack, updated_at = now()
                        """)
                .param("sessionId", sessionId)
                .param("type", type.wireName())
                .param("ack", ack)
                .update();
    }

    private void isEmpty(UUID sessionId) {
        jdbc.sql("update session set sync_since = null where id = ?").param(sessionId).update();
    }

    /** The phone wants to begin anew. */
    void reset(UUID sessionId) {
        transaction.executeWithoutResult(status -> clear(sessionId));
    }

    private void clear(UUID sessionId) {
        jdbc.sql(
                        """
                        update session set is_pending_sync_reset = false,
                            sync_stream = sync_stream + 1
                        where id = ?
                        """)
                .param(sessionId)
                .update();
        jdbc.sql("delete from session_sync_checkpoint where session_id = ?")
                .param(sessionId)
                .update();
    }

    /** Until the phone has emptied itself, the session's stream says nothing but that it must. */
    void requireReset(UUID sessionId) {
        jdbc.sql("update session set is_pending_sync_reset = true where id = ?")
                .param(sessionId)
                .update();
    }

    /**
     * @param types null for all
     */
    void forget(UUID sessionId, @Nullable Collection<SyncEntityType> types) {
        jdbc.sql(
                        """
                        delete from session_sync_checkpoint where session_id = :sessionId
                            and (:all or type = any(:types))
                        """)
                .param("sessionId", sessionId)
                .param("all", types == null)
                .param(
                        "types",
                        types == null
                                ? new String[0]
                                : types.stream()
                                        .map(SyncEntityType::wireName)
                                        .toArray(String[]::new))
                .update();
    }

    /** The device was logged out between the gate and here. */
    private static Problem ended() {
        return new Problem.Unauthenticated("Invalid user token");
    }
}
