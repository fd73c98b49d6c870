package app.keepsake.worker.portrait;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.CutPortraits;
import app.keepsake.worker.library.Library;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.awt.Color;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

@WorkerTest
@SuppressWarnings("NullAway.Init") // set before each test
class CutPortraitsTests {

    @Autowired WorkerFixtures given;
    @Autowired CutPortraitsHandler handler;
    @Autowired Library library;
    @TempDir Path folder;

    @Test
    void cutsASquareAroundAFace() throws Exception {
        var asset = given.assetWithPreview("red-left.png"); // red on the left, blue on the right
        var whole = ImageIO.read(WorkerFixtures.golden("red-left.png").toFile());
        int width = whole.getWidth();
        var left = person(asset, whole, width / 8, width / 4);
        var right = person(asset, whole, width * 3 / 4, width * 7 / 8);
        handler.run(new CutPortraits(asset));
        assertThat(colour(left)).isEqualTo(hue(whole, width / 8));
        assertThat(colour(right)).isEqualTo(hue(whole, width * 7 / 8));
        assertThat(colour(left)).isNotEqualTo(colour(right));
        assertThat(portrait(left).getWidth()).isEqualTo(250);
        assertThat(portrait(left).getHeight()).isEqualTo(250);
        assertThat(given.isDone(asset, "portraits_at")).isTrue();
    }

    @Test
    void leavesAnEarlierPortraitToThoseWhoRemoveFiles() throws Exception {
        var asset = given.assetWithPreview("red-left.png");
        var whole = ImageIO.read(WorkerFixtures.golden("red-left.png").toFile());
        var person = person(asset, whole, 10, 40);
        handler.run(new CutPortraits(asset));
        var before = path(person);
        handler.run(new CutPortraits(asset));
        assertThat(path(person)).isNotEqualTo(before);
        assertThat(
                        given.server()
                                .sql("select exists (select from discarded_file where path = ?)")
                                .param(before)
                                .query(Boolean.class)
                                .single())
                .isTrue();
    }

    @Test
    void cutsNobodyWhoseFeatureFaceIsElsewhere() throws Exception {
        var asset = given.assetWithPreview("red-left.png");
        var whole = ImageIO.read(WorkerFixtures.golden("red-left.png").toFile());
        var person = person(asset, whole, 10, 40);
        given.server()
                .sql("update person set face_asset_id = null where id = ?")
                .param(person)
                .update();
        handler.run(new CutPortraits(asset));
        assertThat(path(person)).isEmpty();
        assertThat(given.isDone(asset, "portraits_at")).isTrue();
    }

    @Test
    void endsQuietlyWhenTheAssetHasVanished() throws Exception {
        handler.run(new CutPortraits(UUID.randomUUID()));
    }

    /** Stripes that are fine enough to run into grey on the preview. */
    @ParameterizedTest
    @CsvSource({
        "'', true",
        "is_edited = true, false",
        "is_external = true, false",
        "'width = 1600, height = 1400', false", // of another original
        "'original_path = ''upload/none''', false"
    })
    void aFaceThatIsSmallInThePreviewIsCutFromTheOriginal(String otherwise, boolean isSharp)
            throws Exception {
        var original = new BufferedImage(1600, 1200, BufferedImage.TYPE_INT_RGB);
        var canvas = original.createGraphics();
        canvas.setColor(Color.WHITE);
        for (int x = 1200; x < 1400; x += 4) {
            canvas.fillRect(x, 0, 2, 1200);
        }
        var preview = new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB);
        preview.createGraphics()
                .drawImage(
                        original.getScaledInstance(400, 300, Image.SCALE_AREA_AVERAGING),
                        0,
                        0,
                        null);
        var asset = given.asset();
        given.showing(asset, png(preview));
        var place = library.resolve("upload/" + asset);
        Files.createDirectories(place.getParent());
        Files.copy(png(original), place);
        given.server()
                .sql("update asset set width = 1600, height = 1200 where id = ?")
                .param(asset)
                .update();
        if (!otherwise.isEmpty()) {
            given.server()
                    .sql("update asset set %s where id = ?".formatted(otherwise))
                    .param(asset)
                    .update();
        }
        var person = person(asset, preview, 310, 340); // at half of the height
        given.server()
                .sql(
                        """
                        update asset_face set bounding_box_y1 = 160, bounding_box_y2 = 220
                        where asset_id = ?
                        """)
                .param(asset)
                .update();
        handler.run(new CutPortraits(asset));
        assertThat(portrait(person).getWidth()).isEqualTo(250);
        assertThat(contrast(portrait(person)) > 150).isEqualTo(isSharp);
    }

    private Path png(BufferedImage picture) throws IOException {
        var file = Files.createTempFile(folder, "picture", ".png");
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }

    /** Between the lightest and the darkest of the middle row. */
    private static int contrast(BufferedImage image) {
        var row =
                IntStream.range(0, image.getWidth())
                        .map(x -> new Color(image.getRGB(x, image.getHeight() / 2)).getGreen())
                        .summaryStatistics();
        return row.getMax() - row.getMin();
    }

    /** The square keeps the face's middle, a tenth of room, and the picture's edges. */
    @ParameterizedTest
    @CsvSource({
        "400, 400, 500, 480, 395, 385, 110", // free on all sides
        "0, 0, 100, 100, 0, 0, 100", // no room at the corner
        "-50, 100, 50, 200, 0, 122, 55", // half outside: what there is of it
        "950, 100, 1050, 200, 945, 122, 55",
        "0, 0, 1000, 1000, 0, 0, 1000"
    })
    void staysWithinThePicture(double x1, double y1, double x2, double y2, int x, int y, int side) {
        assertThat(Square.around(x1, y1, x2, y2, 1000, 1000)).isEqualTo(new Square(x, y, side));
    }

    private UUID person(UUID asset, BufferedImage whole, int x1, int x2) {
        var owner =
                given.server()
                        .sql("select owner_id from asset where id = ?")
                        .param(asset)
                        .query(UUID.class)
                        .single();
        return given.server()
                .sql(
                        """
                        with someone as (insert into person (owner_id) values (:owner)
                                returning id),
                        face as (insert into asset_face (asset_id, image_width, image_height,
                                bounding_box_x1, bounding_box_y1, bounding_box_x2,
                                bounding_box_y2)
                            values (:asset, :width * 2, :height * 2, :x1 * 2, :height,
                                :x2 * 2, :height + (:x2 - :x1)) returning id)
                        select someone.id as person, face.id as face from someone, face
                        """)
                .param("owner", owner)
                .param("asset", asset)
                .param("width", whole.getWidth())
                .param("height", whole.getHeight())
                .param("x1", x1)
                .param("x2", x2)
                .query(
                        (row, _) -> {
                            var person = row.getObject("person", UUID.class);
                            var face = row.getObject("face", UUID.class);
                            given.server()
                                    .sql(
                                            """
                                            update asset_face set person_id = :person
                                            where id = :face
                                            """)
                                    .param("person", person)
                                    .param("face", face)
                                    .update();
                            given.server()
                                    .sql(
                                            """
                                            update person set face_asset_id = :face
                                            where id = :person
                                            """)
                                    .param("person", person)
                                    .param("face", face)
                                    .update();
                            return person;
                        })
                .single();
    }

    private String path(UUID person) {
        return given.server()
                .sql("select thumbnail_path from person where id = ?")
                .param(person)
                .query(String.class)
                .single();
    }

    private BufferedImage portrait(UUID person) throws IOException {
        try (var file = Files.newInputStream(library.resolve(path(person)))) {
            return ImageIO.read(file);
        }
    }

    private String colour(UUID person) throws IOException {
        return hue(portrait(person), 125);
    }

    /** Which of red, green and blue is most in the middle row. */
    private static String hue(BufferedImage image, int x) {
        var colour = new Color(image.getRGB(x, image.getHeight() / 2));
        int most = Math.max(colour.getRed(), Math.max(colour.getGreen(), colour.getBlue()));
        return most == colour.getRed() ? "red" : most == colour.getBlue() ? "blue" : "green";
    }
}
