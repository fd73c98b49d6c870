package app.keepsake.search;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;

/** How found assets are sorted; what has no value comes last, and ids decide between equals. */
public record Order(Field field, boolean ascending) {

    public static final Order NEWEST_FIRST = new Order(Field.FILE_CREATED_AT, false);
    public static final Order LARGEST_FIRST = new Order(Field.FILE_SIZE, false);

    /** What to sort by. */
    public enum Field {
        FILE_CREATED_AT("a.file_created_at", OffsetDateTime.class),
        LOCAL_DATE_TIME("a.local_date_time", LocalDateTime.class),
        FILE_SIZE("a.size_in_bytes", Long.class),
        RATING("e.rating", Integer.class);

        private final String column;
        private final Class<?> type;

        Field(String column, Class<?> type) {
            this.column = column;
            this.type = type;
        }

        String column() {
            return column;
        }

        Class<?> type() {
            return type;
        }
    }

    String sql() {
        var direction = ascending ? "asc" : "desc";
        var nulls = field == Field.RATING ? " nulls last" : "";
        return "%s %s%s, a.id %2$s".formatted(field.column, direction, nulls);
    }

    /** What comes behind an asset with this id and value, {@code :afterId} and {@code :after}. */
    String behind(boolean hasValue) {
        var direction = ascending ? ">" : "<";
        if (!hasValue) {
            return "%s is null and a.id %s :afterId".formatted(field.column, direction);
        }
        var behind = "(%s, a.id) %s (:after, :afterId)".formatted(field.column, direction);
        return field == Field.RATING
                ? "(%s or %s is null)".formatted(behind, field.column)
                : behind;
    }
}
