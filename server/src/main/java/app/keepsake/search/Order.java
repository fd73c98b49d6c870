package app.keepsake.search;

/** How found assets are sorted; what has no value comes last. */
public record Order(Field field, boolean ascending) {

    public static final Order NEWEST_FIRST = new Order(Field.FILE_CREATED_AT, false);

    /** What to sort by. */
    public enum Field {
        FILE_CREATED_AT("a.file_created_at"),
        LOCAL_DATE_TIME("a.local_date_time"),
        FILE_SIZE("a.size_in_bytes"),
        RATING("e.rating");

        private final String column;

        Field(String column) {
            this.column = column;
        }
    }

    String sql() {
        var direction = ascending ? "asc" : "desc";
        var nulls = field == Field.RATING ? " nulls last" : "";
        return "%s %s%s, a.id %2$s".formatted(field.column, direction, nulls);
    }
}
