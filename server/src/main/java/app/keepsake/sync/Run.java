package app.keepsake.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One stream, in one snapshot of the database. It holds one batch of rows in memory (I7).
 *
 * <p>All that is visible past the phone's marks is sent, also at or above the horizon, where rows
 * may yet come to lie in between: leaving those out would part what belongs together. But no ack
 * reaches over the horizon, so all from there comes again with the next stream (I5).
 */
final class Run {

    private static final int BATCH = 500;

    /** Something that is shared with the user as a whole, and the place where that began. */
    private record Access(UUID id, long createPosition, UUID createId) {

        Position since() {
            return new Position(createPosition, createId);
        }
    }

    private record Line(SyncEntityType type, byte[] data, Ack ack) {}

    /** Keeps an ack as if the phone had sent it. */
    @FunctionalInterface
    interface Store {
        void keep(Ack ack);
    }

    private final JdbcClient jdbc;
    private final long horizon;
    private final Marks marks;
    private final Store store;
    private final Lines lines;
    private final Map<String, Object> params = new HashMap<>();

    /** The last line of the part so far: what follows it may give it another ack. */
    private @Nullable Line last;

    /**
     * @param jdbc of the snapshot's connection
     * @param since where the phone was empty
     * @param marks how far the phone has come
     */
    Run(
            JdbcClient jdbc,
            UUID userId,
            long horizon,
            long since,
            Marks marks,
            Store store,
            Lines lines) {
        this.jdbc = jdbc;
        this.horizon = horizon;
        this.marks = marks;
        this.store = store;
        this.lines = lines;
        params.put("me", userId);
        params.put("since", since);
        for (var shared : Part.Shared.values()) {
            var ids =
                    jdbc.sql(shared.sql()).param("me", userId).query(Access.class).list().stream()
                            .map(Access::id)
                            .toArray(UUID[]::new);
            params.put(shared.parameter(), ids);
        }
    }

    void send(Part part) throws IOException {
        switch (part) {
            case Part.Changes changes -> sendChanges(changes);
            case Part.Backfill backfill -> sendBackfill(backfill);
            case Part.ChangesOfKnown changes -> sendChangesOfKnown(changes);
        }
        sendLast();
    }

    private void sendChanges(Part.Changes part) throws IOException {
        var known = part.known();
        var isFirst = new boolean[] {true};
        rows(
                part.sql(),
                params,
                after(part.type()),
                Position.END,
                (row, data) -> {
                    if (isFirst[0] && known != null) {
                        lines.mark(new Ack.UpTo(known, Position.before(horizon)));
                    }
                    isFirst[0] = false;
                    write(part.type(), data, new Ack.UpTo(part.type(), row.below(horizon)));
                });
    }

    private void sendChangesOfKnown(Part.ChangesOfKnown part) throws IOException {
        var known = marks.position(part.creates());
        if (known == null) {
            return;
        }
        var all = new HashMap<>(params);
        all.put("knownPosition", known.transaction());
        all.put("knownId", known.id());
        rows(
                part.sql(),
                all,
                after(part.type()),
                Position.END,
                (row, data) ->
                        write(part.type(), data, new Ack.UpTo(part.type(), row.below(horizon))));
    }

    private void sendBackfill(Part.Backfill part) throws IOException {
        var mark = marks.backfilled(part.type());
        var accesses = accesses(part.shared(), mark);
        if (accesses.isEmpty()) {
            return;
        }
        var known = marks.position(part.changes());
        if (known == null) {
            mark(complete(part, accesses.getLast())); // All of it comes as changes.
            return;
        }
        for (var access : accesses) {
            var one = new HashMap<>(params);
            one.put(part.shared().parameter(), new UUID[] {access.id()});
            var isSettled = access.createPosition() < horizon;
            rows(
                    part.sql(),
                    one,
                    begunAt(access, mark),
                    known,
                    (row, data) ->
                            write(
                                    part.type(),
                                    data,
                                    isSettled
                                            ? new Ack.Backfilled(part.type(), access.since(), row)
                                            : complete(part, access)));
            mark(complete(part, access));
        }
    }

    private static Position begunAt(Access access, Ack.@Nullable Backfilled mark) {
        return mark != null && mark.row() != null && mark.access().equals(access.since())
                ? mark.row()
                : Position.START;
    }

    /** Above the horizon, another access may yet come to lie before this one. */
    private Ack complete(Part.Backfill part, Access access) {
        return new Ack.Backfilled(part.type(), access.since().below(horizon), null);
    }

    /** Those that are not complete, in the order in which they came to be. */
    private List<Access> accesses(Part.Shared shared, Ack.@Nullable Backfilled mark) {
        var from = mark == null ? Position.START : mark.access();
        return jdbc.sql(
                        """
                        %s and (create_position, create_id) %s (:position, :id)
                        order by create_position, create_id
                        """
                                .formatted(
                                        shared.sql(),
                                        mark != null && mark.row() == null ? ">" : ">="))
                .params(params)
                .param("position", from.transaction())
                .param("id", from.id())
                .query(Access.class)
                .list();
    }

    private Position after(SyncEntityType type) {
        var mark = marks.position(type);
        return mark == null ? Position.START : mark;
    }

    /** Without data it is a mark. */
    private void write(SyncEntityType type, byte @Nullable [] data, Ack ack) throws IOException {
        if (data == null) {
            mark(ack);
        } else {
            sendLast();
            last = new Line(type, data, ack);
        }
    }

    /**
     * All of the part up to here is told. The last line's ack says so: of two lines that say
     * nothing else, phones ack the second only. Without a line there is nothing for the phone to
     * do.
     */
    private void mark(Ack ack) {
        if (last == null) {
            store.keep(ack);
        } else {
            last = new Line(last.type(), last.data(), ack);
        }
    }

    private void sendLast() throws IOException {
        if (last != null) {
            lines.write(last.type(), last.data(), last.ack());
            last = null;
        }
    }

    @FunctionalInterface
    private interface RowWriter {
        void write(Position row, byte @Nullable [] data) throws IOException;
    }

    /** By a cursor of the server's, planned for the first rows to come soon. */
    private void rows(
            String sql,
            Map<String, Object> params,
            Position after,
            Position until,
            RowWriter writer)
            throws IOException {
        jdbc.sql("declare line no scroll cursor for " + sql)
                .params(params)
                .param("afterPosition", after.transaction())
                .param("afterId", after.id())
                .param("untilPosition", until.transaction())
                .param("untilId", until.id())
                .update();
        try {
            int count;
            do {
                var fetched = new int[1];
                jdbc.sql("fetch %d from line".formatted(BATCH))
                        .query(
                                row -> {
                                    fetched[0]++;
                                    try {
                                        writer.write(
                                                new Position(
                                                        row.getLong(1),
                                                        row.getObject(2, UUID.class)),
                                                row.getBytes(3));
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                });
                count = fetched[0];
            } while (count == BATCH);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        jdbc.sql("close line").update();
    }
}
