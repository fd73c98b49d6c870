package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.instant;
import static app.keepsake.metadata.MetadataFixtures.tagged;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.place.Places;
import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Array;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;

@ServerTest
@RecordApplicationEvents
class ExtractMetadataTests {

    @Autowired ApplicationContext server;
    @Autowired ApplicationEvents events;
    @Autowired Library library;
    Path folder;
    MetadataFixtures given;

    @BeforeEach
    void setUp(@TempDir Path folder) {
        this.folder = folder;
        given = new MetadataFixtures(server);
    }

    @Test
    void aSidecarsDateTagsAndRatingWin() throws Exception {
        var sidecar = given.sidecar();
        Tool.run(
                "exiftool",
                "-q",
                "-XMP-exif:DateTimeOriginal=2001:02:03 04:05:06+02:00",
                "-XMP-xmp:Rating=4",
                "-XMP-dc:Description=By the sea",
                "-XMP-digiKam:TagsList=Places/Sea",
                "-XMP-exif:GPSLatitude=48.5",
                "-XMP-exif:GPSLongitude=-16.25",
                sidecar.toString());
        var row =
                given.extract(
                        Tool.sample("prairie_falcon.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        assertThat(instant(row, "file_created_at")).isEqualTo("2001-02-03T02:05:06Z");
        assertThat(row)
                .containsEntry("local_date_time", "2001-02-03 04:05:06")
                .containsEntry("time_zone", "UTC+2")
                .containsEntry("rating", 4)
                .containsEntry("description", "By the sea")
                .containsEntry("latitude", 48.5)
                .containsEntry("longitude", -16.25)
                .containsEntry("make", "Canon");
        assertThat(((Array) requireNonNull(row.get("tags"))).getArray())
                .isEqualTo(new String[] {"Places/Sea"});
    }

    @Test
    void tagsOfTheFileBecomeItsOwnersAndFollowTheFile() throws Exception {
        var jdbc = server.getBean(JdbcClient.class);
        var sidecar = given.sidecar();
        tag(sidecar, "Places/Sea", "Summer");
        var id =
                given.upload(
                        Tool.sample("prairie_falcon.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        given.run(id);
        assertThat(tagsOn(id)).containsExactly("Places/Sea", "Summer");

        // What a person does meanwhile is not undone by reading the file again.
        jdbc.sql(
                        """
                        delete from tag_asset where asset_id = :id
                            and tag_id in (select id from tag where value = 'Summer');
                        with own as (
                            insert into tag (user_id, value)
                            select owner_id, 'Own' from asset where id = :id returning id)
                        insert into tag_asset (tag_id, asset_id) select id, :id from own
                        """)
                .param("id", id)
                .update();
        given.run(id);
        assertThat(tagsOn(id)).containsExactly("Own", "Places/Sea");

        tag(sidecar, "Places/Hill", "Summer", "Much " + "too ".repeat(200) + "long");
        given.run(id);
        assertThat(tagsOn(id)).containsExactly("Own", "Places/Hill");
    }

    /** It waits for the person's change, and sees it then. */
    @Test
    void aDateThatAPersonSetsMeanwhileStays() throws Exception {
        var id = given.upload(Tool.sample("prairie_falcon.jpg"), Map.of());
        given.run(id);
        try (var person = new HeldTransaction(server.getBean(DataSource.class));
                var threads = Executors.newSingleThreadExecutor()) {
            person.jdbc()
                    .sql(
                            """
                            update asset set file_created_at = '1999-01-02T03:04:05Z',
                                local_date_time = '1999-01-02T03:04:05' where id = :id;
                            update asset_exif set date_time_original = '1999-01-02T03:04:05Z',
                                locked_properties = '{dateTimeOriginal,timeZone}'
                            where asset_id = :id
                            """)
                    .param("id", id)
                    .update();
            var reading =
                    threads.submit(
                            () -> {
                                given.run(id);
                                return id;
                            });
            person.awaitWaiter();
            person.commit();
            reading.get();
        }
        var row = given.row(id);
        assertThat(instant(row, "file_created_at")).isEqualTo("1999-01-02T03:04:05Z");
        assertThat(instant(row, "date_time_original")).isEqualTo("1999-01-02T03:04:05Z");
        assertThat(row).containsEntry("local_date_time", "1999-01-02 03:04:05");
    }

    private static void tag(Path sidecar, String... tags) throws Exception {
        var arguments = new ArrayList<String>(List.of("exiftool", "-q", "-overwrite_original"));
        for (var tag : tags) {
            arguments.add("-XMP-digiKam:TagsList=" + tag);
        }
        arguments.add(sidecar.toString());
        Tool.run(arguments.toArray(String[]::new));
    }

    private List<String> tagsOn(UUID assetId) {
        return server.getBean(JdbcClient.class)
                .sql(
                        """
                        select t.value from tag t join tag_asset on tag_id = t.id
                        join asset a on a.id = asset_id and a.owner_id = t.user_id
                        where asset_id = ? order by 1
                        """)
                .param(assetId)
                .query(String.class)
                .list();
    }

    @Test
    void aPhotoOnItsSideIsShownUpright() throws Exception {
        var row = given.extract(tagged(folder, "polemonium_reptans.jpg", "-Orientation=6"));
        assertThat(row)
                .containsEntry("orientation", "6")
                .containsEntry("exif_image_width", 512)
                .containsEntry("exif_image_height", 384)
                .containsEntry("width", 384)
                .containsEntry("height", 512);
    }

    @Test
    void theSizeThatTheWorkerDecodedStays() throws Exception {
        assertThat(
                        given.extract(
                                Tool.sample("polemonium_reptans.jpg"),
                                Map.of("width", "500", "height", "300")))
                .containsEntry("width", 500)
                .containsEntry("height", 300);
    }

    @Test
    void aHeicIsAsLargeAsItsPictureAndNotAsItsTile() throws Exception {
        assertThat(given.extract(Tool.sample("iphone.heic")))
                .containsEntry("exif_image_width", 4032)
                .containsEntry("exif_image_height", 3024);
    }

    @Test
    void aPositionWithoutAFixIsNone() throws Exception {
        var atZero =
                tagged(
                        folder,
                        "polemonium_reptans.jpg",
                        "-GPSLatitude=0",
                        "-GPSLatitudeRef=N",
                        "-GPSLongitude=0",
                        "-GPSLongitudeRef=E");
        assertThat(given.extract(atZero))
                .containsEntry("latitude", null)
                .containsEntry("longitude", null);
    }

    @Test
    void onlyOneToFiveStarsAreARating() throws Exception {
        assertThat(given.extract(tagged(folder, "polemonium_reptans.jpg", "-XMP:Rating=5")))
                .containsEntry("rating", 5);
        for (var none : new String[] {"0", "-1", "7"}) {
            assertThat(
                            given.extract(
                                    tagged(
                                            folder,
                                            "polemonium_reptans.jpg",
                                            "-XMP:Rating=" + none)))
                    .containsEntry("rating", null);
        }
    }

    @Test
    void aPanoramaAndALensAreNamed() throws Exception {
        var row =
                given.extract(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                "-XMP-GPano:ProjectionType=equirectangular",
                                "-LensModel=----"));
        assertThat(row)
                .containsEntry("projection_type", "EQUIRECTANGULAR")
                .containsEntry("lens_model", null);
    }

    @Test
    void aLensThatOnlyAMakersNoteNumbersIsNamed() throws Exception {
        assertThat(given.extract(Tool.sample("prairie_falcon.jpg")).get("lens_model"))
                .asString()
                .startsWith("Canon RF 100-500mm F4.5-7.1L IS USM");
    }

    @Test
    void aPhotoHasItsPlacesName() throws Exception {
        var id = given.upload(Tool.sample("iphone.heic"), Map.of());
        given.run(id);
        assertThat(given.row(id))
                .containsEntry("city", "Ralston")
                .containsEntry("state", "Nebraska")
                .containsEntry("country", "United States of America");
    }

    @Test
    void placesHaveNoNamesWhereAdministratorsWantNone() throws Exception {
        var config = server.getBean(ConfigFixtures.class);
        config.set("/reverseGeocoding/enabled", "false");
        try {
            assertThat(given.extract(Tool.sample("iphone.heic")))
                    .containsEntry("city", null)
                    .containsEntry("country", null)
                    .containsEntry("time_zone", "America/Chicago");
        } finally {
            config.reset();
        }
    }

    /** Read again after a person has moved it, it is named by where it is then. */
    @Test
    void aPhotoThatAPersonMovedHasTheNewPlacesName() throws Exception {
        var id = given.upload(Tool.sample("iphone.heic"), Map.of());
        server.getBean(JdbcClient.class)
                .sql(
                        """
                        insert into asset_exif (asset_id, latitude, longitude, locked_properties)
                        values (?, 48.2082, 16.3738, '{latitude,longitude}')
                        """)
                .param(id)
                .update();
        given.run(id);
        assertThat(given.row(id))
                .containsEntry("latitude", 48.2082)
                .containsEntry("city", "Vienna")
                .containsEntry("country", "Austria");
    }

    /** Canon's boxes of a CR3, with blocks of tags in them that exiftool wrote. */
    @Test
    void aRawFileOfCanonIsRead() throws Exception {
        var row = given.extract(Cr3.file(folder));
        assertThat(instant(row, "file_created_at")).isEqualTo("2020-02-03T03:05:06Z");
        assertThat(row)
                .containsEntry("make", "Canon")
                .containsEntry("model", "Canon EOS R6")
                .containsEntry("lens_model", "RF50mm F1.8 STM")
                .containsEntry("time_zone", "UTC+1")
                .containsEntry("latitude", 48.5)
                .containsEntry("country", "Austria");
    }

    @Test
    void aJpegXlIsRead() throws Exception {
        var jxl =
                tagged(
                        folder,
                        "8bit-sRGB.jxl",
                        "-m", // it is to get a container
                        "-EXIF:DateTimeOriginal=2020:02:03 04:05:06",
                        "-EXIF:Make=Keepsake",
                        "-XMP:Rating=3");
        assertThat(given.extract(jxl))
                .containsEntry("local_date_time", "2020-02-03 04:05:06")
                .containsEntry("make", "Keepsake")
                .containsEntry("rating", 3)
                .containsEntry("exif_image_width", 1440)
                .containsEntry("exif_image_height", 1080);
    }

    @Test
    void runningTwiceChangesNothing() throws Exception {
        var id = given.upload(Tool.sample("iphone.heic"), Map.of());
        given.run(id);
        var once = given.row(id);
        given.run(id);
        var twice = given.row(id);
        for (var row : List.of(once, twice)) {
            row.keySet()
                    .removeAll(
                            Set.of(
                                    "updated_at",
                                    "metadata_extracted_at",
                                    "tags",
                                    "locked_properties",
                                    "sync_position",
                                    "update_id"));
        }
        assertThat(twice).isEqualTo(once);
    }

    @Test
    void theRestIsToldWhenTheRowStands() throws Exception {
        var id = given.upload(Tool.sample("gps.jpg"), Map.of());
        given.run(id);
        assertThat(events.stream(MetadataExtracted.class)).contains(new MetadataExtracted(id));
    }

    @Test
    void anAssetThatHasVanishedIsNoFailure() {
        var vanished = UUID.randomUUID();
        assertThatNoException().isThrownBy(() -> given.run(vanished));
        assertThat(events.stream(MetadataExtracted.class))
                .doesNotContain(new MetadataExtracted(vanished));
    }

    @Test
    void aMissingOriginalIsAFailureToTryAgain() {
        var id = given.asset(Map.of());
        assertThatThrownBy(() -> given.run(id))
                .isInstanceOfAny(NoSuchFileException.class, FileNotFoundException.class);
    }

    /** I2: otherwise a disk that is not mounted would fail every job for good. */
    @Test
    void aMissingDiskIsNoFailure() throws Exception {
        var id = given.asset(Map.of());
        var marker = library.root().resolve(Library.MARKER);
        var aside = Files.move(marker, library.root().resolve("marker-aside"));
        try {
            assertThatThrownBy(library::requireStillPresent).isNotNull();
            assertThatThrownBy(() -> given.run(id)).isInstanceOf(NotNow.class);
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
    }

    @Test
    void aFileThatIsNotWhatItSaysKeepsTheUploadsDate() throws Exception {
        for (var bytes :
                new byte[][] {
                    "not a picture".getBytes(),
                    {(byte) 0xff, (byte) 0xd8, (byte) 0xff},
                    Arrays.copyOf(Files.readAllBytes(Tool.sample("iphone.heic")), 3000)
                }) {
            var file = Files.write(folder.resolve("broken.jpg"), bytes);
            assertThat(instant(given.extract(file), "file_created_at"))
                    .isEqualTo("2024-05-06T07:08:09Z");
        }
    }

    @Test
    void aFileThatDefeatsItsParserIsShownAndItsJobFailsForGood() throws Exception {
        var id = given.upload(endless(), Map.of());
        assertThatThrownBy(() -> given.run(id))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("more than is sensible");
        assertThat(instant(given.row(id), "file_created_at")).isEqualTo("2024-05-06T07:08:09Z");
        assertThat(events.stream(MetadataExtracted.class)).contains(new MetadataExtracted(id));
    }

    @Test
    void whatWasReadOnceOutlivesAFileThatNowDefeatsItsParser() throws Exception {
        var id = given.upload(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        given.run(id);
        Files.move(endless(), given.original(id), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> given.run(id)).isInstanceOf(Unrecoverable.class);
        assertThat(given.row(id))
                .containsEntry("make", "FUJIFILM")
                .containsEntry("local_date_time", "2007-12-06 14:33:18");
    }

    @Test
    void aFileThatTakesTooLongIsTriedAgainAndInTheEndShownWithTheUploadsDate() throws Exception {
        var id = given.upload(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        var pipe = given.original(id);
        Files.delete(pipe);
        Tool.run("mkfifo", pipe.toString());
        var hasty =
                new ExtractMetadataHandler(
                        library,
                        server.getBean(MetadataRows.class),
                        server.getBean(MotionPhotos.class),
                        server,
                        server.getBean(Exiftool.class),
                        server.getBean(Places.class),
                        Duration.ofMillis(200));
        var failure = catchThrowable(() -> hasty.run(new ExtractMetadata(id)));
        Files.newOutputStream(pipe).close();
        assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("took over");
        assertThat(given.row(id)).containsEntry("metadata_extracted_at", null);
        assertThat(events.stream(MetadataExtracted.class)).isEmpty();

        hasty.gaveUp(new ExtractMetadata(id), failure);
        assertThat(instant(given.row(id), "date_time_original")).isEqualTo("2024-05-06T07:08:09Z");
        assertThat(given.row(id).get("metadata_extracted_at")).isNotNull();
        assertThat(events.stream(MetadataExtracted.class)).contains(new MetadataExtracted(id));
    }

    @Test
    void aDiskThatFailsMakesNothingKnownUnknownAndNothingUnknownDone() throws Exception {
        var known = given.upload(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        given.run(known);
        var unknown = given.upload(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        for (var id : List.of(known, unknown)) {
            failsToBeRead(given.original(id));
            var failure = catchThrowable(() -> given.run(id));
            assertThat(failure).isInstanceOf(IOException.class);
            given.handler.gaveUp(new ExtractMetadata(id), failure);
        }
        assertThat(given.row(known)).containsEntry("make", "FUJIFILM");
        assertThat(given.row(unknown)).containsEntry("metadata_extracted_at", null);
    }

    /** A process may open its own memory, and there is nothing at its beginning. */
    private static void failsToBeRead(Path file) throws IOException {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
    }

    private Path endless() throws IOException {
        var file = folder.resolve("endless.jpg");
        try (var out = Files.newOutputStream(file)) {
            out.write(new byte[] {(byte) 0xff, (byte) 0xd8});
            var segment = new byte[0xffff + 2];
            ByteBuffer.wrap(segment).put((byte) 0xff).put((byte) 0xe1).putShort((short) 0xffff);
            for (long written = 0; written <= OriginalReader.BYTE_LIMIT; written += 0xffff) {
                out.write(segment);
            }
        }
        return file;
    }
}
