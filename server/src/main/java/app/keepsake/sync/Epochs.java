package app.keepsake.sync;

import app.keepsake.storage.Library;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Notices, before the first call is answered, that this is not the database that phones have synced
 * with: it was restored, moved, or put back from a copy. Its transactions are then numbered anew,
 * or over again, so it gets a new epoch, above all positions that it holds; and since phones know
 * of things that it does not, each of them must begin anew.
 *
 * <p>A copy of the database's files looks like the database itself. So the library keeps a note of
 * how far the database was, which a copy put back falls behind of. Where the library was put back
 * with it, the note is as old, but is not the file any more that was written.
 */
@Component
class Epochs implements SmartLifecycle {

    static final String NOTE = ".keepsake-sync";

    private static final Logger log = LoggerFactory.getLogger(Epochs.class);
    private static final Pattern NOTED =
            Pattern.compile("epoch=(\\d{1,5})\ntransaction=(\\d{1,18})\n");

    /**
     * @param identity the database that the epoch was begun in, empty when nobody has looked yet
     * @param here this database: the cluster, its timeline, the database and its table
     * @param next above all transactions so far
     */
    private record State(int epoch, String identity, String here, long next) {}

    /** How far a database was when the note was written, and whether the note is a copy. */
    private record Noted(int epoch, long transaction, boolean isCopy) {

        boolean isAheadOf(State state) {
            return epoch > state.epoch || epoch == state.epoch && transaction >= state.next;
        }

        String text() {
            return "epoch=%d\ntransaction=%d\n".formatted(epoch, transaction);
        }
    }

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Library library;
    private @Nullable Noted last;
    private volatile boolean running;

    Epochs(JdbcClient jdbc, TransactionTemplate transaction, Library library) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.library = library;
    }

    @Override
    public void start() {
        running = true;
        look();
    }

    /** Compares database and note, and writes the note anew; later, when the library is missing. */
    private synchronized void look() {
        if (!library.isPresent()) {
            return; // said by the library
        }
        var noted = noted().orElse(null);
        if (reasonToRenew(state(), noted) != null || state().identity.isEmpty()) {
            renew(noted);
        }
        write();
    }

    private @Nullable String reasonToRenew(State state, @Nullable Noted noted) {
        var isNew = state.identity.isEmpty();
        if (!isNew && !state.identity.equals(state.here)) {
            return "it was restored or moved (it is %s and was %s)"
                    .formatted(state.here, state.identity);
        }
        if (noted == null) {
            return isNew ? null : "its library has no note of it";
        }
        if (noted.isAheadOf(state)) {
            return "it is older than the library's note of it (%s)"
                    .formatted(noted.text().replace('\n', ' ').trim());
        }
        return noted.isCopy ? "its library was put back from a copy, or moved" : null;
    }

    private void renew(@Nullable Noted noted) {
        transaction.executeWithoutResult(
                status -> {
                    // Waits for all that hold a position of the old epoch and have not committed:
                    // each has read the table.
                    jdbc.sql("lock table sync_epoch").update();
                    var state = state();
                    var reason = reasonToRenew(state, noted);
                    var epoch = state.epoch;
                    if (reason != null) {
                        epoch = 1 + Math.max(epoch, noted == null ? 0 : noted.epoch);
                        var sessions =
                                jdbc.sql("update session set is_pending_sync_reset = true")
                                        .update();
                        log.warn(
                                "The database is not the one that phones have synced with: {}. It"
                                        + " gets epoch {}, and {} devices will sync from the beginning.",
                                reason,
                                epoch,
                                sessions);
                    }
                    jdbc.sql("update sync_epoch set epoch = :epoch, identity = :here")
                            .param("epoch", epoch)
                            .param("here", state.here)
                            .update();
                });
    }

    private State state() {
        return jdbc.sql(
                        """
                        select epoch, identity,
                            concat_ws('/',
                                (select system_identifier from pg_control_system()),
                                substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
                                (select oid from pg_database where datname = current_database()),
                                'sync_epoch'::regclass::oid) as here,
                            pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
                        from sync_epoch
                        """)
                .query(State.class)
                .single();
    }

    /** Notes in the library how far the database is, if it has moved since. */
    @Scheduled(fixedDelay = 1, initialDelay = 1, timeUnit = TimeUnit.HOURS)
    synchronized void note() {
        if (last == null) {
            look();
        } else if (library.isPresent() && state().next != last.transaction + 1) {
            write();
        }
    }

    private void write() {
        // A transaction that writes, so that its number outlasts a power cut as the note does.
        var now =
                jdbc.sql(
                                """
                                update sync_epoch set identity = identity
                                returning epoch, pg_current_xact_id()::text::bigint as transaction,
                                    false as is_copy
                                """)
                        .query(Noted.class)
                        .single();
        try {
            library.keepNote(NOTE, now.text());
            last = now;
        } catch (IOException e) {
            log.warn("Cannot note in the library how far the database is", e);
        }
    }

    private Optional<Noted> noted() {
        try {
            return library.note(NOTE)
                    .flatMap(
                            note -> {
                                var text = NOTED.matcher(note.text());
                                if (!text.matches()) {
                                    log.warn("The library's note {} cannot be read", NOTE);
                                    return Optional.empty();
                                }
                                return Optional.of(
                                        new Noted(
                                                Integer.parseInt(text.group(1)),
                                                Long.parseLong(text.group(2)),
                                                note.isCopy()));
                            });
        } catch (IOException e) {
            log.warn("Cannot read the library's note of how far the database was", e);
            return Optional.empty();
        }
    }

    @Override
    public void stop() {
        running = false;
        try {
            note();
        } catch (RuntimeException e) {
            log.warn("Cannot note in the library how far the database is", e);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the server answers, and after it has stopped to. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 2;
    }
}
