package app.keepsake.metadata;

import static app.keepsake.support.UploadClient.json;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.AssetChange;
import app.keepsake.asset.Assets;
import app.keepsake.jobs.ExtractMotionPhoto;
import app.keepsake.problem.Change;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.support.UploadClient;
import app.keepsake.trash.Trash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Photos that hold a film, as Samsung and Google make them. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class MotionPhotoTests {

    @Autowired ApplicationContext server;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @LocalServerPort int port;
    MetadataFixtures given;

    @TempDir Path folder;
    Path film;

    /** How a phone says where the film lies. */
    enum Maker {
        SAMSUNG_HEIC {
            @Override
            Path photo(Path folder, Path film) {
                return Tool.sample("samsung-motion.heic");
            }
        },
        SAMSUNG_JPEG {
            @Override
            Path photo(Path folder, Path film) throws Exception {
                return withTrailer(still(folder), Files.readAllBytes(film));
            }
        },
        GOOGLE {
            @Override
            Path photo(Path folder, Path film) throws Exception {
                return appended(
                        container(still(folder), Long.toString(Files.size(film)), "0"), film);
            }
        },
        GOOGLE_BEFORE {
            @Override
            Path photo(Path folder, Path film) throws Exception {
                return appended(microVideo(still(folder), Long.toString(Files.size(film))), film);
            }
        };

        abstract Path photo(Path folder, Path film) throws Exception;
    }

    @BeforeEach
    void aFilm() throws Exception {
        given = new MetadataFixtures(server);
        film =
                Files.write(
                        folder.resolve("film.mp4"),
                        Files.readAllBytes(MetadataFixtures.film(folder.resolve("made.mp4"))));
    }

    private static Path still(Path folder) throws Exception {
        return MetadataFixtures.tagged(folder, "gps.jpg", "-Comment=" + UUID.randomUUID());
    }

    private static Path microVideo(Path still, String length) throws Exception {
        return saying(
                still,
                "GCamera:MicroVideo='1' GCamera:MicroVideoVersion='1' GCamera:MicroVideoOffset='%s'/>"
                        .formatted(length));
    }

    private static Path container(Path still, String length, String padding) throws Exception {
        return saying(
                still,
                """
                GCamera:MotionPhoto='1' GCamera:MotionPhotoVersion='1'><Container:Directory><rdf:Seq>
                <rdf:li rdf:parseType='Resource'><Container:Item Item:Mime='image/jpeg'
                Item:Semantic='Primary' Item:Length='0' Item:Padding='0'/></rdf:li>
                <rdf:li rdf:parseType='Resource'><Container:Item Item:Mime='video/mp4'
                Item:Semantic='MotionPhoto' Item:Length='%s' Item:Padding='%s'/></rdf:li>
                </rdf:Seq></Container:Directory></rdf:Description>
                """
                        .formatted(length, padding));
    }

    /** With XMP as Google's camera writes it. */
    private static Path saying(Path still, String description) throws Exception {
        var xmp =
                """
                <x:xmpmeta xmlns:x='adobe:ns:meta/'>
                <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
                <rdf:Description rdf:about=''
                xmlns:GCamera='http://ns.google.com/photos/1.0/camera/'
                xmlns:Container='http://ns.google.com/photos/1.0/container/'
                xmlns:Item='http://ns.google.com/photos/1.0/container/item/'
                """
                        + description
                        + "</rdf:RDF></x:xmpmeta>";
        return Tool.tag(
                still,
                "-xmp<="
                        + Files.writeString(
                                still.resolveSibling(still.getFileName() + ".xmp"), xmp));
    }

    private static Path appended(Path photo, Path film) throws Exception {
        var all = new ByteArrayOutputStream();
        all.writeBytes(Files.readAllBytes(photo));
        all.writeBytes(Files.readAllBytes(film));
        return Files.write(photo, all.toByteArray());
    }

    /** As a Galaxy writes it: blocks of a kind, a name and data, then their directory. */
    private static Path withTrailer(Path photo, byte[] film) throws Exception {
        var zone =
                block(
                        0x0a01,
                        "Image_UTC_Data",
                        "1705124333853".getBytes(StandardCharsets.US_ASCII));
        var motion = block(0x0a30, "MotionPhoto_Data", film);
        var directory = ByteBuffer.allocate(12 + 2 * 12).order(ByteOrder.LITTLE_ENDIAN);
        directory.put("SEFH".getBytes(StandardCharsets.US_ASCII)).putInt(107).putInt(2);
        directory.putShort((short) 0).putShort((short) 0x0a01);
        directory.putInt(zone.length + motion.length).putInt(zone.length);
        directory.putShort((short) 0).putShort((short) 0x0a30);
        directory.putInt(motion.length).putInt(motion.length);
        var all = new ByteArrayOutputStream();
        all.writeBytes(Files.readAllBytes(photo));
        all.writeBytes(zone);
        all.writeBytes(motion);
        all.writeBytes(directory.array());
        all.writeBytes(
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(directory.capacity())
                        .array());
        all.writeBytes("SEFT".getBytes(StandardCharsets.US_ASCII));
        return Files.write(photo, all.toByteArray());
    }

    private static byte[] block(int kind, String name, byte[] data) {
        return ByteBuffer.allocate(8 + name.length() + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0)
                .putShort((short) kind)
                .putInt(name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
    }

    @ParameterizedTest
    @EnumSource
    void theFilmIsAnAssetOfItsOwnBehindThePhoto(Maker maker) throws Exception {
        var file = maker.photo(folder, film);
        var wanted = maker == Maker.SAMSUNG_HEIC ? byExiftool(file) : Files.readAllBytes(film);
        var still = upload(file);
        var moving = movingHalfOf(still);
        var row = rowOf(moving);
        assertThat(given.original(moving)).hasBinaryContent(wanted);
        assertThat(row.checksum()).isEqualTo(MessageDigest.getInstance("SHA-1").digest(wanted));
        assertThat(row.type()).isEqualTo("VIDEO");
        assertThat(row.visibility()).isEqualTo("hidden");
        assertThat(row.shownAs()).isEqualTo("timeline");
        var name = file.getFileName().toString();
        assertThat(row.originalFileName())
                .isEqualTo(name.substring(0, name.lastIndexOf('.')) + ".mp4");
        assertThat(given.original(still)).hasSameBinaryContentAs(file);
        assertThat(used()).isEqualTo(Files.size(file) + wanted.length);
        // It is read as any other film is.
        await(moving);
        assertThat(given.row(moving).get("duration_ms")).isNotNull();
    }

    /** What exiftool takes out of it, by which others judge. */
    private byte[] byExiftool(Path file) throws Exception {
        var out = folder.resolve("exiftool-%f.mp4");
        Tool.run(
                "exiftool", "-q", "-b", "-MotionPhotoVideo", "-w", out.toString(), file.toString());
        return Files.readAllBytes(folder.resolve("exiftool-samsung-motion.mp4"));
    }

    @Test
    void anotherLookChangesNothing() throws Exception {
        var still = upload(Maker.GOOGLE.photo(folder, film));
        var moving = movingHalfOf(still);
        var used = used();
        given.run(still);
        await(still);
        server.getBean(ExtractMotionPhotoHandler.class).run(new ExtractMotionPhoto(still));
        assertThat(filmOf(still)).isEqualTo(moving);
        assertThat(used()).isEqualTo(used);
    }

    /** Two edits of one photo hold the same film; and some have uploaded it by itself. */
    @Test
    void theSameFilmIsKeptOnce() throws Exception {
        var uploaded = upload(film);
        assertThat(rowOf(uploaded).visibility()).isEqualTo("timeline");
        var one = upload(Maker.GOOGLE.photo(folder, film));
        var other = upload(Maker.SAMSUNG_JPEG.photo(folder, film));
        assertThat(filmOf(one)).isEqualTo(uploaded);
        assertThat(filmOf(other)).isEqualTo(uploaded);
        assertThat(rowOf(uploaded).visibility()).isEqualTo("hidden");
        delete(one);
        assertThat(exists(uploaded)).isTrue();
        delete(other);
        assertThat(exists(uploaded)).isFalse();
    }

    @Test
    void aFilmWhoseFileWentMissingIsTakenOutAgain() throws Exception {
        var still = upload(Maker.GOOGLE.photo(folder, film));
        var moving = movingHalfOf(still);
        Files.delete(given.original(moving));
        jdbc.sql("update asset set is_offline = true where id = ?").param(moving).update();
        given.run(still);
        await(still);
        assertThat(filmOf(still)).isEqualTo(moving);
        assertThat(given.original(moving)).hasSameBinaryContentAs(film);
        assertThat(
                        jdbc.sql("select is_offline from asset where id = ?")
                                .param(moving)
                                .query(Boolean.class)
                                .single())
                .isFalse();
    }

    @Test
    void whatAPersonHasPartedStaysApart() throws Exception {
        var still = upload(Maker.GOOGLE.photo(folder, film));
        var moving = movingHalfOf(still);
        var change =
                new AssetChange(null, null, null, new Change<>(null), null, null, null, null, null);
        server.getBean(Assets.class).update(given.ana, still, change);
        assertThat(rowOf(moving).visibility()).isEqualTo("timeline");
        given.run(still);
        await(still);
        server.getBean(ExtractMotionPhotoHandler.class).run(new ExtractMotionPhoto(still));
        assertThat(filmOf(still)).isNull();
        assertThat(rowOf(moving).visibility()).isEqualTo("timeline");
        // Nor does it come back when it is thrown away.
        delete(moving);
        given.run(still);
        await(still);
        server.getBean(ExtractMotionPhotoHandler.class).run(new ExtractMotionPhoto(still));
        assertThat(filmOf(still)).isNull();
        assertThat(assets()).isEqualTo(1);
    }

    @Test
    void theFilmGoesWithItsPhoto() throws Exception {
        var still = upload(Maker.GOOGLE.photo(folder, film));
        var moving = movingHalfOf(still);
        var file = given.original(moving);
        delete(still);
        assertThat(exists(moving)).isFalse();
        Awaitility.await().until(() -> !Files.exists(file));
        assertThat(used()).isZero();
    }

    @Test
    void aFilmThatTheQuotaHasNoRoomForStaysInItsPhoto() throws Exception {
        var photo = Maker.GOOGLE.photo(folder, film);
        jdbc.sql("update \"user\" set quota_size_in_bytes = ? where id = ?")
                .params(Files.size(photo) + 1, given.ana.userId())
                .update();
        var still = upload(photo, false);
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql(
                                                """
                                                select exists (select from job_attempt
                                                    where subject_id = ? and failed_at is not null
                                                    and last_error = 'Quota has been exceeded!')
                                                """)
                                        .param(still)
                                        .query(Boolean.class)
                                        .single());
        assertThat(filmOf(still)).isNull();
        assertThat(assets()).isEqualTo(1);
        assertThat(used()).isEqualTo(Files.size(photo));
        assertThat(filesOfAna()).containsExactly(given.original(still));
    }

    /** What Samsung counts: to the end of the file, with its own trailer. */
    @ParameterizedTest
    @CsvSource({"0, 0", "100, 100", "100, 0"})
    void paddingIsNoPartOfTheFilm(int behind, int padding) throws Exception {
        var photo =
                container(
                        still(folder),
                        Long.toString(Files.size(film) + behind - padding),
                        Integer.toString(padding));
        var all = new ByteArrayOutputStream();
        all.writeBytes(Files.readAllBytes(appended(photo, film)));
        all.writeBytes(new byte[behind]);
        Files.write(photo, all.toByteArray());
        var moving = movingHalfOf(upload(photo));
        assertThat(Files.readAllBytes(given.original(moving))).startsWith(Files.readAllBytes(film));
    }

    /** Offsets that lead out of the file, into the picture, or nowhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "999999999",
                "9223372036854775807",
                "99999999999999999999",
                "-5",
                "0",
                "1e9",
                "4294967295"
            })
    void whatIsNoFilmIsNotTakenOut(String length) throws Exception {
        for (var photo :
                List.of(
                        microVideo(still(folder), length),
                        container(still(folder), length, "0"),
                        container(still(folder), "1000", length))) {
            assertThat(filmOf(upload(photo))).isNull();
        }
        assertThat(assets()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 12, 100_000, 2_000_000_000, -1})
    void aTrailerThatLiesIsNoTrailer(int directory) throws Exception {
        var photo = withTrailer(still(folder), Files.readAllBytes(film));
        var bytes = ByteBuffer.wrap(Files.readAllBytes(photo)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(bytes.capacity() - 8, directory);
        Files.write(photo, bytes.array());
        assertThat(filmOf(upload(photo))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"4, -1", "4, 0", "4, 7", "8, -1", "8, 0", "8, 2000000000", "-24, 2000000000"})
    void aTrailersEntryThatLiesIsNone(int at, int value) throws Exception {
        var photo = withTrailer(still(folder), Files.readAllBytes(film));
        var bytes = ByteBuffer.wrap(Files.readAllBytes(photo)).order(ByteOrder.LITTLE_ENDIAN);
        int second = bytes.capacity() - 8 - 12;
        // -24: how many entries there are
        bytes.putInt(at < 0 ? second - 12 - 4 : second + at, value);
        Files.write(photo, bytes.array());
        var moving = filmOf(upload(photo));
        assertThat(moving == null).isEqualTo(at >= 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 12, Integer.MAX_VALUE, -1})
    void aBoxThatLiesIsNone(int size) throws Exception {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(Tool.sample("samsung-motion.heic")));
        var text = new String(bytes.array(), StandardCharsets.ISO_8859_1);
        bytes.putInt(text.indexOf("mpvd") - 4, size);
        var photo = Files.write(folder.resolve("lies.heic"), bytes.array());
        var still = upload(photo, false);
        await(still);
        if (size == 0) { // which means: to the end
            assertThat(filmOf(still)).isNotNull();
        } else {
            assertThat(filmOf(still)).isNull();
        }
    }

    private record Row(
            String type,
            String visibility,
            String shownAs,
            String originalFileName,
            byte[] checksum) {}

    private Row rowOf(UUID id) {
        return jdbc.sql(
                        """
                        select type, visibility, shown_as, original_file_name, checksum
                        from asset where id = ?
                        """)
                .param(id)
                .query(Row.class)
                .single();
    }

    private UUID upload(Path file) throws Exception {
        return upload(file, true);
    }

    private UUID upload(Path file, boolean untilDone) throws Exception {
        var form = Form.photo(file.getFileName().toString(), Files.readAllBytes(file));
        var id =
                UUID.fromString(
                        json(new UploadClient(port, users.bearer(given.ana)).upload(form))
                                .path("id")
                                .asString());
        if (untilDone) {
            await(id);
        }
        return id;
    }

    /** Until it was read, and its film taken out. */
    private void await(UUID id) {
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql(
                                                """
                                                select metadata_extracted_at is not null
                                                    and motion_photo_at is not null
                                                from asset_job_status where asset_id = ?
                                                """)
                                        .param(id)
                                        .query(Boolean.class)
                                        .single());
    }

    private @Nullable UUID filmOf(UUID still) {
        return (UUID)
                jdbc.sql("select live_photo_video_id from asset where id = ?")
                        .param(still)
                        .query()
                        .singleRow()
                        .get("live_photo_video_id");
    }

    private UUID movingHalfOf(UUID still) {
        return requireNonNull(filmOf(still));
    }

    private boolean exists(UUID id) {
        return jdbc.sql("select exists (select from asset where id = ?)")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    private long assets() {
        return jdbc.sql("select count(*) from asset where owner_id = ?")
                .param(given.ana.userId())
                .query(Long.class)
                .single();
    }

    private long used() {
        return jdbc.sql("select quota_usage_in_bytes from \"user\" where id = ?")
                .param(given.ana.userId())
                .query(Long.class)
                .single();
    }

    private List<Path> filesOfAna() throws Exception {
        try (var files = Files.walk(given.library.resolve("upload/" + given.ana.userId()))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void delete(UUID id) {
        server.getBean(Trash.class).delete(given.ana, List.of(id));
    }
}
