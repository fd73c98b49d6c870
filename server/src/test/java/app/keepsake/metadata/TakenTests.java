package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.instant;
import static app.keepsake.metadata.MetadataFixtures.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.place.Places;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.makernotes.OlympusCameraSettingsMakernoteDirectory;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** When a photo was taken, by all that may say so. */
@ServerTest
class TakenTests {

    private static final String[] VIENNA = {
        "-DateTimeOriginal=2024:07:12 21:38:53",
        "-GPSLatitude=48.2082",
        "-GPSLatitudeRef=N",
        "-GPSLongitude=16.3738",
        "-GPSLongitudeRef=E"
    };

    Path folder;
    MetadataFixtures given;

    @BeforeEach
    void setUp(@Autowired ApplicationContext server, @TempDir Path folder) {
        this.folder = folder;
        given = new MetadataFixtures(server);
    }

    @Test
    void aDateWithFractionAndOffsetGivesInstantWallClockAndZone() throws Exception {
        var row =
                given.extract(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                "-DateTimeOriginal=2024:01:12 21:38:53",
                                "-SubSecTimeOriginal=853",
                                "-OffsetTimeOriginal=-08:00"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2024-01-13T05:38:53.853Z");
        assertThat(instant(row, "date_time_original")).isEqualTo("2024-01-13T05:38:53.853Z");
        assertThat(row)
                .containsEntry("local_date_time", "2024-01-12 21:38:53.853")
                .containsEntry("time_zone", "UTC-8");
        assertThat(row.get("metadata_extracted_at")).isNotNull();
    }

    @Test
    void aWallClockWithoutZoneCountsAsUtc() throws Exception {
        var row = given.extract(Tool.sample("cyclamen_persicum.jpg"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2007-12-06T14:33:18Z");
        assertThat(row)
                .containsEntry("local_date_time", "2007-12-06 14:33:18")
                .containsEntry("time_zone", null);
    }

    @Test
    void thePlaceTellsTheZone() throws Exception {
        var row = given.extract(Tool.sample("iphone.heic"));
        assertThat(row)
                .containsEntry("time_zone", "America/Chicago")
                .containsEntry("local_date_time", "2019-03-21 11:04:22.348");
        assertThat(instant(row, "file_created_at")).isEqualTo("2019-03-21T16:04:22.348Z");
    }

    @Test
    void anOffsetInTheFileGoesBeforeItsPlace() throws Exception {
        var row =
                given.extract(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                and(VIENNA, "-OffsetTimeOriginal=-08:00")));
        assertThat(row)
                .containsEntry("time_zone", "UTC-8")
                .containsEntry("local_date_time", "2024-07-12 21:38:53");
        assertThat(instant(row, "file_created_at")).isEqualTo("2024-07-13T05:38:53Z");
    }

    @Test
    void aPlaceHasSummerTime() throws Exception {
        var row = given.extract(tagged(folder, "polemonium_reptans.jpg", VIENNA));
        assertThat(row)
                .containsEntry("time_zone", "Europe/Vienna")
                .containsEntry("local_date_time", "2024-07-12 21:38:53");
        assertThat(instant(row, "file_created_at")).isEqualTo("2024-07-12T19:38:53Z");
    }

    @Test
    void withoutAPlaceTheSatellitesTimeTellsTheZone() throws Exception {
        var row =
                given.extract(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                "-DateTimeOriginal=2024:07:12 21:38:53",
                                "-GPSDateStamp=2024:07:12",
                                "-GPSTimeStamp=16:08:51"));
        assertThat(row)
                .containsEntry("time_zone", "UTC+5:30")
                .containsEntry("local_date_time", "2024-07-12 21:38:53");
        assertThat(instant(row, "file_created_at")).isEqualTo("2024-07-12T16:08:53Z");
    }

    @Test
    void dateTagsWinInImmichsOrder() throws Exception {
        var digitized = "-CreateDate=2020:02:02 02:02:02";
        var exactlyDigitized = "-SubSecTimeDigitized=5";
        var original = "-DateTimeOriginal=2019:01:01 01:01:01";
        assertThat(given.extract(tagged(folder, "polemonium_reptans.jpg", digitized, original)))
                .containsEntry("local_date_time", "2019-01-01 01:01:01");
        assertThat(
                        given.extract(
                                tagged(
                                        folder,
                                        "polemonium_reptans.jpg",
                                        digitized,
                                        exactlyDigitized,
                                        original)))
                .containsEntry("local_date_time", "2020-02-02 02:02:02.5");
        assertThat(given.extract(tagged(folder, "polemonium_reptans.jpg", digitized)))
                .containsEntry("local_date_time", "2020-02-02 02:02:02");
        var captioned =
                new String[] {"-IPTC:DateCreated=2018:03:03", "-IPTC:TimeCreated=03:03:03+00:00"};
        var photoshopped = new String[] {"-XMP-photoshop:DateCreated=2018:03:03 03:03:03"};
        for (var tags : List.of(captioned, photoshopped)) {
            assertThat(given.extract(tagged(folder, "polemonium_reptans.jpg", tags)))
                    .containsEntry("local_date_time", "2018-03-03 03:03:03");
        }
        assertThat(
                        given.extract(
                                tagged(
                                        folder,
                                        "polemonium_reptans.jpg",
                                        and(captioned, digitized))))
                .containsEntry("local_date_time", "2018-03-03 03:03:03");
        assertThat(
                        given.extract(
                                tagged(
                                        folder,
                                        "polemonium_reptans.jpg",
                                        and(photoshopped, digitized))))
                .containsEntry("local_date_time", "2020-02-02 02:02:02");
    }

    private static String[] and(String[] tags, String more) {
        var all = Arrays.copyOf(tags, tags.length + 1);
        all[tags.length] = more;
        return all;
    }

    @Test
    void withoutADateTheEarlierOfTheUploadsDatesStands() throws Exception {
        var file = Tool.sample("polemonium_reptans.jpg");
        var row =
                given.extract(
                        file,
                        Map.of(
                                "file_created_at", "2022-02-02T02:02:02Z",
                                "file_modified_at", "2021-01-01T01:01:01Z"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-01-01T01:01:01Z");
        assertThat(row).containsEntry("local_date_time", "2021-01-01 01:01:01");
    }

    /** exiftool cannot write what only an Olympus does. */
    @Test
    void inTheEndAnOlympusSaysTheTimeInUtc() {
        var olympus = new OlympusCameraSettingsMakernoteDirectory();
        olympus.setString(
                OlympusCameraSettingsMakernoteDirectory.TagDateTimeUtc, "2020:01:02 03:04:05");
        var metadata = new Metadata();
        metadata.addDirectory(olympus);
        assertThat(FactsReader.read(metadata, new Places(), null).taken())
                .isEqualTo(new Taken(LocalDateTime.parse("2020-01-02T03:04:05"), ZoneOffset.UTC));
    }
}
