package app.keepsake.metadata;

import com.drew.lang.Rational;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.avi.AviDirectory;
import com.drew.metadata.bmp.BmpHeaderDirectory;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.exif.makernotes.AppleMakernoteDirectory;
import com.drew.metadata.file.FileTypeDirectory;
import com.drew.metadata.gif.GifHeaderDirectory;
import com.drew.metadata.heif.HeifDirectory;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.mov.QuickTimeDirectory;
import com.drew.metadata.mov.media.QuickTimeVideoDirectory;
import com.drew.metadata.mov.metadata.QuickTimeMetadataDirectory;
import com.drew.metadata.mp4.Mp4Directory;
import com.drew.metadata.mp4.media.Mp4VideoDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.webp.WebpDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns metadata-extractor's directories into {@link Facts}, by the rules that Immich applies to
 * exiftool's tags: the sidecar first, then the file.
 *
 * <p>Not read here, since metadata-extractor has no tag for them: DateTimeUTC, SonyDateTime2 and
 * SourceImageCreateTime, burst ids, and lenses that only a maker note names. A zone is not yet
 * derived from the position.
 */
final class FactsReader {

    private static final Pattern ISO_6709 =
            Pattern.compile("([+-]\\d{1,3}(?:\\.\\d+)?)([+-]\\d{1,3}(?:\\.\\d+)?).*");
    private static final Pattern XMP_ANGLE =
            Pattern.compile("(\\d+),(\\d+(?:\\.\\d+)?)(?:,(\\d+(?:\\.\\d+)?))?([NSEW])");

    private final Metadata file;
    private final Map<String, String> fileXmp;
    private final Map<String, String> sidecarXmp;

    private FactsReader(Metadata file, @Nullable Metadata sidecar) {
        this.file = file;
        fileXmp = xmp(file);
        sidecarXmp = sidecar == null ? Map.of() : xmp(sidecar);
    }

    static Facts read(Metadata file, @Nullable Metadata sidecar) {
        return new FactsReader(file, sidecar).facts();
    }

    private Facts facts() {
        var position = position();
        var size = size();
        return new Facts(
                taken(),
                modifyDate(),
                make(),
                model(),
                lens(),
                number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_FNUMBER),
                number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_FOCAL_LENGTH),
                positive(integer(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_ISO_EQUIVALENT)),
                exposure(number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_EXPOSURE_TIME)),
                fps(),
                durationMs(),
                size == null ? null : size.width(),
                size == null ? null : size.height(),
                orientation(),
                position == null ? null : position.latitude(),
                position == null ? null : position.longitude(),
                description(),
                upper(xmp("GPano:ProjectionType")),
                text(IccDirectory.class, IccDirectory.TAG_TAG_desc),
                describe(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_COLOR_SPACE),
                bitsPerSample(),
                rating(),
                first(
                        text(
                                AppleMakernoteDirectory.class,
                                AppleMakernoteDirectory.TAG_CONTENT_IDENTIFIER),
                        text(
                                QuickTimeMetadataDirectory.class,
                                QuickTimeMetadataDirectory.TAG_CONTENT_IDENTIFIER)),
                tags());
    }

    // Dates

    private @Nullable Taken taken() {
        // A date in the sidecar drops every date and zone of the file.
        var corrected =
                Taken.parse(
                        xmp(
                                sidecarXmp,
                                "exif:DateTimeOriginal",
                                "photoshop:DateCreated",
                                "xmp:CreateDate",
                                "exif:DateTimeDigitized"));
        if (corrected != null) {
            return corrected;
        }
        var gps = gpsTime();
        var exifZone = exifZone();
        // Immich's order: (SubSec)DateTimeOriginal, SubSecCreateDate, DateTimeOriginal,
        // CreationDate, CreateDate, MediaCreateDate, DateTimeCreated, GPSDateTime.
        var exifOriginal =
                exif(
                        ExifDirectoryBase.TAG_DATETIME_ORIGINAL,
                        ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL,
                        ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);
        var exifDigitized =
                exif(
                        ExifDirectoryBase.TAG_DATETIME_DIGITIZED,
                        ExifDirectoryBase.TAG_SUBSECOND_TIME_DIGITIZED,
                        ExifDirectoryBase.TAG_TIME_ZONE_DIGITIZED);
        var digitizedIsExact =
                exifDigitized != null
                        && (exifDigitized.offset() != null
                                || text(
                                                ExifSubIFDDirectory.class,
                                                ExifDirectoryBase.TAG_SUBSECOND_TIME_DIGITIZED)
                                        != null);
        var originalIsExact =
                exifOriginal != null
                        && (exifOriginal.offset() != null
                                || text(
                                                ExifSubIFDDirectory.class,
                                                ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL)
                                        != null);
        var taken =
                first(
                        originalIsExact ? exifOriginal : null,
                        digitizedIsExact ? exifDigitized : null,
                        exifOriginal,
                        Taken.parse(xmp(fileXmp, "exif:DateTimeOriginal")),
                        iptcTime(), // of which exiftool, and so Immich, makes a DateTimeOriginal
                        Taken.parse(
                                text(
                                        QuickTimeMetadataDirectory.class,
                                        QuickTimeMetadataDirectory.TAG_CREATION_DATE)),
                        exifDigitized,
                        Taken.parse(xmp(fileXmp, "xmp:CreateDate")),
                        filmTime(Mp4Directory.class, Mp4Directory.TAG_CREATION_TIME),
                        filmTime(QuickTimeDirectory.class, QuickTimeDirectory.TAG_CREATION_TIME),
                        filmTime(Mp4VideoDirectory.class, Mp4VideoDirectory.TAG_CREATION_TIME),
                        filmTime(
                                QuickTimeVideoDirectory.class,
                                QuickTimeVideoDirectory.TAG_CREATION_TIME),
                        Taken.parse(xmp(fileXmp, "photoshop:DateCreated")),
                        gps == null ? null : Taken.utc(gps));
        if (taken == null) {
            return null;
        }
        return taken.withOffset(exifZone)
                .withOffset(gps == null ? null : zoneBetween(taken.local(), gps));
    }

    private @Nullable Taken exif(int dateTag, int fractionTag, int zoneTag) {
        var taken = Taken.parse(text(ExifSubIFDDirectory.class, dateTag));
        return taken == null
                ? null
                : taken.withFraction(text(ExifSubIFDDirectory.class, fractionTag))
                        .withOffset(Taken.offset(text(ExifSubIFDDirectory.class, zoneTag)));
    }

    private @Nullable ZoneOffset exifZone() {
        return first(
                Taken.offset(
                        text(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL)),
                Taken.offset(text(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_TIME_ZONE)),
                Taken.offset(
                        text(
                                ExifSubIFDDirectory.class,
                                ExifDirectoryBase.TAG_TIME_ZONE_DIGITIZED)));
    }

    private @Nullable Taken iptcTime() {
        var date = text(IptcDirectory.class, IptcDirectory.TAG_DATE_CREATED);
        var time = text(IptcDirectory.class, IptcDirectory.TAG_TIME_CREATED);
        if (date == null || time == null) {
            return null;
        }
        return Taken.parse(
                date.replaceFirst("^(\\d{4}):?(\\d\\d):?(\\d\\d)$", "$1:$2:$3")
                        + " "
                        + time.replaceFirst("^(\\d\\d):?(\\d\\d):?(\\d\\d)", "$1:$2:$3"));
    }

    private @Nullable Instant gpsTime() {
        var gps = file.getFirstDirectoryOfType(GpsDirectory.class);
        var date = gps == null ? null : gps.getGpsDate();
        return date == null ? null : date.toInstant();
    }

    /** Zero, which is 1904 in films, is how encoders write "unknown". */
    private @Nullable Taken filmTime(Class<? extends Directory> type, int tag) {
        var date =
                each(
                        type,
                        directory -> directory.getDate(tag),
                        found -> found.toInstant().isAfter(Instant.EPOCH));
        return date == null ? null : Taken.utc(date.toInstant());
    }

    /** The zone whose wall clock showed {@code local} at the satellites' time, if there is one. */
    private static @Nullable ZoneOffset zoneBetween(LocalDateTime local, Instant gps) {
        var minutes = Duration.between(gps, local.toInstant(ZoneOffset.UTC)).toSeconds() / 60.0;
        var rounded = (int) Math.round(minutes / 15) * 15;
        var isZone = Math.floorMod(rounded, 30) == 0 || List.of(345, 525, 765).contains(rounded);
        return isZone && rounded >= -12 * 60 && rounded <= 14 * 60
                ? ZoneOffset.ofTotalSeconds(rounded * 60)
                : null;
    }

    private @Nullable Instant modifyDate() {
        var exif = Taken.parse(text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_DATETIME));
        if (exif != null) {
            return exif.withOffset(
                            Taken.offset(
                                    text(
                                            ExifSubIFDDirectory.class,
                                            ExifDirectoryBase.TAG_TIME_ZONE)))
                    .instant();
        }
        var other = Taken.parse(xmp("xmp:ModifyDate"));
        return other == null ? null : other.instant();
    }

    // Camera

    private @Nullable String make() {
        return first(
                xmp(sidecarXmp, "tiff:Make"),
                text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_MAKE),
                xmp(fileXmp, "tiff:Make"),
                text(QuickTimeMetadataDirectory.class, QuickTimeMetadataDirectory.TAG_MAKE));
    }

    private @Nullable String model() {
        return first(
                xmp(sidecarXmp, "tiff:Model"),
                text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_MODEL),
                xmp(fileXmp, "tiff:Model"),
                text(QuickTimeMetadataDirectory.class, QuickTimeMetadataDirectory.TAG_MODEL));
    }

    private @Nullable String lens() {
        var lens =
                first(
                        xmp(sidecarXmp, "aux:Lens", "exifEX:LensModel"),
                        text(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_LENS_MODEL),
                        xmp(fileXmp, "aux:Lens", "exifEX:LensModel"));
        return lens == null || lens.equals("----") || lens.startsWith("Unknown") ? null : lens;
    }

    /** As exiftool prints it: a fraction below a quarter of a second, else seconds. */
    static @Nullable String exposure(@Nullable Double seconds) {
        if (seconds == null || seconds <= 0) {
            return null;
        }
        return seconds < 0.25001
                ? "1/" + Math.round(1 / seconds)
                : String.format(Locale.ROOT, "%.1f", seconds).replaceFirst("\\.0$", "");
    }

    private @Nullable Integer orientation() {
        var value = integer(ExifIFD0Directory.class, ExifDirectoryBase.TAG_ORIENTATION);
        if (value != null && value >= 1 && value <= 8) {
            return value;
        }
        var degrees =
                first(
                        number(Mp4Directory.class, Mp4Directory.TAG_ROTATION),
                        number(QuickTimeDirectory.class, QuickTimeDirectory.TAG_ROTATION));
        return degrees == null
                ? null
                // A film has no Exif orientation; its rotation, counter-clockwise here, is the
                // same.
                : switch (Math.floorMod(Math.round(degrees), 360)) {
                    case 90 -> 8;
                    case 180 -> 3;
                    case 270 -> 6;
                    default -> null;
                };
    }

    private @Nullable Integer bitsPerSample() {
        return positive(
                first(
                        integer(JpegDirectory.class, JpegDirectory.TAG_DATA_PRECISION),
                        integer(PngDirectory.class, PngDirectory.TAG_BITS_PER_SAMPLE)));
    }

    private @Nullable Integer durationMs() {
        for (var directory : file.getDirectories()) {
            Rational seconds =
                    switch (directory) {
                        case Mp4Directory film ->
                                film.getRational(Mp4Directory.TAG_DURATION_SECONDS);
                        case QuickTimeDirectory film ->
                                film.getRational(QuickTimeDirectory.TAG_DURATION_SECONDS);
                        default -> null;
                    };
            if (seconds != null && seconds.getDenominator() != 0 && seconds.doubleValue() > 0) {
                var milliseconds = seconds.doubleValue() * 1000;
                return milliseconds < Integer.MAX_VALUE ? (int) Math.round(milliseconds) : null;
            }
        }
        return null;
    }

    private @Nullable Double fps() {
        var fps =
                first(
                        number(Mp4VideoDirectory.class, Mp4VideoDirectory.TAG_FRAME_RATE),
                        number(
                                QuickTimeVideoDirectory.class,
                                QuickTimeVideoDirectory.TAG_FRAME_RATE));
        return fps == null || fps <= 0 ? null : fps;
    }

    // Size

    private record Size(int width, int height) {}

    private @Nullable Size size() {
        var heif = file.getFirstDirectoryOfType(FileTypeDirectory.class);
        var isHeic =
                heif != null
                        && "HEIF"
                                .equals(
                                        heif.getString(
                                                FileTypeDirectory.TAG_DETECTED_FILE_TYPE_NAME));
        return first(
                size(
                        JpegDirectory.class,
                        JpegDirectory.TAG_IMAGE_WIDTH,
                        JpegDirectory.TAG_IMAGE_HEIGHT),
                size(
                        PngDirectory.class,
                        PngDirectory.TAG_IMAGE_WIDTH,
                        PngDirectory.TAG_IMAGE_HEIGHT),
                size(
                        WebpDirectory.class,
                        WebpDirectory.TAG_IMAGE_WIDTH,
                        WebpDirectory.TAG_IMAGE_HEIGHT),
                size(
                        GifHeaderDirectory.class,
                        GifHeaderDirectory.TAG_IMAGE_WIDTH,
                        GifHeaderDirectory.TAG_IMAGE_HEIGHT),
                size(
                        BmpHeaderDirectory.class,
                        BmpHeaderDirectory.TAG_IMAGE_WIDTH,
                        BmpHeaderDirectory.TAG_IMAGE_HEIGHT),
                // HEIC reports a tile of its grid here; the worker, which decodes it, knows better.
                isHeic
                        ? null
                        : size(
                                HeifDirectory.class,
                                HeifDirectory.TAG_IMAGE_WIDTH,
                                HeifDirectory.TAG_IMAGE_HEIGHT),
                size(
                        Mp4VideoDirectory.class,
                        Mp4VideoDirectory.TAG_WIDTH,
                        Mp4VideoDirectory.TAG_HEIGHT),
                size(
                        QuickTimeVideoDirectory.class,
                        QuickTimeVideoDirectory.TAG_WIDTH,
                        QuickTimeVideoDirectory.TAG_HEIGHT),
                size(AviDirectory.class, AviDirectory.TAG_WIDTH, AviDirectory.TAG_HEIGHT),
                size(
                        ExifSubIFDDirectory.class,
                        ExifDirectoryBase.TAG_EXIF_IMAGE_WIDTH,
                        ExifDirectoryBase.TAG_EXIF_IMAGE_HEIGHT),
                size(
                        ExifIFD0Directory.class,
                        ExifDirectoryBase.TAG_IMAGE_WIDTH,
                        ExifDirectoryBase.TAG_IMAGE_HEIGHT));
    }

    private @Nullable Size size(Class<? extends Directory> type, int widthTag, int heightTag) {
        var width = positive(integer(type, widthTag));
        var height = positive(integer(type, heightTag));
        return width == null || height == null ? null : new Size(width, height);
    }

    // Place

    private record Position(double latitude, double longitude) {

        /** Cameras without a fix write 0,0 or not-a-number. */
        boolean isReal() {
            return Double.isFinite(latitude)
                    && Double.isFinite(longitude)
                    && (latitude != 0 || longitude != 0)
                    && Math.abs(latitude) <= 90
                    && Math.abs(longitude) <= 180;
        }
    }

    private @Nullable Position position() {
        var sidecar = xmpPosition(sidecarXmp);
        if (sidecar != null) {
            return sidecar;
        }
        for (var gps : file.getDirectoriesOfType(GpsDirectory.class)) {
            var location = gps.getGeoLocation();
            if (location != null) {
                var position = new Position(location.getLatitude(), location.getLongitude());
                if (position.isReal()) {
                    return position;
                }
            }
        }
        var latitude = number(Mp4Directory.class, Mp4Directory.TAG_LATITUDE);
        var longitude = number(Mp4Directory.class, Mp4Directory.TAG_LONGITUDE);
        if (latitude != null && longitude != null && new Position(latitude, longitude).isReal()) {
            return new Position(latitude, longitude);
        }
        var iso =
                text(
                        QuickTimeMetadataDirectory.class,
                        QuickTimeMetadataDirectory.TAG_LOCATION_ISO6709);
        var found = ISO_6709.matcher(iso == null ? "" : iso);
        if (found.matches()) {
            var position =
                    new Position(
                            Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)));
            if (position.isReal()) {
                return position;
            }
        }
        return xmpPosition(fileXmp);
    }

    private static @Nullable Position xmpPosition(Map<String, String> xmp) {
        var latitude = xmpAngle(xmp(xmp, "exif:GPSLatitude"));
        var longitude = xmpAngle(xmp(xmp, "exif:GPSLongitude"));
        if (latitude == null || longitude == null) {
            return null;
        }
        var position = new Position(latitude, longitude);
        return position.isReal() ? position : null;
    }

    /** "39,6.9N" or "39,6,54N": degrees, minutes and perhaps seconds. */
    private static @Nullable Double xmpAngle(@Nullable String text) {
        var found = XMP_ANGLE.matcher(text == null ? "" : text.strip());
        if (!found.matches()) {
            return null;
        }
        var seconds = found.group(3) == null ? 0 : Double.parseDouble(found.group(3));
        var angle =
                Double.parseDouble(found.group(1))
                        + Double.parseDouble(found.group(2)) / 60
                        + seconds / 3600;
        return "SW".contains(found.group(4)) ? -angle : angle;
    }

    // Words

    private @Nullable String description() {
        return first(
                xmp(sidecarXmp, "dc:description[1]", "tiff:ImageDescription[1]"),
                text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_IMAGE_DESCRIPTION),
                text(IptcDirectory.class, IptcDirectory.TAG_CAPTION),
                xmp(fileXmp, "dc:description[1]"),
                text(QuickTimeMetadataDirectory.class, QuickTimeMetadataDirectory.TAG_DESCRIPTION));
    }

    private @Nullable Integer rating() {
        var text = xmp("xmp:Rating");
        try {
            var rating =
                    text != null
                            ? (Integer) (int) Math.round(Double.parseDouble(text))
                            : integer(ExifIFD0Directory.class, ExifDirectoryBase.TAG_RATING);
            return rating == null || rating < 1 || rating > 5 ? null : rating;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /**
     * The first of TagsList, HierarchicalSubject and Keywords that is there, "/" between levels.
     */
    private List<String> tags() {
        for (var xmp : List.of(sidecarXmp, fileXmp)) {
            for (var list : List.of("digiKam:TagsList", "lr:hierarchicalSubject", "dc:subject")) {
                var values = xmpList(xmp, list);
                if (!values.isEmpty()) {
                    return values.stream().map(value -> value.replace('|', '/')).toList();
                }
            }
        }
        var iptc = file.getFirstDirectoryOfType(IptcDirectory.class);
        var keywords = iptc == null ? null : iptc.getKeywords();
        return keywords == null ? List.of() : clean(keywords);
    }

    // Access

    private static Map<String, String> xmp(Metadata metadata) {
        var all = new TreeMap<String, String>();
        for (var directory : metadata.getDirectoriesOfType(XmpDirectory.class)) {
            directory.getXmpProperties().forEach(all::putIfAbsent);
        }
        return all;
    }

    private @Nullable String xmp(String key) {
        return first(xmp(sidecarXmp, key), xmp(fileXmp, key));
    }

    private static @Nullable String xmp(Map<String, String> xmp, String... keys) {
        for (var key : keys) {
            var value = clean(xmp.get(key));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static List<String> xmpList(Map<String, String> xmp, String name) {
        var values = new ArrayList<String>();
        for (int i = 1; xmp.get(name + "[" + i + "]") instanceof String value; i++) {
            values.add(value);
        }
        return clean(values);
    }

    private static List<String> clean(List<String> values) {
        var kept = new LinkedHashSet<String>();
        for (var value : values) {
            if (clean(value) instanceof String text) {
                kept.add(text);
            }
        }
        return List.copyOf(kept);
    }

    /** Postgres takes no NUL in a text, and a blank text says nothing. */
    private static @Nullable String clean(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var clean = text.replace("\0", "").strip();
        return clean.isEmpty() ? null : clean;
    }

    /** How to ask one directory for one value. */
    private interface Question<T> {
        @Nullable T ask(Directory directory);
    }

    /** The first answer that is fit, among the directories of a kind. */
    private <T> @Nullable T each(
            Class<? extends Directory> type, Question<T> question, Predicate<T> isFit) {
        for (var directory : file.getDirectoriesOfType(type)) {
            var found = question.ask(directory);
            if (found != null && isFit.test(found)) {
                return found;
            }
        }
        return null;
    }

    private @Nullable String text(Class<? extends Directory> type, int tag) {
        return each(type, directory -> clean(directory.getString(tag)), text -> true);
    }

    private @Nullable String describe(Class<? extends Directory> type, int tag) {
        return each(type, directory -> clean(directory.getDescription(tag)), text -> true);
    }

    private @Nullable Integer integer(Class<? extends Directory> type, int tag) {
        return each(type, directory -> directory.getInteger(tag), number -> true);
    }

    private @Nullable Double number(Class<? extends Directory> type, int tag) {
        return each(type, directory -> directory.getDoubleObject(tag), Double::isFinite);
    }

    private static @Nullable Integer positive(@Nullable Integer value) {
        return value == null || value <= 0 ? null : value;
    }

    private static @Nullable String upper(@Nullable String text) {
        return text == null ? null : text.toUpperCase(Locale.ROOT);
    }

    @SafeVarargs
    private static <T> @Nullable T first(@Nullable T... values) {
        for (var value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
