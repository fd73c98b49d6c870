package app.keepsake.storagetemplate;

import static java.time.format.DateTimeFormatter.ofPattern;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a template may tell of an asset, as Immich has it.
 *
 * @param fileName without its extension
 * @param extension without its dot
 * @param taken by the wall clock where it was taken
 */
record PathValues(
        UUID assetId,
        boolean isFilm,
        String fileName,
        String extension,
        LocalDateTime taken,
        @Nullable Album album,
        @Nullable String make,
        @Nullable String model,
        @Nullable String lensModel) {

    /**
     * An asset's album.
     *
     * @param start when the first of what is in it was taken
     * @param end when the last was
     */
    record Album(String name, LocalDateTime start, LocalDateTime end) {}

    private static final String ALBUM_START = "album-startDate-";
    private static final String ALBUM_END = "album-endDate-";

    /** Luxon's tokens; the names of months are English, whatever the machine speaks. */
    private static final Map<String, DateTimeFormatter> DATES =
            Map.ofEntries(
                    Map.entry("y", ofPattern("u", Locale.ENGLISH)),
                    Map.entry("yy", ofPattern("uu", Locale.ENGLISH)),
                    Map.entry("M", ofPattern("M", Locale.ENGLISH)),
                    Map.entry("MM", ofPattern("MM", Locale.ENGLISH)),
                    Map.entry("MMM", ofPattern("MMM", Locale.ENGLISH)),
                    Map.entry("MMMM", ofPattern("MMMM", Locale.ENGLISH)),
                    Map.entry("d", ofPattern("d", Locale.ENGLISH)),
                    Map.entry("dd", ofPattern("dd", Locale.ENGLISH)),
                    Map.entry("h", ofPattern("h", Locale.ENGLISH)),
                    Map.entry("hh", ofPattern("hh", Locale.ENGLISH)),
                    Map.entry("H", ofPattern("H", Locale.ENGLISH)),
                    Map.entry("HH", ofPattern("HH", Locale.ENGLISH)),
                    Map.entry("m", ofPattern("m", Locale.ENGLISH)),
                    Map.entry("mm", ofPattern("mm", Locale.ENGLISH)),
                    Map.entry("s", ofPattern("s", Locale.ENGLISH)),
                    Map.entry("ss", ofPattern("ss", Locale.ENGLISH)),
                    Map.entry("SSS", ofPattern("SSS", Locale.ENGLISH)),
                    Map.entry("W", week(1)),
                    Map.entry("WW", week(2)));

    /** By which a template is tried. */
    static final PathValues EXAMPLE =
            new PathValues(
                    UUID.fromString("d587e44b-f8c0-4832-9ba3-43268bbf5d4e"),
                    false,
                    "IMG_123",
                    "jpg",
                    LocalDateTime.of(2024, 2, 29, 13, 5, 9),
                    new Album(
                            "Album",
                            LocalDateTime.of(2024, 2, 28, 0, 0),
                            LocalDateTime.of(2024, 3, 1, 0, 0)),
                    "FUJIFILM",
                    "X-T50",
                    "XF27mm F2.8 R WR");

    private static DateTimeFormatter week(int digits) {
        return new DateTimeFormatterBuilder()
                .appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, digits, 2, SignStyle.NOT_NEGATIVE)
                .toFormatter(Locale.ENGLISH);
    }

    static boolean isToken(String token) {
        return switch (token) {
            case "filename",
                    "ext",
                    "filetype",
                    "filetypefull",
                    "assetId",
                    "assetIdShort",
                    "album",
                    "make",
                    "model",
                    "lensModel" ->
                    true;
            default ->
                    DATES.containsKey(token)
                            || token.startsWith(ALBUM_START)
                                    && DATES.containsKey(token.substring(ALBUM_START.length()))
                            || token.startsWith(ALBUM_END)
                                    && DATES.containsKey(token.substring(ALBUM_END.length()));
        };
    }

    /** Empty for what is not known. A value is a name of a file or a part of one, never a path. */
    String of(String token) {
        return switch (token) {
            case "filename" -> {
                var name = FileNames.safe(fileName);
                yield name.isEmpty() ? assetId.toString() : name;
            }
            case "ext" -> FileNames.safe(extension);
            case "filetype" -> isFilm ? "VID" : "IMG";
            case "filetypefull" -> isFilm ? "VIDEO" : "IMAGE";
            case "assetId" -> assetId.toString();
            case "assetIdShort" -> assetId.toString().substring(24);
            case "album" -> album == null ? "" : FileNames.safe(album.name().replace(".", ""));
            case "make" -> orEmpty(make);
            case "model" -> orEmpty(model);
            case "lensModel" -> orEmpty(lensModel);
            default -> date(token);
        };
    }

    private String date(String token) {
        if (token.startsWith(ALBUM_START)) {
            return album == null ? "" : date(album.start(), token.substring(ALBUM_START.length()));
        } else if (token.startsWith(ALBUM_END)) {
            return album == null ? "" : date(album.end(), token.substring(ALBUM_END.length()));
        }
        return date(taken, token);
    }

    private static String date(LocalDateTime date, String token) {
        var format = DATES.get(token);
        if (format == null) {
            throw new IllegalArgumentException("no token: " + token);
        }
        return format.format(date);
    }

    private static String orEmpty(@Nullable String name) {
        return name == null ? "" : FileNames.safe(name);
    }
}
