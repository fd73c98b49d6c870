package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.metadata.Facts.Position;
import app.keepsake.support.Tool;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Immich's rules hold for files that metadata-extractor reads, and for those that exiftool does.
 */
class RulesTests {

    private static final String BY_METADATA_EXTRACTOR = "polemonium_reptans.jpg";
    private static final String BY_EXIFTOOL = "8bit-sRGB.jxl";

    private static final String DATE = "-EXIF:DateTimeOriginal=2024:07:12 21:38:53";
    private static final String[] VIENNA = {
        "-GPSLatitude=48.2082", "-GPSLatitudeRef=N", "-GPSLongitude=16.3738", "-GPSLongitudeRef=E"
    };

    private final OriginalReader reader = MetadataFixtures.reader(Duration.ofSeconds(60));
    private final Path folder;

    RulesTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @ValueSource(strings = {BY_METADATA_EXTRACTOR, BY_EXIFTOOL})
    private @interface ByBoth {}

    private Facts read(String sample, String... tags) throws Exception {
        return reader.read(original(sample, tags), null);
    }

    private Path original(String sample, String... tags) throws Exception {
        return tagged(folder, sample, and(tags, "-m"));
    }

    private Path sidecar(String... tags) throws Exception {
        var sidecar = folder.resolve(UUID.randomUUID() + ".xmp");
        var command = new ArrayList<>(List.of("exiftool", "-q", "-q", "-n"));
        command.addAll(List.of(tags));
        command.add(sidecar.toString());
        Tool.run(command.toArray(String[]::new));
        return sidecar;
    }

    private static String[] and(String[] tags, String... more) {
        var all = new ArrayList<>(List.of(tags));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String when(Facts facts) {
        return facts.taken() == null ? "never" : facts.taken().local().toString();
    }

    private static @Nullable String zone(Facts facts) {
        return facts.taken() == null ? "never" : facts.taken().timeZone();
    }

    @ByBoth
    void theFirstOfTheDatesThatIsThereCounts(String sample) throws Exception {
        var ofSatellites = new String[] {"-GPSDateStamp=2001:01:01", "-GPSTimeStamp=01:01:01"};
        assertThat(when(read(sample, ofSatellites))).isEqualTo("2001-01-01T01:01:01");
        var digitized = and(ofSatellites, "-EXIF:CreateDate=2002:02:02 02:02:02");
        assertThat(when(read(sample, digitized))).isEqualTo("2002-02-02T02:02:02");
        var original = and(digitized, "-EXIF:DateTimeOriginal=2003:03:03 03:03:03");
        assertThat(when(read(sample, original))).isEqualTo("2003-03-03T03:03:03");
        var exactlyDigitized = and(original, "-SubSecTimeDigitized=5");
        assertThat(when(read(sample, exactlyDigitized))).isEqualTo("2002-02-02T02:02:02.500");
        var exact = and(exactlyDigitized, "-SubSecTimeOriginal=25");
        assertThat(when(read(sample, exact))).isEqualTo("2003-03-03T03:03:03.250");
    }

    @ByBoth
    void aDateThatIsNoneIsPassedOver(String sample) throws Exception {
        for (var none :
                List.of("0000:00:00 00:00:00", "    :  :     :  :  ", "2024:02:30 25:00:00")) {
            var facts =
                    read(
                            sample,
                            "-EXIF:DateTimeOriginal#=" + none,
                            "-EXIF:CreateDate=2002:02:02 02:02:02");
            assertThat(when(facts)).as(none).isEqualTo("2002-02-02T02:02:02");
        }
    }

    @ByBoth
    void theZoneIsWhatTheFileSaysElseThePlacesElseTheSatellites(String sample) throws Exception {
        assertThat(zone(read(sample, DATE))).isNull();
        var satellites = new String[] {DATE, "-GPSDateStamp=2024:07:12", "-GPSTimeStamp=16:08:51"};
        assertThat(zone(read(sample, satellites))).isEqualTo("UTC+5:30");
        var placed = and(satellites, VIENNA);
        assertThat(zone(read(sample, placed))).isEqualTo("Europe/Vienna");
        for (var tag : List.of("OffsetTime", "OffsetTimeDigitized", "OffsetTimeOriginal")) {
            assertThat(zone(read(sample, and(placed, "-%s=-08:00".formatted(tag)))))
                    .as(tag)
                    .isEqualTo("UTC-8");
        }
        for (var utc : List.of("+00:00", "Z")) {
            var facts = read(sample, and(placed, "-OffsetTimeOriginal=" + utc));
            assertThat(zone(facts)).as(utc).isEqualTo("UTC+0");
            assertThat(when(facts)).isEqualTo("2024-07-12T21:38:53");
        }
    }

    @ByBoth
    void aPositionIsOnEarthAndNotWhereCamerasHaveNone(String sample) throws Exception {
        assertThat(position(sample, "0", "0")).isNull();
        assertThat(position(sample, "91", "10")).isNull();
        assertThat(position(sample, "10", "181")).isNull();
        assertThat(position(sample, "0", "30")).isEqualTo(new Position(0, 30));
        assertThat(position(sample, "90", "180")).isEqualTo(new Position(90, 180));
    }

    private @Nullable Position position(String sample, String latitude, String longitude)
            throws Exception {
        return read(
                        sample,
                        "-GPSLatitude=" + latitude,
                        "-GPSLatitudeRef=N",
                        "-GPSLongitude=" + longitude,
                        "-GPSLongitudeRef=E")
                .position();
    }

    @ByBoth
    void onlyOneToFiveStarsAreARating(String sample) throws Exception {
        for (var stars : List.of("-1", "0", "6")) {
            assertThat(read(sample, "-XMP:Rating=" + stars).words().rating()).as(stars).isNull();
        }
        assertThat(read(sample, "-XMP:Rating=1").words().rating()).isEqualTo(1);
        assertThat(read(sample, "-XMP:Rating=5").words().rating()).isEqualTo(5);
    }

    @ByBoth
    void aLensThatACameraDoesNotKnowIsNone(String sample) throws Exception {
        for (var none : List.of("----", "Unknown (0x12)")) {
            assertThat(read(sample, "-EXIF:LensModel=" + none).camera().lens()).as(none).isNull();
        }
        assertThat(read(sample, "-EXIF:LensModel= Lens 50mm ").camera().lens())
                .isEqualTo("Lens 50mm");
    }

    @ByBoth
    void aDescriptionIsTheFirstThatSaysSomething(String sample) throws Exception {
        var inXmp = new String[] {"-XMP-dc:Description= In XMP "};
        assertThat(read(sample, inXmp).words().description()).isEqualTo("In XMP");
        assertThat(read(sample, and(inXmp, "-EXIF:ImageDescription=In Exif")).words().description())
                .isEqualTo("In Exif");
        assertThat(read(sample, and(inXmp, "-EXIF:ImageDescription=  ")).words().description())
                .isEqualTo("In XMP");
    }

    @ByBoth
    void tagsAreTheFirstListThatIsThereWithTheirLevels(String sample) throws Exception {
        var subjects = new String[] {"-XMP-dc:Subject=Sea", "-XMP-dc:Subject=Us|You"};
        assertThat(read(sample, subjects).words().tags()).containsExactly("Sea", "Us|You");
        var hierarchical = and(subjects, "-XMP-lr:HierarchicalSubject=Places|Sea");
        assertThat(read(sample, hierarchical).words().tags()).containsExactly("Places/Sea");
        var listed = and(hierarchical, "-XMP-digiKam:TagsList=Places/Coast");
        assertThat(read(sample, listed).words().tags()).containsExactly("Places/Coast");
    }

    @Test
    void tagsAndCaptionsOfIptcCountWithoutOthers() throws Exception {
        var captioned =
                new String[] {
                    "-IPTC:Keywords=Sea",
                    "-IPTC:Keywords=Places/Hill",
                    "-IPTC:Caption-Abstract=Wide"
                };
        var words = read(BY_METADATA_EXTRACTOR, captioned).words();
        assertThat(words.tags()).containsExactly("Sea", "Places/Hill");
        assertThat(words.description()).isEqualTo("Wide");
        assertThat(
                        read(BY_METADATA_EXTRACTOR, and(captioned, "-XMP-dc:Subject=Summer"))
                                .words()
                                .tags())
                .containsExactly("Summer");
    }

    @ByBoth
    void aPanoramaSaysHowItIsProjected(String sample) throws Exception {
        assertThat(read(sample, "-XMP-GPano:ProjectionType=equirectangular").picture().projection())
                .isEqualTo("EQUIRECTANGULAR");
    }

    /** No program turns a picture by it, so its sides are as they stand. */
    @ByBoth
    void anOrientationThatStandsInXmpAloneIsNone(String sample) throws Exception {
        assertThat(read(sample, "-XMP-tiff:Orientation=6").picture().orientation()).isNull();
        assertThat(
                        read(sample, "-XMP-tiff:Orientation=6", "-IFD0:Orientation=8")
                                .picture()
                                .orientation())
                .isEqualTo(8);
    }

    @ByBoth
    void aSidecarsDateDropsTheFilesDateAndZone(String sample) throws Exception {
        var original =
                original(
                        sample,
                        DATE,
                        "-SubSecTimeOriginal=5",
                        "-OffsetTimeOriginal=-08:00",
                        "-GPSDateStamp=2024:07:12",
                        "-GPSTimeStamp=16:08:51");
        var wallClock = sidecar("-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06");
        var facts = reader.read(original, wallClock);
        assertThat(when(facts)).isEqualTo("2001-02-03T04:05:06");
        assertThat(zone(facts)).isNull();
        var zoned = sidecar("-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06+05:30");
        assertThat(zone(reader.read(original, zoned))).isEqualTo("UTC+5:30");
    }

    @ByBoth
    void aSidecarsDateWithoutAZoneHasThatOfThePlace(String sample) throws Exception {
        var original = original(sample, and(VIENNA, DATE, "-OffsetTimeOriginal=-08:00"));
        var facts =
                reader.read(original, sidecar("-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06"));
        assertThat(when(facts)).isEqualTo("2001-02-03T04:05:06");
        assertThat(zone(facts)).isEqualTo("Europe/Vienna");
    }

    @ByBoth
    void aSidecarsDateInUtcStaysSo(String sample) throws Exception {
        var original = original(sample, and(VIENNA, DATE));
        for (var utc : List.of("Z", "+00:00")) {
            var facts =
                    reader.read(
                            original,
                            sidecar("-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06" + utc));
            assertThat(when(facts)).as(utc).isEqualTo("2001-02-03T04:05:06");
            assertThat(zone(facts)).as(utc).isEqualTo("UTC+0");
        }
    }

    @ByBoth
    void aSidecarsPositionTellsTheZoneUnlessTheFileDoes(String sample) throws Exception {
        var inNewYork = sidecar("-XMP-exif:GPSLatitude=40.7128", "-XMP-exif:GPSLongitude=-74.006");
        var facts = reader.read(original(sample, and(VIENNA, DATE)), inNewYork);
        assertThat(facts.position()).isEqualTo(new Position(40.7128, -74.006));
        assertThat(zone(facts)).isEqualTo("America/New_York");
        assertThat(when(facts)).isEqualTo("2024-07-12T21:38:53");
        var said = original(sample, and(VIENNA, DATE, "-OffsetTimeOriginal=+02:00"));
        assertThat(zone(reader.read(said, inNewYork))).isEqualTo("UTC+2");
    }

    @ByBoth
    void whatASidecarSaysGoesFirstAndTheRestStays(String sample) throws Exception {
        var original =
                original(
                        sample,
                        DATE,
                        "-EXIF:Make=Maker",
                        "-EXIF:Model=Model",
                        "-EXIF:LensModel=Lens",
                        "-EXIF:ISO=200",
                        "-EXIF:ImageDescription=Original",
                        "-XMP-dc:Subject=Original",
                        "-XMP:Rating=4");
        var sidecar =
                sidecar(
                        "-XMP-tiff:Model=Better",
                        "-XMP-aux:Lens=Better lens",
                        "-XMP-dc:Description=Beside",
                        "-XMP-lr:HierarchicalSubject=Places|Beside",
                        "-XMP-GPano:ProjectionType=cylindrical",
                        "-XMP:Rating=0");
        var facts = reader.read(original, sidecar);
        assertThat(facts.camera()).isEqualTo(new Facts.Camera("Maker", "Better", "Better lens"));
        assertThat(facts.exposure().iso()).isEqualTo(200);
        assertThat(facts.words())
                .isEqualTo(new Facts.Words("Beside", null, List.of("Places/Beside"), List.of()));
        assertThat(facts.picture().projection()).isEqualTo("CYLINDRICAL");
        assertThat(when(facts)).isEqualTo("2024-07-12T21:38:53");
        var silent = sidecar("-XMP-dc:Title=Nothing of that");
        assertThat(reader.read(original, silent)).isEqualTo(reader.read(original, null));
    }

    @ByBoth
    void whatASidecarHasButEmptyIsNone(String sample) throws Exception {
        var original =
                original(sample, "-EXIF:ImageDescription=Original", "-XMP-dc:Subject=Original");
        var description =
                "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'/></rdf:Alt></dc:description>";
        var noTags = "<dc:subject><rdf:Bag/></dc:subject>";
        var tags = List.of("Original");
        assertThat(reader.read(original, xmp(description)).words())
                .isEqualTo(new Facts.Words(null, null, tags, List.of()));
        assertThat(reader.read(original, xmp(noTags)).words())
                .isEqualTo(new Facts.Words("Original", null, List.of(), List.of()));
        // One list that has some is enough.
        var listed =
                "<digiKam:TagsList><rdf:Seq><rdf:li>Beside</rdf:li></rdf:Seq></digiKam:TagsList>";
        assertThat(reader.read(original, xmp(noTags + listed)).words().tags())
                .containsExactly("Beside");
    }

    private Path xmp(String properties) throws Exception {
        return Files.writeString(
                folder.resolve(UUID.randomUUID() + ".xmp"),
                """
                <x:xmpmeta xmlns:x="adobe:ns:meta/">
                 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
                    xmlns:digiKam="http://www.digikam.org/ns/1.0/">%s</rdf:Description>
                 </rdf:RDF>
                </x:xmpmeta>
                """
                        .formatted(properties));
    }
}
