package app.keepsake.metadata;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;

@ServerTest
@RecordApplicationEvents
class MetadataTests {

    @Autowired JobHandler<ExtractMetadata> handler;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired Fixtures users;
    @Autowired ApplicationEvents events;
    Path folder;
    AssetFixtures given;
    Caller ana;

    @BeforeEach
    void setUp(@TempDir Path folder) {
        this.folder = folder;
        given = new AssetFixtures(jdbc, library);
        ana = users.user();
    }

    /** What an owner sees of an asset's metadata, by column. */
    private Map<String, @Nullable Object> extract(Path file, Map<String, String> upload)
            throws Exception {
        var id = given.upload(ana, file, upload);
        handler.run(new ExtractMetadata(id));
        return row(id);
    }

    private Map<String, @Nullable Object> row(UUID id) {
        return jdbc.sql(
                        """
                        select a.file_created_at, a.local_date_time::text, a.duration_ms,
                            a.width, a.height, e.*, s.metadata_extracted_at
                        from asset a
                        join asset_exif e on e.asset_id = a.id
                        join asset_job_status s on s.asset_id = a.id
                        where a.id = :id
                        """)
                .param("id", id)
                .query()
                .singleRow();
    }

    private static OffsetDateTime instant(Map<String, @Nullable Object> row, String column) {
        return ((java.sql.Timestamp) requireNonNull(row.get(column)))
                .toInstant()
                .atOffset(java.time.ZoneOffset.UTC);
    }

    /** A sample with tags set by exiftool. */
    private Path tagged(String sample, String... tags) throws Exception {
        var file = folder.resolve(UUID.randomUUID() + sample.substring(sample.lastIndexOf('.')));
        Files.copy(Tool.sample(sample), file);
        var command = new java.util.ArrayList<String>();
        command.addAll(java.util.List.of("exiftool", "-q", "-q", "-overwrite_original", "-n"));
        command.addAll(Arrays.asList(tags));
        command.add(file.toString());
        Tool.run(command.toArray(String[]::new));
        return file;
    }

    @Test
    void aDateWithFractionAndOffsetGivesInstantWallClockAndZone() throws Exception {
        var row =
                extract(
                        tagged(
                                "polemonium_reptans.jpg",
                                "-DateTimeOriginal=2024:01:12 21:38:53",
                                "-SubSecTimeOriginal=853",
                                "-OffsetTimeOriginal=-08:00"),
                        Map.of());
        assertThat(instant(row, "file_created_at")).isEqualTo("2024-01-13T05:38:53.853Z");
        assertThat(instant(row, "date_time_original")).isEqualTo("2024-01-13T05:38:53.853Z");
        assertThat(row)
                .containsEntry("local_date_time", "2024-01-12 21:38:53.853")
                .containsEntry("time_zone", "UTC-8");
        assertThat(row.get("metadata_extracted_at")).isNotNull();
    }

    @Test
    void aWallClockWithoutZoneCountsAsUtc() throws Exception {
        var row = extract(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        assertThat(instant(row, "file_created_at")).isEqualTo("2007-12-06T14:33:18Z");
        assertThat(row)
                .containsEntry("local_date_time", "2007-12-06 14:33:18")
                .containsEntry("time_zone", null);
    }

    @Test
    void theSatellitesTimeTellsTheZone() throws Exception {
        var row = extract(Tool.sample("iphone.heic"), Map.of());
        assertThat(row).containsEntry("time_zone", "UTC-5");
        assertThat(instant(row, "file_created_at")).isEqualTo("2019-03-21T16:04:22.348Z");
    }

    @Test
    void dateTagsWinInImmichsOrder() throws Exception {
        var digitized = "-CreateDate=2020:02:02 02:02:02";
        var exactlyDigitized = "-SubSecTimeDigitized=5";
        var original = "-DateTimeOriginal=2019:01:01 01:01:01";
        assertThat(extract(tagged("polemonium_reptans.jpg", digitized, original), Map.of()))
                .containsEntry("local_date_time", "2019-01-01 01:01:01");
        assertThat(
                        extract(
                                tagged(
                                        "polemonium_reptans.jpg",
                                        digitized,
                                        exactlyDigitized,
                                        original),
                                Map.of()))
                .containsEntry("local_date_time", "2020-02-02 02:02:02.5");
        assertThat(extract(tagged("polemonium_reptans.jpg", digitized), Map.of()))
                .containsEntry("local_date_time", "2020-02-02 02:02:02");
        var captioned =
                new String[] {"-IPTC:DateCreated=2018:03:03", "-IPTC:TimeCreated=03:03:03+00:00"};
        var photoshopped = new String[] {"-XMP-photoshop:DateCreated=2018:03:03 03:03:03"};
        for (var tags : List.of(captioned, photoshopped)) {
            assertThat(extract(tagged("polemonium_reptans.jpg", tags), Map.of()))
                    .containsEntry("local_date_time", "2018-03-03 03:03:03");
        }
        assertThat(extract(tagged("polemonium_reptans.jpg", and(captioned, digitized)), Map.of()))
                .containsEntry("local_date_time", "2018-03-03 03:03:03");
        assertThat(
                        extract(
                                tagged("polemonium_reptans.jpg", and(photoshopped, digitized)),
                                Map.of()))
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
                extract(
                        file,
                        Map.of(
                                "file_created_at", "2022-02-02T02:02:02Z",
                                "file_modified_at", "2021-01-01T01:01:01Z"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-01-01T01:01:01Z");
        assertThat(row).containsEntry("local_date_time", "2021-01-01 01:01:01");
    }

    @Test
    void aSidecarsDateTagsAndRatingWin() throws Exception {
        var sidecar = library.resolve("upload/" + UUID.randomUUID() + ".xmp");
        Files.createDirectories(sidecar.getParent());
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
                extract(
                        Tool.sample("prairie_falcon.jpg"),
                        Map.of("sidecar_path", library.root().relativize(sidecar).toString()));
        assertThat(instant(row, "file_created_at")).isEqualTo("2001-02-03T02:05:06Z");
        assertThat(row)
                .containsEntry("local_date_time", "2001-02-03 04:05:06")
                .containsEntry("time_zone", "UTC+2")
                .containsEntry("rating", 4)
                .containsEntry("description", "By the sea")
                .containsEntry("latitude", 48.5)
                .containsEntry("longitude", -16.25)
                .containsEntry("make", "Canon");
        assertThat(((java.sql.Array) requireNonNull(row.get("tags"))).getArray())
                .isEqualTo(new String[] {"Places/Sea"});
    }

    @Test
    void aPhotoOnItsSideIsShownUpright() throws Exception {
        var row = extract(tagged("polemonium_reptans.jpg", "-Orientation=6"), Map.of());
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
                        extract(
                                Tool.sample("polemonium_reptans.jpg"),
                                Map.of("width", "500", "height", "300")))
                .containsEntry("width", 500)
                .containsEntry("height", 300);
    }

    @Test
    void aHeicIsAsLargeAsItsPictureAndNotAsItsTile() throws Exception {
        assertThat(extract(Tool.sample("iphone.heic"), Map.of()))
                .containsEntry("exif_image_width", 4032)
                .containsEntry("exif_image_height", 3024);
    }

    @Test
    void aPositionWithoutAFixIsNone() throws Exception {
        var atZero =
                tagged(
                        "polemonium_reptans.jpg",
                        "-GPSLatitude=0",
                        "-GPSLatitudeRef=N",
                        "-GPSLongitude=0",
                        "-GPSLongitudeRef=E");
        assertThat(extract(atZero, Map.of()))
                .containsEntry("latitude", null)
                .containsEntry("longitude", null);
    }

    @Test
    void onlyOneToFiveStarsAreARating() throws Exception {
        assertThat(extract(tagged("polemonium_reptans.jpg", "-XMP:Rating=5"), Map.of()))
                .containsEntry("rating", 5);
        for (var none : new String[] {"0", "-1", "7"}) {
            assertThat(extract(tagged("polemonium_reptans.jpg", "-XMP:Rating=" + none), Map.of()))
                    .containsEntry("rating", null);
        }
    }

    @Test
    void aPanoramaAndALensAreNamed() throws Exception {
        var row =
                extract(
                        tagged(
                                "polemonium_reptans.jpg",
                                "-XMP-GPano:ProjectionType=equirectangular",
                                "-LensModel=----"),
                        Map.of());
        assertThat(row)
                .containsEntry("projection_type", "EQUIRECTANGULAR")
                .containsEntry("lens_model", null);
    }

    @Test
    void aFilmHasDatePlaceLengthAndRate() throws Exception {
        var row = extract(film(folder.resolve("film.mp4")), Map.of("type", "VIDEO"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-05-06T07:08:09Z");
        assertThat(row)
                .containsEntry("duration_ms", 1500)
                .containsEntry("fps", 30.0)
                .containsEntry("width", 320)
                .containsEntry("height", 180)
                .containsEntry("latitude", 48.2082)
                .containsEntry("longitude", 16.3738);
    }

    @Test
    void aFilmHeldUprightIsShownUpright() throws Exception {
        var upright = film(folder.resolve("upright.mp4"));
        Tool.run("exiftool", "-q", "-overwrite_original", "-Rotation=90", upright.toString());
        assertThat(Tool.run("exiftool", "-s3", "-Rotation", upright.toString()).strip())
                .isEqualTo("90");
        assertThat(extract(upright, Map.of("type", "VIDEO")))
                .containsEntry("orientation", "6")
                .containsEntry("exif_image_width", 320)
                .containsEntry("width", 180)
                .containsEntry("height", 320);
    }

    @Test
    void anAppleFilmsLocalDateWins() throws Exception {
        var film = folder.resolve("film.mov");
        Tool.run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                film(folder.resolve("source.mp4")).toString(),
                "-c",
                "copy",
                "-movflags",
                "use_metadata_tags",
                "-metadata",
                "com.apple.quicktime.creationdate=2021-07-08T09:10:11+0200",
                "-metadata",
                "com.apple.quicktime.make=Apple",
                film.toString());
        var row = extract(film, Map.of("type", "VIDEO"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-07-08T07:10:11Z");
        assertThat(row)
                .containsEntry("local_date_time", "2021-07-08 09:10:11")
                .containsEntry("make", "Apple");
    }

    @Test
    void aFilmOfMoreThanTwoGigabytesIsRead() throws Exception {
        var small = Files.readAllBytes(film(folder.resolve("small.mp4")));
        var big = folder.resolve("big.mp4");
        try (var out = new RandomAccessFile(big.toFile(), "rw")) {
            // A hole of 3 GB where a camera has its frames, then the index, as cameras write it.
            var ftyp = ByteBuffer.wrap(small).getInt();
            out.write(small, 0, ftyp);
            long frames = 3L << 30;
            out.write(
                    ByteBuffer.allocate(16)
                            .putInt(1)
                            .put("mdat".getBytes())
                            .putLong(frames)
                            .array());
            out.seek(ftyp + frames);
            out.write(small, ftyp, small.length - ftyp);
        }
        var path = Library.originalPath(ana.userId(), UUID.randomUUID(), "mp4");
        Files.createDirectories(library.resolve(path).getParent());
        Files.move(big, library.resolve(path));
        var id = given.asset(ana, Map.of("original_path", path, "type", "VIDEO"));
        handler.run(new ExtractMetadata(id));
        Files.delete(library.resolve(path));
        assertThat(instant(row(id), "file_created_at")).isEqualTo("2021-05-06T07:08:09Z");
    }

    private static Path film(Path to) throws Exception {
        Tool.run(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x180:rate=30:duration=1.5",
                "-metadata",
                "creation_time=2021-05-06T07:08:09Z",
                "-pix_fmt",
                "yuv420p",
                to.toString());
        // As Android writes it; ffmpeg has another way, which nobody's phone uses.
        Tool.run(
                "exiftool",
                "-q",
                "-overwrite_original",
                "-UserData:GPSCoordinates=48.2082, 16.3738",
                to.toString());
        return to;
    }

    @Test
    void runningTwiceChangesNothing() throws Exception {
        var id = given.upload(ana, Tool.sample("iphone.heic"), Map.of());
        handler.run(new ExtractMetadata(id));
        var once = row(id);
        handler.run(new ExtractMetadata(id));
        var twice = row(id);
        for (var row : java.util.List.of(once, twice)) {
            row.keySet().removeAll(java.util.Set.of("updated_at", "metadata_extracted_at", "tags"));
        }
        assertThat(twice).isEqualTo(once);
    }

    @Test
    void theRestIsToldWhenTheRowStands() throws Exception {
        var id = given.upload(ana, Tool.sample("gps.jpg"), Map.of());
        handler.run(new ExtractMetadata(id));
        assertThat(events.stream(MetadataExtracted.class)).contains(new MetadataExtracted(id));
    }

    @Test
    void anAssetThatHasVanishedIsNoFailure() {
        var vanished = new ExtractMetadata(UUID.randomUUID());
        assertThatNoException().isThrownBy(() -> handler.run(vanished));
        assertThat(events.stream(MetadataExtracted.class))
                .doesNotContain(new MetadataExtracted(vanished.subjectId()));
    }

    @Test
    void aMissingOriginalIsAFailureToTryAgain() {
        var id = given.asset(ana, Map.of());
        assertThatThrownBy(() -> handler.run(new ExtractMetadata(id)))
                .isInstanceOfAny(NoSuchFileException.class, java.io.FileNotFoundException.class);
    }

    /** I2: otherwise a disk that is not mounted would fail every job for good. */
    @Test
    void aMissingDiskIsNoFailure() throws Exception {
        var id = given.asset(ana, Map.of());
        var marker = library.root().resolve(Library.MARKER);
        var aside = Files.move(marker, library.root().resolve("marker-aside"));
        try {
            assertThatThrownBy(library::requireStillPresent).isNotNull();
            assertThatThrownBy(() -> handler.run(new ExtractMetadata(id)))
                    .isInstanceOf(NotNow.class);
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
            assertThat(instant(extract(file, Map.of()), "file_created_at"))
                    .isEqualTo("2024-05-06T07:08:09Z");
        }
    }

    @Test
    void aFileThatDefeatsItsParserIsShownAndItsJobFailsForGood() throws Exception {
        var id = given.upload(ana, endless(), Map.of());
        assertThatThrownBy(() -> handler.run(new ExtractMetadata(id)))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("more than is sensible");
        assertThat(instant(row(id), "file_created_at")).isEqualTo("2024-05-06T07:08:09Z");
        assertThat(events.stream(MetadataExtracted.class)).contains(new MetadataExtracted(id));
    }

    @Test
    void whatWasReadOnceOutlivesAFileThatNowDefeatsItsParser() throws Exception {
        var id = given.upload(ana, Tool.sample("cyclamen_persicum.jpg"), Map.of());
        handler.run(new ExtractMetadata(id));
        var path =
                jdbc.sql("select original_path from asset where id = ?")
                        .param(id)
                        .query(String.class)
                        .single();
        Files.move(endless(), library.resolve(path), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> handler.run(new ExtractMetadata(id)))
                .isInstanceOf(Unrecoverable.class);
        assertThat(row(id))
                .containsEntry("make", "FUJIFILM")
                .containsEntry("local_date_time", "2007-12-06 14:33:18");
    }

    @Test
    void aFilmsIndexHasALimit() throws Exception {
        var film = folder.resolve("large.mp4");
        try (var out = Files.newOutputStream(film)) {
            out.write(Files.readAllBytes(film(folder.resolve("small.mp4"))));
            var box = ByteBuffer.allocate(9 << 20);
            box.putInt(box.capacity()).put("udta".getBytes());
            out.write(box.array());
            out.write(box.array());
        }
        var id = given.upload(ana, film, Map.of("type", "VIDEO"));
        assertThatThrownBy(() -> handler.run(new ExtractMetadata(id)))
                .isInstanceOf(Unrecoverable.class);
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

    @Test
    void aPngsMetadataIsReadThoughItsTextInflatesWithoutEnd() throws Exception {
        var png = Files.readAllBytes(png("-EXIF:DateTimeOriginal=2019:01:01 01:01:01"));
        var zeros = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(zeros)) {
            for (int i = 0; i < 1000; i++) {
                deflater.write(new byte[1 << 20]);
            }
        }
        var bomb = folder.resolve("bomb.png");
        try (var out = new DataOutputStream(Files.newOutputStream(bomb))) {
            var afterHeader = 8 + 25;
            out.write(png, 0, afterHeader);
            for (var chunk :
                    new String[] {"zTXtComment\0\0", "iTXtComment\0\1\0\0\0", "iCCPicc\0\0"}) {
                var start = chunk.getBytes(StandardCharsets.ISO_8859_1);
                var crc = new CRC32();
                crc.update(start);
                crc.update(zeros.toByteArray());
                out.writeInt(start.length - 4 + zeros.size());
                out.write(start);
                zeros.writeTo(out);
                out.writeInt((int) crc.getValue());
            }
            out.write(png, afterHeader, png.length - afterHeader);
        }
        assertThat(extract(bomb, Map.of()))
                .containsEntry("local_date_time", "2019-01-01 01:01:01")
                .containsEntry("exif_image_width", 320)
                .containsEntry("exif_image_height", 180)
                .containsEntry("profile_description", null);
    }

    @Test
    void aPngsCompressedTextIsRead() throws Exception {
        assertThat(extract(png("-z", "-XMP:Rating=5"), Map.of())).containsEntry("rating", 5);
        assertThat(extract(png("-XMP:Rating=4"), Map.of())).containsEntry("rating", 4);
    }

    private Path png(String... options) throws Exception {
        var png = folder.resolve(UUID.randomUUID() + ".png");
        Tool.run(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x180",
                "-frames:v",
                "1",
                png.toString());
        var command = new ArrayList<>(List.of("exiftool", "-q", "-overwrite_original", "-n"));
        command.addAll(Arrays.asList(options));
        command.add(png.toString());
        Tool.run(command.toArray(String[]::new));
        return png;
    }

    @Test
    void aSidecarThatCannotBeUsedLosesNothing() throws Exception {
        var huge = library.resolve("upload/" + UUID.randomUUID() + ".xmp");
        Files.createDirectories(huge.getParent());
        Files.write(huge, new byte[5 << 20]);
        var broken = Files.writeString(huge.resolveSibling(UUID.randomUUID() + ".xmp"), "<x");
        var missing = huge.resolveSibling(UUID.randomUUID() + ".xmp");
        for (var sidecar : List.of(huge, broken, missing)) {
            assertThat(
                            extract(
                                    Tool.sample("cyclamen_persicum.jpg"),
                                    Map.of("sidecar_path", library.relative(sidecar))))
                    .containsEntry("make", "FUJIFILM")
                    .containsEntry("local_date_time", "2007-12-06 14:33:18");
        }
    }

    @Test
    void aSidecarCannotReadFilesOrGrowWithoutEnd() throws Exception {
        Files.writeString(folder.resolve("secret"), "the secret");
        var external = "<!ENTITY x SYSTEM \"%s\">".formatted(folder.resolve("secret").toUri());
        var growing = new StringBuilder("<!ENTITY x0 \"laugh\">");
        for (int i = 1; i < 40; i++) {
            growing.append("<!ENTITY x%d \"&x%d;&x%d;\">".formatted(i, i - 1, i - 1));
        }
        for (var entities : new String[] {external, growing + "<!ENTITY x \"&x39;\">"}) {
            var sidecar = library.resolve("upload/" + UUID.randomUUID() + ".xmp");
            Files.createDirectories(sidecar.getParent());
            Files.writeString(
                    sidecar,
                    """
                    <!DOCTYPE d [%s]>
                    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
                      xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                      xmlns:tiff="http://ns.adobe.com/tiff/1.0/">
                      <rdf:Description rdf:about=""><tiff:Make>&x;</tiff:Make></rdf:Description>
                    </rdf:RDF></x:xmpmeta>
                    """
                            .formatted(entities));
            assertThat(
                            extract(
                                    Tool.sample("polemonium_reptans.jpg"),
                                    Map.of(
                                            "sidecar_path",
                                            library.root().relativize(sidecar).toString())))
                    .containsEntry("make", null);
        }
    }

    @Test
    void aReadThatDoesNotEndIsGivenUpAndHoldsNoMoreThanItsPlace() throws Exception {
        var reader = new OriginalReader(java.time.Duration.ofMillis(300));
        var pipes = new Path[] {folder.resolve("one"), folder.resolve("two")};
        for (var pipe : pipes) {
            Tool.run("mkfifo", pipe.toString());
            assertThatThrownBy(() -> reader.read(pipe, null))
                    .isInstanceOf(OriginalReader.Unreadable.class);
        }
        assertThatThrownBy(() -> reader.read(Tool.sample("gps.jpg"), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("busy");
        for (var pipe : pipes) {
            Files.newOutputStream(pipe).close();
        }
        assertThat(reader.read(Tool.sample("cyclamen_persicum.jpg"), null).make())
                .isEqualTo("FUJIFILM");
    }
}
