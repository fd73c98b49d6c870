package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.clean;

import app.keepsake.metadata.Facts.Camera;
import app.keepsake.metadata.Facts.Exposure;
import app.keepsake.metadata.Facts.Picture;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.metadata.Facts.Size;
import app.keepsake.metadata.Facts.Words;
import app.keepsake.place.Places;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns exiftool's tags into {@link Facts}, by Immich's rules. */
final class ExiftoolFacts {

    /** In Immich's order: the first that is there counts. */
    private static final List<String> DATES =
            List.of(
                    "SubSecDateTimeOriginal",
                    "SubSecCreateDate",
                    "DateTimeOriginal",
                    "CreationDate",
                    "CreateDate",
                    "MediaCreateDate",
                    "DateTimeCreated",
                    "GPSDateTime",
                    "DateTimeUTC",
                    "SonyDateTime2",
                    "SourceImageCreateTime");

    /** What films count from 1904 on, in UTC. */
    private static final Set<String> UTC_IN_FILMS = Set.of("CreateDate", "MediaCreateDate");

    private static final Pattern CLOCK =
            Pattern.compile("(\\d{1,3}):(\\d\\d):(\\d\\d(?:\\.\\d{1,9})?)");

    private static final List<String> ZONES =
            List.of("OffsetTimeOriginal", "OffsetTime", "OffsetTimeDigitized", "TimeZone");

    private static final List<String> LENSES =
            List.of("LensID", "LensType", "LensSpec", "LensModel");

    /** Android's has another name in older versions of exiftool. */
    private static final List<String> MAKES =
            List.of("Make", "DeviceManufacturer", "AndroidMake", "AndroidManufacturer");

    private static final List<String> MODELS = List.of("Model", "DeviceModelName", "AndroidModel");

    private static final List<String> DESCRIPTIONS =
            List.of("ImageDescription", "Description", "Caption-Abstract");

    private static final List<String> KEYWORDS =
            List.of("TagsList", "HierarchicalSubject", "Keywords", "Subject");

    /** Lists, of which each has one for every face, or else nobody knows whose it is. */
    private static final List<String> REGIONS =
            List.of(
                    "RegionName",
                    "RegionType",
                    "RegionAreaUnit",
                    "RegionAreaX",
                    "RegionAreaY",
                    "RegionAreaW",
                    "RegionAreaH");

    private static final List<String> CONTENT_IDS = List.of("ContentIdentifier", "MediaGroupUUID");

    /** Cameras' own, which colour profiles call theirs the same. */
    private static final Set<String> IN_XML = Set.of("DeviceManufacturer", "DeviceModelName");

    /** What to ask for: with # as a number, else in exiftool's words. */
    static final List<String> TAGS = tags();

    private static List<String> tags() {
        var all = new ArrayList<String>();
        for (var names :
                List.of(DATES, ZONES, LENSES, MAKES, MODELS, DESCRIPTIONS, KEYWORDS, CONTENT_IDS)) {
            names.forEach(name -> all.add(IN_XML.contains(name) ? "XML:" + name : name));
        }
        all.addAll(
                List.of(
                        "MIMEType",
                        "ModifyDate",
                        "FNumber#",
                        "FocalLength#",
                        "ISO",
                        "ExposureTime",
                        "ImageSize",
                        "ImageWidth#",
                        "ImageHeight#",
                        "EXIF:Orientation#",
                        "Rotation#",
                        "BitsPerSample#",
                        "ColorSpace",
                        "ProfileDescription",
                        "ProjectionType",
                        "VideoFrameRate#",
                        "Duration#",
                        "GPSLatitude#",
                        "GPSLongitude#",
                        "Rating#"));
        all.addAll(REGIONS);
        return List.copyOf(all);
    }

    private final JsonNode tags;
    private final Places places;
    private final @Nullable Position beside;

    private ExiftoolFacts(JsonNode tags, Places places, @Nullable Position beside) {
        this.tags = tags;
        this.places = places;
        this.beside = beside;
    }

    /**
     * @param beside where a sidecar has it: there was its clock
     */
    static Facts read(JsonNode tags, Places places, @Nullable Position beside) {
        return new ExiftoolFacts(tags, places, beside).facts();
    }

    private Facts facts() {
        var position =
                Tags.first(beside, Position.of(number("GPSLatitude"), number("GPSLongitude")));
        return new Facts(
                taken(position),
                modifyDate(),
                new Camera(first(MAKES), first(MODELS), Camera.lensNamed(first(LENSES))),
                new Exposure(
                        number("FNumber"),
                        number("FocalLength"),
                        positive("ISO"),
                        text("ExposureTime")),
                picture(),
                position,
                new Words(
                        first(DESCRIPTIONS), Words.ratingOf(number("Rating")), keywords(), faces()),
                first(CONTENT_IDS));
    }

    // When

    private @Nullable Taken taken(@Nullable Position where) {
        var gps = Taken.parse(text("GPSDateTime"));
        for (var name : DATES) {
            var date = date(name);
            if (date != null) {
                return date.at(zone(), where, places, gps == null ? null : gps.instant());
            }
        }
        return null;
    }

    private @Nullable Taken date(String name) {
        var text = text(name);
        // As camcorders say it of summer time, which is in the offset already.
        var date = Taken.parse(text == null ? null : text.replaceFirst(" DST$", ""));
        var isUtc = name.equals("DateTimeUTC") || isFilm() && UTC_IN_FILMS.contains(name);
        return date != null && isUtc ? date.in(ZoneOffset.UTC) : date;
    }

    private @Nullable ZoneId zone() {
        for (var name : ZONES) {
            var offset = Taken.offset(text(name));
            if (offset != null) {
                return offset;
            }
        }
        return null;
    }

    private @Nullable Instant modifyDate() {
        var date = Taken.parse(text("ModifyDate"));
        return date == null ? null : date.in(Taken.offset(text("OffsetTime"))).instant();
    }

    // What is seen

    private boolean isFilm() {
        var type = text("MIMEType");
        return type != null && type.startsWith("video/");
    }

    private Picture picture() {
        var projection = text("ProjectionType");
        var seconds = seconds();
        var rate = number("VideoFrameRate");
        return new Picture(
                size(),
                orientation(),
                positive("BitsPerSample"),
                text("ColorSpace"),
                text("ProfileDescription"),
                projection == null ? null : projection.toUpperCase(Locale.ROOT),
                rate != null && rate > 0 ? rate : null,
                isFilm() && seconds != null && seconds > 0 && seconds * 1000 < Integer.MAX_VALUE
                        ? (Integer) (int) Math.round(seconds * 1000)
                        : null);
    }

    /** "2.5", or in Matroska "00:00:02.500000000". */
    private @Nullable Double seconds() {
        var text = text("Duration");
        var clock = CLOCK.matcher(text == null ? "" : text);
        return clock.matches()
                ? (Double)
                        (Integer.parseInt(clock.group(1)) * 3600
                                + Integer.parseInt(clock.group(2)) * 60
                                + Double.parseDouble(clock.group(3)))
                : number("Duration");
    }

    private @Nullable Size size() {
        var size = text("ImageSize");
        if (size != null && size.matches("[1-9]\\d{0,8}x[1-9]\\d{0,8}")) {
            var sides = size.split("x");
            return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
        }
        var width = positive("ImageWidth");
        var height = positive("ImageHeight");
        return width == null || height == null ? null : new Size(width, height);
    }

    private @Nullable Integer orientation() {
        var orientation = positive("Orientation");
        if (orientation != null && orientation <= 8) {
            return orientation;
        }
        // A film has none; its rotation, clockwise, is the same.
        var degrees = number("Rotation");
        return degrees == null
                ? null
                : switch (Math.floorMod(Math.round(degrees), 360)) {
                    case 90 -> 6;
                    case 180 -> 3;
                    case 270 -> 8;
                    default -> null;
                };
    }

    private List<String> keywords() {
        for (var name : KEYWORDS) {
            var value = tags.path(name);
            var values = new ArrayList<String>();
            if (value.isArray()) {
                value.forEach(item -> values.add(item.asString("")));
            } else if (text(name) instanceof String only) {
                values.add(only);
            }
            if (name.equals("HierarchicalSubject")) {
                values.replaceAll(tag -> tag.replace('|', '/'));
            }
            var clean = clean(values);
            if (!clean.isEmpty()) {
                return clean;
            }
        }
        return List.of();
    }

    private List<Region> faces() {
        var columns = REGIONS.stream().map(this::each).toList();
        var names = columns.getFirst();
        var faces = new ArrayList<Region>();
        if (columns.stream().anyMatch(column -> column.size() != names.size())) {
            return faces;
        }
        for (int i = 0; i < Math.min(names.size(), Region.MOST); i++) {
            if (columns.get(2).get(i).equals("normalized")) {
                Region.of(
                                names.get(i),
                                columns.get(1).get(i),
                                Region.number(columns.get(3).get(i)),
                                Region.number(columns.get(4).get(i)),
                                Region.number(columns.get(5).get(i)),
                                Region.number(columns.get(6).get(i)))
                        .ifPresent(faces::add);
            }
        }
        return faces;
    }

    private List<String> each(String name) {
        var value = tags.path(name);
        var values = new ArrayList<String>();
        if (value.isArray()) {
            value.forEach(item -> values.add(item.asString("")));
        } else if (!value.isMissingNode()) {
            values.add(value.asString(""));
        }
        return values;
    }

    // Values

    private @Nullable String first(List<String> names) {
        for (var name : names) {
            var text = text(name);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    private @Nullable String text(String name) {
        var value = tags.path(name);
        return value.isValueNode() ? clean(value.asString("")) : null;
    }

    /** The first, where a tag has one for each channel: "8 8 8". */
    private @Nullable Double number(String name) {
        var text = text(name);
        try {
            var number = text == null ? Double.NaN : Double.parseDouble(text.split("[ ,]")[0]);
            return Double.isFinite(number) ? number : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private @Nullable Integer positive(String name) {
        var number = number(name);
        return number != null && number >= 1 && number <= Integer.MAX_VALUE
                ? (Integer) (int) Math.round(number)
                : null;
    }
}
