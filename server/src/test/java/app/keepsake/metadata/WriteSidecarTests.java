package app.keepsake.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.jobs.WriteSidecar;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.DroppingVolume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.support.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a person says of a photo, as other programs find it beside the original. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class WriteSidecarTests {

    /** By a program that we know nothing of. */
    private static final String FOREIGN =
            """
            <?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Foreign 1.0">
             <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
              <rdf:Description rdf:about="" xmlns:f="http://example.org/foreign/1.0/"
                xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
                f:secret="42" xmp:Rating="1">
               <f:steps><rdf:Seq><rdf:li f:name="crop" f:by="3"/><rdf:li>blur</rdf:li></rdf:Seq></f:steps>
               <dc:description><rdf:Alt>
                <rdf:li xml:lang="x-default">Old</rdf:li><rdf:li xml:lang="de">Alt</rdf:li>
               </rdf:Alt></dc:description>
               <dc:subject><rdf:Bag><rdf:li>Summer</rdf:li></rdf:Bag></dc:subject>
              </rdf:Description>
             </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="w"?>
            """;

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired Library library;
    @Autowired WriteSidecarHandler handler;
    @Autowired SidecarRows rows;
    @Autowired JobHandler<MoveOriginal> mover;
    @Autowired Volume volume;
    @Autowired ConfigFixtures config;
    MetadataFixtures given;
    Wire wire;

    @BeforeEach
    void setUp(@Autowired ApplicationContext server) {
        given = new MetadataFixtures(server);
        wire = new Wire(http, users);
    }

    @AfterEach
    void noTemplate() {
        config.reset();
    }

    private UUID photo() throws Exception {
        var id = given.upload(Tool.sample("cyclamen_persicum.jpg"), Map.of());
        given.run(id);
        return id;
    }

    private void change(UUID id, String json) {
        wire.put(given.ana, "/api/assets/" + id, json.replace('\'', '"'), 200);
    }

    /** As exiftool reads it, once it is written and read again. */
    private JsonNode sidecar(UUID id) throws Exception {
        awaitWritten(id);
        return read(library.resolve(String.valueOf(column(id, "sidecar_path"))));
    }

    private static JsonNode read(Path sidecar) throws Exception {
        var answer = Tool.run("exiftool", "-j", "-n", "-struct", sidecar.toString());
        return JsonMapper.shared().readTree(answer).path(0);
    }

    private void awaitWritten(UUID id) {
        await().untilAsserted(
                        () ->
                                assertThat(status(id))
                                        .doesNotContainEntry("sidecar_at", null)
                                        .doesNotContainEntry("metadata_extracted_at", null));
    }

    private Map<String, @Nullable Object> status(UUID id) {
        return jdbc.sql("select * from asset_job_status where asset_id = ?")
                .param(id)
                .query()
                .singleRow();
    }

    private Object column(UUID id, String name) {
        return jdbc.sql("select %s from asset where id = ?".formatted(name))
                .param(id)
                .query()
                .singleValue();
    }

    @Test
    void whatAPersonSaysStandsBesideTheOriginal() throws Exception {
        var id = photo();
        var original = Files.readAllBytes(given.original(id));
        change(
                id,
                """
                {'description': 'Am Meer, <schön> & weit', 'rating': 4, 'latitude': 48.2082,
                 'longitude': -16.3738, 'dateTimeOriginal': '2020-01-02T03:04:05.678+05:30'}
                """);
        var sidecar = sidecar(id);
        assertThat(column(id, "sidecar_path")).isEqualTo(column(id, "original_path") + ".xmp");
        assertThat(sidecar.path("Description").asString()).isEqualTo("Am Meer, <schön> & weit");
        assertThat(sidecar.path("Rating").asInt()).isEqualTo(4);
        assertThat(sidecar.path("GPSLatitude").asDouble()).isEqualTo(48.2082);
        assertThat(sidecar.path("GPSLongitude").asDouble()).isEqualTo(-16.3738);
        assertThat(sidecar.path("DateTimeOriginal").asString())
                .isEqualTo("2020:01:02 03:04:05.678+05:30");
        assertThat(given.original(id)).hasBinaryContent(original);
        assertThat(given.row(id))
                .containsEntry("rating", 4)
                .containsEntry("local_date_time", "2020-01-02 03:04:05.678")
                .containsEntry("make", "FUJIFILM");
    }

    /** So that a photo that is moved gets its place's name. */
    @Test
    void theFilesAreReadAgain() throws Exception {
        var id = photo();
        change(id, "{'latitude': 48.2082, 'longitude': 16.3738}");
        awaitWritten(id);
        assertThat(given.row(id)).containsEntry("city", "Vienna").containsEntry("make", "FUJIFILM");
    }

    /** Its clock was there then, too. */
    @Test
    void aPhotoThatIsMovedHasTheTimeZoneOfThere() throws Exception {
        var id = given.upload(Tool.sample("iphone.heic"), Map.of());
        given.run(id);
        assertThat(given.row(id)).containsEntry("time_zone", "America/Chicago");
        change(id, "{'latitude': 48.2082, 'longitude': 16.3738}");
        awaitWritten(id);
        var row = given.row(id);
        assertThat(row)
                .containsEntry("city", "Vienna")
                .containsEntry("time_zone", "Europe/Vienna")
                .containsEntry("local_date_time", "2019-03-21 11:04:22.348");
        assertThat(MetadataFixtures.instant(row, "date_time_original"))
                .isEqualTo("2019-03-21T10:04:22.348Z");
    }

    @Test
    void whatNobodySaidIsNotWritten() throws Exception {
        var id = photo();
        change(id, "{'rating': 2}");
        var sidecar = sidecar(id);
        assertThat(sidecar.has("Description")).isFalse();
        assertThat(sidecar.has("DateTimeOriginal")).isFalse();
        assertThat(sidecar.has("GPSLatitude")).isFalse();
    }

    @Test
    void aRatingThatIsTakenAwayIsNone() throws Exception {
        var id = photo();
        change(id, "{'rating': 2}");
        change(id, "{'rating': null}");
        assertThat(sidecar(id).path("Rating").asInt(-1)).isZero();
        assertThat(given.row(id)).containsEntry("rating", null);
    }

    @Test
    void tagsArePathsAsDigikamAndLightroomHaveThem() throws Exception {
        var id = photo();
        var tags =
                wire.put(given.ana, "/api/tags", "{\"tags\": [\"Places/Sea\", \"Summer\"]}", 200);
        for (var tag : tags) {
            wire.put(given.ana, assetsOf(tag), Wire.ids(id), 200);
        }
        awaitWritten(id);
        assertThat(texts(sidecar(id).path("TagsList"))).containsExactly("Places/Sea", "Summer");
        assertThat(texts(sidecar(id).path("HierarchicalSubject")))
                .containsExactly("Places|Sea", "Summer");
        assertThat(texts(sidecar(id).path("Subject"))).containsExactly("Sea", "Summer");

        wire.put(given.ana, "/api/tags/" + Wire.id(tags.path(0)), "{\"name\": \"Ocean\"}", 200);
        assertThat(texts(sidecar(id).path("TagsList"))).containsExactly("Places/Ocean", "Summer");

        for (var tag : tags) {
            wire.call(given.ana, HttpMethod.DELETE, assetsOf(tag), Wire.ids(id), 200);
        }
        for (var list : List.of("TagsList", "HierarchicalSubject", "Subject")) {
            assertThat(sidecar(id).get(list).asString()).as(list).isEmpty();
        }
        given.run(id);
        assertThat(tagsOn(id)).isEmpty();
    }

    /** As after a loss of the database, which alone knows what a person said. */
    private Map<String, @Nullable Object> readFromFilesAlone(UUID id) throws Exception {
        jdbc.sql("delete from asset_exif where asset_id = ?").param(id).update();
        given.run(id);
        return given.row(id);
    }

    @Test
    void whatAPersonTookAwayStaysAwayThoughTheOriginalHasIt() throws Exception {
        var id = given.upload(Tool.sample("tanners_ridge.jpg"), Map.of());
        given.run(id);
        assertThat(given.row(id).get("description")).asString().isNotEmpty();
        assertThat(tagsOn(id)).isNotEmpty();
        change(id, "{'description': ''}");
        for (var tag : wire.get(given.ana, "/api/tags")) {
            wire.call(given.ana, HttpMethod.DELETE, assetsOf(tag), Wire.ids(id), 200);
        }
        awaitWritten(id);
        assertThat(readFromFilesAlone(id)).containsEntry("description", "");
        assertThat(tagsOn(id)).isEmpty();
    }

    @Test
    void aDateThatAPersonSetInUtcStaysSoWhereverItsPhotoIs() throws Exception {
        var id = given.upload(Tool.sample("iphone.heic"), Map.of());
        given.run(id);
        change(id, "{'dateTimeOriginal': '2020-01-02T03:04:05.678+00:00'}");
        awaitWritten(id);
        var said = given.row(id);
        assertThat(said).containsEntry("time_zone", "UTC+0");
        for (var column : List.of("time_zone", "local_date_time", "date_time_original")) {
            assertThat(readFromFilesAlone(id)).containsEntry(column, said.get(column));
        }
    }

    private static String assetsOf(JsonNode tag) {
        return "/api/tags/%s/assets".formatted(Wire.id(tag));
    }

    private static List<String> texts(JsonNode node) {
        return node.isArray()
                ? node.valueStream().map(JsonNode::asString).toList()
                : List.of(node.asString());
    }

    private List<String> tagsOn(UUID id) {
        return jdbc.sql("select value from tag join tag_asset on tag_id = id where asset_id = ?")
                .param(id)
                .query(String.class)
                .list();
    }

    @Test
    void whatAnotherProgramWroteStays() throws Exception {
        var path = given.sidecar();
        Files.writeString(path, FOREIGN);
        var id =
                given.upload(
                        Tool.sample("cyclamen_persicum.jpg"),
                        Map.of("sidecar_path", library.relative(path)));
        change(id, "{'description': 'New'}");
        awaitWritten(id);
        var after = Files.readString(path);
        assertThat(after).contains("http://example.org/foreign/1.0/", "crop", "blur", "42");
        var sidecar = read(path);
        assertThat(sidecar.path("Description").asString()).isEqualTo("New");
        assertThat(sidecar.path("Description-de").asString()).isEqualTo("Alt");
        assertThat(texts(sidecar.path("Subject"))).containsExactly("Summer");
        assertThat(sidecar.path("Rating").asInt()).isEqualTo(1);
        assertThat(given.row(id)).containsEntry("description", "New").containsEntry("rating", 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<x",
                "",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
                        + "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">&e;</x:xmpmeta>"
            })
    void aSidecarThatCannotBeReadIsLeftAsItIs(String text) throws Exception {
        var path = given.sidecar();
        Files.writeString(path, text);
        var id = edited(Map.of("sidecar_path", library.relative(path)), "{rating}");
        assertThatThrownBy(() -> handler.run(new WriteSidecar(id)))
                .isInstanceOf(Unrecoverable.class)
                .hasMessageContaining("left as it is");
        assertThat(path).hasContent(text);
    }

    /** As if edited while no queue ran. */
    private UUID edited(Map<String, String> columns, String locked) {
        var id = given.asset(columns);
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, rating, locked_properties)
                        values (:id, 3, :locked::text[]);
                        insert into asset_job_status (asset_id, sidecar_at) values (:id, null);
                        """)
                .param("id", id)
                .param("locked", locked)
                .update();
        return id;
    }

    @Test
    void runningTwiceWritesOnce() throws Exception {
        var id = edited(Map.of(), "{rating}");
        handler.run(new WriteSidecar(id));
        var sidecar = library.resolve(String.valueOf(column(id, "sidecar_path")));
        var written = Files.readAttributes(sidecar, "unix:ino").get("ino");
        handler.run(new WriteSidecar(id));
        assertThat(Files.readAttributes(sidecar, "unix:ino").get("ino")).isEqualTo(written);
    }

    /** The next run is for what it has not seen. */
    @Test
    void whatIsSaidMeanwhileIsStillToBeWritten() throws Exception {
        var id = edited(Map.of(), "{rating}");
        var seen = rows.find(id).orElseThrow();
        jdbc.sql("update asset_exif set rating = 5 where asset_id = ?").param(id).update();
        assertThat(rows.write(id, seen, () -> {})).isTrue();
        assertThat(status(id)).containsEntry("sidecar_at", null);
        handler.run(new WriteSidecar(id));
        assertThat(status(id)).doesNotContainEntry("sidecar_at", null);
    }

    @Test
    void anAssetThatVanishesMeanwhileLeavesNoSidecar() throws Exception {
        assertThatCode(() -> handler.run(new WriteSidecar(UUID.randomUUID())))
                .doesNotThrowAnyException();
        var id = edited(Map.of(), "{rating}");
        var seen = rows.find(id).orElseThrow();
        jdbc.sql("delete from asset where id = ?").param(id).update();
        assertThat(rows.write(id, seen, () -> fail("written beside nothing"))).isFalse();
    }

    /** A disk on which an original moves each time that its sidecar is about to be written. */
    private final class MovingVolume extends ForwardingVolume {

        private final UUID id;
        private int left;

        MovingVolume(UUID id, int times) {
            super(volume);
            this.id = id;
            this.left = times;
        }

        @Override
        public Sink create(Path file) throws IOException {
            if (left-- > 0) {
                jdbc.sql(
                                """
                                update asset set local_date_time = local_date_time + interval '1 year'
                                where id = ?
                                """)
                        .param(id)
                        .update();
                try {
                    mover.run(new MoveOriginal(id));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            return super.create(file);
        }
    }

    /** A rated photo that no other job has a reason to look at. */
    private UUID toMove() throws IOException {
        var id = given.upload(Tool.sample("gps.jpg"), Map.of());
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, metadata_extracted_at)
                        values (:id, '2020-01-01');
                        insert into asset_exif (asset_id, rating, locked_properties)
                        values (:id, 3, '{rating}');
                        """)
                .param("id", id)
                .update();
        return id;
    }

    private WriteSidecarHandler whereItMoves(UUID id, int times, String template) {
        config.set("/storageTemplate/template", "\"" + template + "\"");
        config.set("/storageTemplate/enabled", "true");
        var disk = new MovingVolume(id, times);
        return new WriteSidecarHandler(
                rows, library, OriginalsOn.volume(library.root(), disk, jdbc), _ -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"", FOREIGN})
    void whatMovesMeanwhileHasItAtItsNewPlace(String before) throws Exception {
        var id = toMove();
        var old = library.resolve(column(id, "original_path") + ".xmp");
        if (!before.isEmpty()) {
            Files.writeString(old, before);
            jdbc.sql("update asset set sidecar_path = ? where id = ?")
                    .params(library.relative(old), id)
                    .update();
        }
        whereItMoves(id, 1, "{{filename}}").run(new WriteSidecar(id));
        var place = String.valueOf(column(id, "sidecar_path"));
        assertThat(place).startsWith("library/").isEqualTo(column(id, "original_path") + ".xmp");
        assertThat(read(library.resolve(place)).path("Rating").asInt()).isEqualTo(3);
        assertThat(Files.readString(library.resolve(place)).contains("crop"))
                .isEqualTo(before.contains("crop"));
        await().untilAsserted(() -> assertThat(old).doesNotExist());
    }

    @Test
    void whatMovesAllTheWhileFailsWithThatReason() throws Exception {
        var id = toMove();
        var writer = whereItMoves(id, 1000, "{{y}}/{{filename}}");
        assertThatThrownBy(() -> writer.run(new WriteSidecar(id)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("moved each time");
    }

    /** It may have another name meanwhile, which a photo of the same name has now. */
    @Test
    void anothersSidecarIsNotWrittenOver() throws Exception {
        var mine = given.sidecar();
        Files.writeString(mine, FOREIGN);
        var id = edited(Map.of("sidecar_path", library.relative(mine)), "{rating}");
        var seen = rows.find(id).orElseThrow();
        jdbc.sql("update asset set sidecar_path = null where id = ?").param(id).update();
        assertThat(rows.write(id, seen, () -> fail("written over"))).isFalse();
    }

    /** Where the folder of templates is another disk, a file cannot be renamed to it. */
    @Test
    void isWrittenOnTheDiskOfItsOriginal() throws Exception {
        var id = edited(Map.of("original_path", "library/x/" + UUID.randomUUID()), "{rating}");
        var disk =
                new ForwardingVolume(volume) {
                    @Override
                    public void rename(Path from, Path to) throws IOException {
                        if (!topFolder(from).equals(topFolder(to))) {
                            throw new AtomicMoveNotSupportedException(
                                    from.toString(), to.toString(), "Invalid cross-device link");
                        }
                        super.rename(from, to);
                    }

                    private Path topFolder(Path file) {
                        return library.root().relativize(file).getName(0);
                    }
                };
        new WriteSidecarHandler(
                        rows, library, OriginalsOn.volume(library.root(), disk, jdbc), _ -> {})
                .run(new WriteSidecar(id));
        assertThat(read(library.resolve(column(id, "original_path") + ".xmp")).path("Rating"))
                .hasToString("3");
    }

    /** I2 */
    @Test
    void aMissingDiskIsNoFailure() throws Exception {
        var id = edited(Map.of(), "{rating}");
        var marker = library.root().resolve(Library.MARKER);
        var aside = Files.move(marker, library.root().resolve("marker-aside"));
        try {
            assertThatThrownBy(library::requireStillPresent).isNotNull();
            assertThatThrownBy(() -> handler.run(new WriteSidecar(id))).isInstanceOf(NotNow.class);
        } finally {
            Files.move(aside, marker);
            library.requireStillPresent();
        }
    }

    /** Thrown by a disk at one of its steps, as if the server ended there. */
    private static final class PowerCut extends Error {}

    /** A disk that goes off before its n-th step. */
    private static final class DyingVolume extends ForwardingVolume {

        private int left;

        DyingVolume(Volume disk, int steps) {
            super(disk);
            left = steps;
        }

        private void step() {
            if (left-- == 0) {
                throw new PowerCut();
            }
        }

        @Override
        public Sink create(Path file) throws IOException {
            step();
            return new ForwardingSink(super.create(file)) {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    step();
                    super.write(bytes);
                }

                @Override
                public void sync() throws IOException {
                    step();
                    super.sync();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            super.rename(from, to);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            step();
            super.syncDirectory(directory);
        }
    }

    @Test
    void aPowerCutAtAnyPointLeavesTheOldOrTheNewSidecar(@TempDir Path folder) throws Exception {
        var path = "upload/%s/photo.xmp".formatted(UUID.randomUUID());
        var before = FOREIGN.getBytes();
        var old = 0;
        var steps = 0;
        for (var isDone = false; !isDone; steps++) {
            var root = Files.createDirectory(folder.resolve("disk" + steps));
            OriginalsOn.mark(root, library);
            var sidecar = root.resolve(path);
            Files.createDirectories(sidecar.getParent());
            Files.write(sidecar, before);
            var disk = new DroppingVolume(root);
            var volume = new DyingVolume(disk, steps);
            var machine =
                    new WriteSidecarHandler(
                            rows,
                            OriginalsOn.library(root, volume, jdbc),
                            OriginalsOn.volume(root, volume, jdbc),
                            _ -> {});
            var id = edited(Map.of("sidecar_path", path), "{rating}");
            try {
                machine.run(new WriteSidecar(id));
                isDone = true;
            } catch (PowerCut e) {
                assertThat(status(id)).containsEntry("sidecar_at", null);
            }
            disk.cutPower();
            if (Arrays.equals(Files.readAllBytes(sidecar), before)) {
                old++;
                assertThat(isDone).isFalse();
            } else {
                assertThat(read(sidecar).path("Rating").asInt()).isEqualTo(3);
            }
        }
        assertThat(steps).isGreaterThan(4);
        assertThat(old).isPositive();
    }
}
