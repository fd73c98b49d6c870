package app.keepsake.sync;

import app.keepsake.problem.Problem;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a phone has come with one type. Phones send back what stood in the line, unread; it is
 *
 * <pre>
 * Type|update id|stream.position                                            up to this row
 * TypeBackfill|create id|stream.create position.position.update id          of this access, up to this row
 * TypeBackfill|create id|stream.create position.complete                    all access up to this one
 * SyncCompleteV1|time-ordered uuid|stream                                   all of a stream begun then
 * SyncResetV1|reset                                                         the phone is empty now
 * </pre>
 *
 * <p>where {@code stream} is the number of the stream that sent it.
 */
sealed interface Ack {

    SyncEntityType type();

    /** As it stands in a line of the stream with this number. */
    String text(long stream);

    /** Everything of the type up to this place. */
    record UpTo(SyncEntityType type, Position position) implements Ack {

        @Override
        public String text(long stream) {
            return "%s|%s|%d.%d"
                    .formatted(type.wireName(), position.id(), stream, position.transaction());
        }
    }

    /**
     * Everything of what was shared before {@code access}, and of that, what lies up to {@code row}
     *
     * @param access the place where the access came to be
     * @param row null for all of it
     */
    record Backfilled(SyncEntityType type, Position access, @Nullable Position row) implements Ack {

        @Override
        public String text(long stream) {
            return "%s|%s|%d.%d.%s"
                    .formatted(
                            type.wireName(),
                            access.id(),
                            stream,
                            access.transaction(),
                            row == null ? "complete" : row.transaction() + "." + row.id());
        }
    }

    /**
     * @param startedAt the time-ordered uuid of when the stream began
     */
    record Completed(UUID startedAt) implements Ack {

        @Override
        public SyncEntityType type() {
            return SyncEntityType.SYNC_COMPLETE_V1;
        }

        @Override
        public String text(long stream) {
            return "%s|%s|%d".formatted(type().wireName(), startedAt, stream);
        }
    }

    record Reset() implements Ack {

        @Override
        public SyncEntityType type() {
            return SyncEntityType.SYNC_RESET_V1;
        }

        @Override
        public String text(long stream) {
            return "SyncResetV1|reset";
        }
    }

    /** An ack as it came in, and the number of the stream that had sent it (0 for a reset). */
    record Sent(Ack ack, long stream) {

        private static final String UUID_TEXT =
                "(\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12})";
        private static final String NUMBER = "(\\d{1,18})";
        private static final Pattern UP_TO =
                Pattern.compile("\\|%1$s\\|%2$s\\.(\\d{1,19})".formatted(UUID_TEXT, NUMBER));
        private static final Pattern BACKFILLED =
                Pattern.compile(
                        "\\|%1$s\\|%2$s\\.(\\d{1,19})\\.(?:complete|(\\d{1,19})\\.%1$s)"
                                .formatted(UUID_TEXT, NUMBER));
        private static final Pattern COMPLETED =
                Pattern.compile("\\|%1$s\\|%2$s".formatted(UUID_TEXT, NUMBER));

        /** Throws {@link Problem.Invalid} for anything that no line of ours has carried. */
        static Sent parse(String text) {
            var bar = text.indexOf('|');
            var name = bar < 0 ? text : text.substring(0, bar);
            var type =
                    SyncEntityType.named(name)
                            .orElseThrow(() -> new Problem.Invalid("Invalid ack type: " + name));
            try {
                var sent = read(type, bar < 0 ? "" : text.substring(bar));
                if (sent != null) {
                    return sent;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw new Problem.Invalid("Invalid ack: " + text);
        }

        private static @Nullable Sent read(SyncEntityType type, String rest) {
            if (type == SyncEntityType.SYNC_RESET_V1) {
                return rest.equals("|reset") ? new Sent(new Reset(), 0) : null;
            }
            if (type == SyncEntityType.SYNC_COMPLETE_V1) {
                var part = COMPLETED.matcher(rest);
                return part.matches()
                        ? new Sent(
                                new Completed(UUID.fromString(part.group(1))),
                                Long.parseLong(part.group(2)))
                        : null;
            }
            var part = (type.isBackfill() ? BACKFILLED : UP_TO).matcher(rest);
            if (!part.matches()) {
                return null;
            }
            var stream = Long.parseLong(part.group(2));
            var position = position(part.group(3), part.group(1));
            if (!type.isBackfill()) {
                return new Sent(new UpTo(type, position), stream);
            }
            var row = part.group(4) == null ? null : position(part.group(4), part.group(5));
            return new Sent(new Backfilled(type, position, row), stream);
        }

        private static Position position(String transaction, String id) {
            return new Position(Long.parseLong(transaction), UUID.fromString(id));
        }
    }
}
