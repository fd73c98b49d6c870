package app.keepsake.search;

import org.jspecify.annotations.Nullable;

/** What of an asset can be compared with a value. */
public enum Column {
    ID("a.id"),
    LIBRARY("a.library_id"),
    CHECKSUM("a.checksum"),
    TYPE("a.type"),
    VISIBILITY("a.visibility"),
    FILE_NAME("a.original_file_name"),
    PATH("a.original_path"),
    ENCODED_VIDEO_PATH(file("encoded_video")),
    PREVIEW_PATH(file("preview")),
    THUMBNAIL_PATH(file("thumbnail")),
    DESCRIPTION("nullif(e.description, '')"),
    CITY("e.city"),
    STATE("e.state"),
    COUNTRY("e.country"),
    MAKE("e.make"),
    MODEL("e.model"),
    LENS_MODEL("e.lens_model"),
    RATING("e.rating"),
    FILE_SIZE("a.size_in_bytes"),
    TAKEN("a.file_created_at"),
    CREATED("a.created_at"),
    UPDATED("a.updated_at"),
    TRASHED("a.deleted_at");

    /** How a column's value and another are to relate. */
    public enum Comparison {
        /** Null is equal to null alone. */
        EQUAL("="),
        /** What has no value differs from any. */
        DIFFERENT("is distinct from"),
        MORE(">"),
        AT_LEAST(">="),
        LESS("<"),
        AT_MOST("<=");

        private final String operator;

        Comparison(String operator) {
            this.operator = operator;
        }

        String sql(String column, @Nullable String param) {
            if (param == null) {
                return column + (this == EQUAL ? " is null" : " is not null");
            }
            return "%s %s %s".formatted(column, operator, param);
        }
    }

    /** Which part of a text must be the one that is looked for, whatever its case. */
    public enum Part {
        ANY("%", "%"),
        START("", "%"),
        END("%", "");

        private final String before;
        private final String after;

        Part(String before, String after) {
            this.before = before;
            this.after = after;
        }

        String pattern(String text) {
            return before + text.replaceAll("[\\\\%_]", "\\\\$0") + after;
        }
    }

    private final String sql;

    Column(String sql) {
        this.sql = sql;
    }

    private static String file(String type) {
        return "(select path from asset_file f where f.asset_id = a.id and f.type = '%s')"
                .formatted(type);
    }

    /** Over {@code asset a} and {@code asset_exif e}. */
    String sql() {
        return sql;
    }

    /** As clients see it: of an instant they see no more than milliseconds. */
    String seen() {
        return switch (this) {
            case TAKEN, CREATED, UPDATED, TRASHED -> "date_trunc('milliseconds', " + sql + ")";
            default -> sql;
        };
    }
}
