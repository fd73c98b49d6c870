package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.film;
import static app.keepsake.metadata.MetadataFixtures.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * exiftool is what Immich reads with. docs/metadata.md has a table of what we read, beside what it
 * answers to a command of its own: the table there must be the one that comes out here.
 */
class MetadataTableTests {

    private static final Path DOCUMENT = Path.of("../docs/metadata.md");
    private static final String START = "<!-- made by MetadataTableTests -->\n";

    /** A column: how it is called, what we say, and what exiftool says, each in words. */
    private record Field(
            String name,
            Function<Facts, @Nullable Object> ours,
            Function<JsonNode, @Nullable String> exiftools) {}

    private static final List<Field> FIELDS =
            List.of(
                    new Field(
                            "taken",
                            facts -> facts.taken() == null ? null : facts.taken().local(),
                            MetadataTableTests::taken),
                    new Field("make", facts -> facts.camera().make(), text("Make")),
                    new Field("model", facts -> facts.camera().model(), text("Model")),
                    new Field(
                            "lens",
                            facts -> facts.camera().lens(),
                            text("LensID", "LensType", "LensSpec", "LensModel")),
                    new Field("f", facts -> facts.exposure().fNumber(), number("FNumber")),
                    new Field("mm", facts -> facts.exposure().focalLength(), number("FocalLength")),
                    new Field("ISO", facts -> facts.exposure().iso(), text("ISO")),
                    new Field("exposure", facts -> facts.exposure().time(), text("ExposureTime")),
                    new Field("size", facts -> size(facts.picture().size()), text("ImageSize")),
                    new Field(
                            "orientation",
                            facts -> facts.picture().orientation(),
                            tags ->
                                    tags.has("Rotation") && tags.path("Rotation").asInt() != 0
                                            ? "6"
                                            : text("Orientation").apply(tags)),
                    new Field(
                            "position",
                            facts -> position(facts.position()),
                            MetadataTableTests::position),
                    new Field(
                            "description",
                            facts -> facts.words().description(),
                            text("ImageDescription", "Description", "Caption-Abstract")),
                    new Field("rating", facts -> facts.words().rating(), MetadataTableTests::stars),
                    new Field(
                            "tags",
                            facts -> join(facts.words().tags()),
                            tags ->
                                    join(
                                            list(
                                                    tags,
                                                    "TagsList",
                                                    "HierarchicalSubject",
                                                    "Keywords",
                                                    "Subject"))),
                    new Field(
                            "projection",
                            facts -> facts.picture().projection(),
                            tags -> upper(text("ProjectionType").apply(tags))),
                    new Field(
                            "profile",
                            facts -> facts.picture().profile(),
                            text("ProfileDescription")),
                    new Field("fps", facts -> facts.picture().fps(), number("VideoFrameRate")),
                    new Field(
                            "duration",
                            facts ->
                                    facts.picture().durationMs() == null
                                            ? null
                                            : facts.picture().durationMs() / 1000.0,
                            tags -> isFilm(tags) ? seconds(tags) : null));

    @Test
    void theTableInTheDocumentIsTrue(@TempDir Path folder) throws Exception {
        var reader = MetadataFixtures.reader(Duration.ofSeconds(20));
        var rows = new StringBuilder();
        row(rows, "file", FIELDS.stream().map(Field::name));
        row(rows, "---", FIELDS.stream().map(_ -> "---"));
        for (var file : files(folder).entrySet()) {
            var facts = reader.read(file.getValue(), null);
            var tags = exiftool(file.getValue());
            row(
                    rows,
                    file.getKey(),
                    FIELDS.stream()
                            .map(
                                    field ->
                                            cell(
                                                    field.ours.apply(facts),
                                                    field.exiftools.apply(tags))));
        }
        var document = Files.readString(DOCUMENT);
        var made = document.substring(0, document.indexOf(START) + START.length()) + rows;
        Files.writeString(Path.of("target/metadata.md"), made);
        assertThat(document).as("docs/metadata.md; target/metadata.md is new").isEqualTo(made);
    }

    /** Real ones, and what no real one of ours has. */
    private static Map<String, Path> files(Path folder) throws Exception {
        var files = new LinkedHashMap<String, Path>();
        for (var sample :
                List.of(
                        "cyclamen_persicum.jpg",
                        "gps.jpg",
                        "polemonium_reptans.jpg",
                        "prairie_falcon.jpg",
                        "tanners_ridge.jpg",
                        "denali.webp",
                        "iphone.heic",
                        "8bit-sRGB.avif",
                        "8bit-sRGB.jxl",
                        "galaxy.mp4")) {
            files.put(sample, Tool.sample(sample));
        }
        files.put(
                "tagged JPEG",
                tagged(
                        folder,
                        "polemonium_reptans.jpg",
                        "-DateTimeOriginal=2024:01:12 21:38:53",
                        "-SubSecTimeOriginal=853",
                        "-OffsetTimeOriginal=-08:00",
                        "-Orientation=6",
                        "-LensModel=Lens 50mm",
                        "-XMP:Rating=4",
                        "-XMP-digiKam:TagsList=Places/Sea",
                        "-XMP-GPano:ProjectionType=equirectangular",
                        "-XMP-dc:Description=By the sea"));
        files.put(
                "tagged JPEG XL",
                tagged(
                        folder,
                        "8bit-sRGB.jxl",
                        "-m", // it is to get a container
                        "-EXIF:DateTimeOriginal=2020:02:03 04:05:06",
                        "-EXIF:Make=Keepsake",
                        "-XMP:Rating=3",
                        "-XMP-dc:Description=By the sea"));
        var said =
                new String[] {
                    "-EXIF:DateTimeOriginal=2020:02:03 04:05:06",
                    "-EXIF:Make=Keepsake",
                    "-EXIF:LensModel=Lens 50mm",
                    "-GPSLatitude=48.5",
                    "-GPSLatitudeRef=N",
                    "-GPSLongitude=16.25",
                    "-GPSLongitudeRef=E",
                    "-XMP:Rating=3",
                    "-XMP-dc:Description=By the sea",
                    "-XMP-lr:HierarchicalSubject=Places|Sea",
                    "-XMP-GPano:ProjectionType=equirectangular"
                };
        files.put("tagged HEIC", tagged(folder, "iphone.heic", said));
        files.put("tagged WebP", tagged(folder, "denali.webp", said));
        files.put("tagged AVIF", tagged(folder, "8bit-sRGB.avif", said));
        files.put(
                "JPEG with IPTC",
                tagged(
                        folder,
                        "polemonium_reptans.jpg",
                        "-IPTC:DateCreated=2018:03:03",
                        "-IPTC:TimeCreated=03:03:03+00:00",
                        "-IPTC:Caption-Abstract=By the sea",
                        "-IPTC:Keywords=Sea",
                        "-IPTC:Keywords=Summer"));
        files.put("tagged PNG", MetadataFixtures.png(folder, said));
        var drawing = "testsrc=size=320x180";
        var tiff = folder.resolve("drawn.tiff");
        MetadataFixtures.draw(drawing, tiff, "-frames:v", "1");
        files.put("tagged TIFF", Tool.tag(tiff, said));
        var gif = folder.resolve("drawn.gif");
        MetadataFixtures.draw(drawing, gif, "-frames:v", "1");
        files.put(
                "tagged GIF",
                Tool.tag(gif, "-m", "-XMP:Rating=3", "-XMP-dc:Description=By the sea"));
        files.put("made CR3", Cr3.file(folder));
        files.put("made MP4", film(folder.resolve("film.mp4")));
        files.put("made MOV", film(folder.resolve("film.mov")));
        for (var type : List.of("mkv", "avi", "webm", "mts", "3gp")) {
            var film = folder.resolve("film." + type);
            MetadataFixtures.draw(
                    "testsrc=size=352x288:rate=25:duration=2", film, "-pix_fmt", "yuv420p");
            files.put("made " + type.toUpperCase(Locale.ROOT), film);
        }
        return files;
    }

    private static void row(StringBuilder rows, String name, Stream<String> cells) {
        rows.append(cells.collect(Collectors.joining(" | ", "| " + name + " | ", " |\n")));
    }

    private static String cell(@Nullable Object ours, @Nullable String exiftools) {
        var our = ours == null ? null : words(ours);
        var theirs = exiftools == null ? null : words(exiftools);
        if (our == null && theirs == null) {
            return "";
        }
        return our != null && our.equals(theirs)
                ? "="
                : "%s, not %s"
                        .formatted(our == null ? "none" : our, theirs == null ? "none" : theirs);
    }

    private static String words(Object value) {
        var text = value.toString().strip().replace("|", "/");
        try {
            return String.format(Locale.ROOT, "%.3f", Double.parseDouble(text));
        } catch (NumberFormatException notANumber) {
            return text;
        }
    }

    private static JsonNode exiftool(Path file) throws Exception {
        var answer =
                Tool.run(
                        "exiftool",
                        "-j",
                        "-q",
                        "-q",
                        "-ImageWidth#",
                        "-FNumber#",
                        "-FocalLength#",
                        "-Orientation#",
                        "-GPSLatitude#",
                        "-GPSLongitude#",
                        "-VideoFrameRate#",
                        "-Duration#",
                        "-Rotation#",
                        "-all", // last, or it would come first
                        file.toString());
        return JsonMapper.shared().readTree(answer).path(0);
    }

    private static Function<JsonNode, @Nullable String> text(String... names) {
        return tags ->
                Stream.of(names)
                        .map(tags::path)
                        .filter(JsonNode::isValueNode)
                        .map(node -> node.asString("").strip())
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse(null);
    }

    private static Function<JsonNode, @Nullable String> number(String name) {
        return tags -> tags.has(name) ? tags.path(name).asString("") : null;
    }

    /** Matroska's are clocks: "00:00:02.000000000". */
    private static @Nullable String seconds(JsonNode tags) {
        var text = number("Duration").apply(tags);
        return text == null || !text.contains(":")
                ? text
                : String.valueOf(LocalTime.parse(text).toNanoOfDay() / 1e9);
    }

    /** Wall clocks; of films, which count in UTC, where they were taken. */
    private static @Nullable String taken(JsonNode tags) {
        var text =
                text(
                                "SubSecDateTimeOriginal",
                                "SubSecCreateDate",
                                "DateTimeOriginal",
                                "CreationDate",
                                "CreateDate",
                                "MediaCreateDate",
                                "DateTimeCreated")
                        .apply(tags);
        var taken = Taken.parse(text);
        return taken == null ? null : taken.local().toString();
    }

    private static @Nullable String stars(JsonNode tags) {
        var rating = tags.path("Rating").asInt(0);
        return rating < 1 ? null : Integer.toString(rating);
    }

    private static @Nullable String size(Facts.@Nullable Size size) {
        return size == null ? null : size.width() + "x" + size.height();
    }

    private static @Nullable String position(Facts.@Nullable Position position) {
        return position == null ? null : degrees(position.latitude(), position.longitude());
    }

    /** Where cameras have no fix, exiftool answers with words, or nothing. */
    private static @Nullable String position(JsonNode tags) {
        var latitude = tags.path("GPSLatitude");
        var longitude = tags.path("GPSLongitude");
        return latitude.isNumber() && longitude.isNumber()
                ? degrees(latitude.asDouble(), longitude.asDouble())
                : null;
    }

    private static String degrees(double latitude, double longitude) {
        return String.format(Locale.ROOT, "%.5f %.5f", latitude, longitude);
    }

    private static List<String> list(JsonNode tags, String... names) {
        for (var name : names) {
            var values = new ArrayList<String>();
            var node = tags.path(name);
            if (node.isArray()) {
                node.forEach(item -> values.add(item.asString("")));
            } else if (node.isValueNode()) {
                values.add(node.asString(""));
            }
            if (!values.isEmpty()) {
                return values;
            }
        }
        return List.of();
    }

    private static @Nullable String join(List<String> values) {
        return values.isEmpty() ? null : String.join("; ", values);
    }

    private static @Nullable String upper(@Nullable String text) {
        return text == null ? null : text.toUpperCase(Locale.ROOT);
    }

    private static boolean isFilm(JsonNode tags) {
        return tags.path("MIMEType").asString("").startsWith("video/");
    }
}
