package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Faces that another program has named in a photo or its sidecar. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class NamedFacesTests {

    private static final String REGION =
            "{Area={X=%s,Y=%s,W=%s,H=%s,Unit=normalized},Name=%s,Type=%s}";

    @Autowired ApplicationContext server;
    @Autowired ConfigFixtures config;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;
    @TempDir Path folder;
    MetadataFixtures given;

    record Row(String name, int x1, int y1, int x2, int y2, int imageWidth, int imageHeight) {}

    @BeforeEach
    void wanted() {
        given = new MetadataFixtures(server);
        config.set("/metadata/faces/import", "true");
    }

    @AfterEach
    void usual() {
        config.reset();
    }

    @Test
    void becomePeopleOfTheirNames() throws Exception {
        var photo =
                tagged(
                        folder,
                        "polemonium_reptans.jpg",
                        regions(
                                REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"),
                                REGION.formatted(0.75, 0.5, 0.125, 0.25, "Irene", "Face"),
                                REGION.formatted(0.5, 0.5, 0.125, 0.25, "Rex", "Pet")));
        var id = given.upload(photo, Map.of());
        given.run(id);
        given.run(id); // twice is once
        assertThat(faces(id))
                .containsExactly(
                        new Row("Marie", 96, 144, 160, 240, 512, 384),
                        new Row("Irene", 352, 144, 416, 240, 512, 384));
        assertThat(people(id)).containsExactly("Irene", "Marie");
    }

    @Test
    void areNobodyWhereAdministratorsWantNone() throws Exception {
        config.set("/metadata/faces/import", "false");
        var id =
                given.upload(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                regions(REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"))),
                        Map.of());
        given.run(id);
        assertThat(faces(id)).isEmpty();
    }

    /** A region lies on the picture as stored; a face on the picture as shown. */
    @ParameterizedTest
    @CsvSource({
        "1, 96, 144, 160, 240",
        "2, 352, 144, 416, 240",
        "3, 352, 144, 416, 240",
        "4, 96, 144, 160, 240",
        "5, 144, 96, 240, 160",
        "6, 144, 96, 240, 160",
        "7, 144, 352, 240, 416",
        "8, 144, 352, 240, 416"
    })
    void standUprightWithTheirPhoto(int orientation, int x1, int y1, int x2, int y2)
            throws Exception {
        var id =
                given.upload(
                        tagged(
                                folder,
                                "polemonium_reptans.jpg",
                                "-n",
                                "-Orientation=" + orientation,
                                regions(REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"))),
                        Map.of());
        given.run(id);
        var isTurned = orientation >= 5;
        assertThat(faces(id))
                .containsExactly(
                        new Row(
                                "Marie",
                                x1,
                                y1,
                                x2,
                                y2,
                                isTurned ? 384 : 512,
                                isTurned ? 512 : 384));
    }

    @Test
    void areReadFromASidecarAndByExiftool() throws Exception {
        var sidecar = given.sidecar();
        Tool.run(
                "exiftool",
                "-q",
                regions(REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face")),
                sidecar.toString());
        var id =
                given.upload(
                        Tool.sample("polemonium_reptans.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        given.run(id);
        assertThat(faces(id)).extracting(Row::name).containsExactly("Marie");

        var tiff = folder.resolve("photo.tiff");
        Tool.run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                Tool.sample("polemonium_reptans.jpg").toString(),
                tiff.toString());
        Tool.tag(
                tiff,
                regions(
                        REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"),
                        REGION.formatted(0.75, 0.5, 0.125, 0.25, "Irene", "Face")));
        var other = given.upload(tiff, Map.of());
        given.run(other);
        assertThat(faces(other))
                .containsExactly(
                        new Row("Marie", 96, 144, 160, 240, 512, 384),
                        new Row("Irene", 352, 144, 416, 240, 512, 384));
    }

    @Test
    void nameTheFaceThatIsThereAlreadyAndLeaveThoseThatSomebodyRemovedOrNamed() throws Exception {
        var photo =
                tagged(
                        folder,
                        "polemonium_reptans.jpg",
                        regions(
                                REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"),
                                REGION.formatted(0.5, 0.5, 0.125, 0.25, "Eve", "Face"),
                                REGION.formatted(0.75, 0.5, 0.125, 0.25, "Irene", "Face")));
        var id = given.upload(photo, Map.of());
        face(id, 98, null, null);
        face(id, 224, null, "2024-01-01");
        var known =
                jdbc.sql(
                                """
                                insert into person (owner_id, name)
                                select owner_id, 'Ève' from asset where id = ? returning id
                                """)
                        .param(id)
                        .query(UUID.class)
                        .single();
        face(id, 352, known, null);
        given.run(id);
        assertThat(faces(id)).extracting(Row::name).containsExactly("Marie", "Ève");
        assertThat(faces(id)).extracting(Row::x1).containsExactly(98, 352);
        assertThat(people(id)).containsExactlyInAnyOrder("Marie", "Ève");
    }

    @Test
    void goWhenTheFileNamesThemNoMoreAndAreOnePersonInWhateverCase() throws Exception {
        var sidecar = given.sidecar();
        Tool.run(
                "exiftool",
                "-q",
                regions(
                        REGION.formatted(0.25, 0.5, 0.125, 0.25, "Marie", "Face"),
                        REGION.formatted(0.75, 0.5, 0.125, 0.25, "MARIE", "Face")),
                sidecar.toString());
        var id =
                given.upload(
                        Tool.sample("polemonium_reptans.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        given.run(id);
        assertThat(faces(id)).hasSize(2);
        assertThat(people(id)).containsExactly("Marie");
        Tool.run("exiftool", "-q", "-overwrite_original", "-RegionInfo=", sidecar.toString());
        given.run(id);
        assertThat(faces(id)).isEmpty();
        assertThat(people(id)).containsExactly("Marie"); // who has a name stays known
    }

    @Test
    void areWhoTheFileSaysNowUnlessSomebodyHasSaidWhoTheyAre() throws Exception {
        var sidecar = given.sidecar();
        var left = REGION.formatted(0.25, 0.5, 0.125, 0.25, "%s", "Face");
        var right = REGION.formatted(0.75, 0.5, 0.125, 0.25, "%s", "Face");
        write(sidecar, left.formatted("Mary"), right.formatted("Irena"));
        var id =
                given.upload(
                        Tool.sample("polemonium_reptans.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        given.run(id);
        var marie = featured("Mary", id);
        // The name of a person is theirs, whatever files say.
        jdbc.sql("update person set name = 'Marie Curie' where id = ?").param(marie).update();
        given.run(id);
        assertThat(faces(id)).extracting(Row::name).containsExactly("Marie Curie", "Irena");

        jdbc.sql(
                        """
                        update asset_face set is_confirmed = true
                        where asset_id = ? and bounding_box_x1 > 256
                        """)
                .param(id)
                .update();
        write(sidecar, left.formatted("Marya"), right.formatted("Irene"));
        given.run(id);
        assertThat(faces(id)).extracting(Row::name).containsExactly("Marya", "Irena");
        assertThat(people(id)).containsExactly("Irena", "Marie Curie", "Marya");
        // Her face stands for nobody else.
        assertThat(featured("Marya", id)).isNotNull();
        assertThat(
                        jdbc.sql(
                                        "select count(*) from person where id = ? and face_asset_id is null")
                                .param(marie)
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void stayTwoThoughTheyAreNearlyAtOnePlace() throws Exception {
        var sidecar = given.sidecar();
        write(
                sidecar,
                REGION.formatted(0.25, 0.5, 0.25, 0.25, "Marie", "Face"),
                REGION.formatted(0.27, 0.5, 0.25, 0.25, "Irene", "Face"));
        var id =
                given.upload(
                        Tool.sample("polemonium_reptans.jpg"),
                        Map.of("sidecar_path", library.relative(sidecar)));
        given.run(id);
        var before = faces(id);
        assertThat(before).extracting(Row::name).containsExactly("Marie", "Irene");
        given.run(id);
        assertThat(faces(id)).isEqualTo(before);
    }

    private static void write(Path sidecar, String... regions) throws Exception {
        Tool.run("exiftool", "-q", "-overwrite_original", regions(regions), sidecar.toString());
    }

    private UUID featured(String name, UUID asset) {
        return jdbc.sql(
                        """
                        select p.id from person p join asset_face f on f.id = p.face_asset_id
                        where p.name = ? and f.asset_id = ?
                        """)
                .params(name, asset)
                .query(UUID.class)
                .single();
    }

    private static String regions(String... regions) {
        return "-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=512,H=384,Unit=pixel},RegionList=[%s]}"
                .formatted(String.join(",", regions));
    }

    private void face(
            UUID asset,
            int x1,
            @org.jspecify.annotations.Nullable UUID person,
            @org.jspecify.annotations.Nullable String deletedAt) {
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, deleted_at, image_width,
                            image_height, bounding_box_x1, bounding_box_y1, bounding_box_x2,
                            bounding_box_y2)
                        values (:asset, :person::uuid, :deletedAt::timestamptz, 512, 384, :x1, 144,
                            :x1 + 64, 240)
                        """)
                .param("asset", asset)
                .param("person", person)
                .param("deletedAt", deletedAt)
                .param("x1", x1)
                .update();
    }

    private List<Row> faces(UUID asset) {
        return jdbc.sql(
                        """
                        select p.name, bounding_box_x1 as x1, bounding_box_y1 as y1,
                            bounding_box_x2 as x2, bounding_box_y2 as y2, image_width, image_height
                        from asset_face f join person p on p.id = f.person_id
                        where asset_id = ? and deleted_at is null order by bounding_box_x1, p.name
                        """)
                .param(asset)
                .query(Row.class)
                .list();
    }

    private List<String> people(UUID asset) {
        return jdbc.sql(
                        """
                        select name from person
                        where owner_id = (select owner_id from asset where id = ?) order by name
                        """)
                .param(asset)
                .query(String.class)
                .list();
    }
}
