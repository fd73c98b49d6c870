package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;

/** Text stands where it is on the picture that is shown, and in the order in which one reads. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class OcrTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    private Wire wire;
    private Caller ana;
    private UUID photo;

    @BeforeEach
    void aPhoto() {
        wire = new Wire(http, users);
        ana = users.user();
        photo = given.asset(ana, Map.of("width", "1000", "height", "500"));
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, exif_image_width, exif_image_height)
                        values (?, 1000, 500)
                        """)
                .param(photo)
                .update();
    }

    @Test
    void linesAreReadFromTheTopAndEachFromTheLeft() {
        text("four", 0.1, 0.50, 0.2, 0.60);
        text("two", 0.5, 0.11, 0.7, 0.19);
        // A little higher than its neighbour to the left, as on a picture that hangs askew.
        text("three", 0.8, 0.09, 0.9, 0.17);
        text("one", 0.1, 0.10, 0.3, 0.20);
        text("five", 0.6, 0.49, 0.9, 0.59);
        assertThat(texts()).containsExactly("one", "two", "three", "four", "five");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"action":"rotate","parameters":{"angle":90}}  | 0.6 0.1 0.8 0.1 0.8 0.3 0.6 0.3
                    {"action":"rotate","parameters":{"angle":180}} | 0.7 0.6 0.9 0.6 0.9 0.8 0.7 0.8
                    {"action":"rotate","parameters":{"angle":270}} | 0.2 0.7 0.4 0.7 0.4 0.9 0.2 0.9
                    {"action":"mirror","parameters":{"axis":"horizontal"}} | 0.7 0.2 0.9 0.2 0.9 0.4 0.7 0.4
                    {"action":"mirror","parameters":{"axis":"vertical"}} | 0.1 0.6 0.3 0.6 0.3 0.8 0.1 0.8
                    {"action":"crop","parameters":{"x":0,"y":50,"width":500,"height":250}} | 0.2 0.2 0.6 0.2 0.6 0.6 0.2 0.6
                    {"action":"crop","parameters":{"x":0,"y":50,"width":500,"height":250}},{"action":"rotate","parameters":{"angle":90}} | 0.4 0.2 0.8 0.2 0.8 0.6 0.4 0.6
                    """)
    void placesMoveAsThePictureIsEdited(String edits, String corners) {
        text("sign", 0.1, 0.2, 0.3, 0.4);
        wire.put(
                ana,
                "/api/assets/%s/edits".formatted(photo),
                "{\"edits\": [%s]}".formatted(edits),
                200);
        var found = ocr().get(0);
        var expected = corners.split(" ");
        for (int corner = 0; corner < 4; corner++) {
            assertThat(found.get("x" + (corner + 1)).asDouble())
                    .isCloseTo(Double.parseDouble(expected[2 * corner]), within());
            assertThat(found.get("y" + (corner + 1)).asDouble())
                    .isCloseTo(Double.parseDouble(expected[2 * corner + 1]), within());
        }
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.api.Assertions.within(1e-6);
    }

    @Test
    void whatIsCutAwayIsShownAgainWhenTheCropIsTakenBack() {
        text("left", 0.1, 0.2, 0.3, 0.4);
        text("right", 0.6, 0.2, 0.8, 0.4);
        text("half", 0.3, 0.6, 0.6, 0.7);
        wire.put(
                ana,
                "/api/assets/%s/edits".formatted(photo),
                """
                {"edits": [{"action": "crop", "parameters":
                    {"x": 0, "y": 0, "width": 500, "height": 500}}]}
                """,
                200);
        assertThat(texts()).containsExactly("left", "half");
        // Of the half that is left the box ends where the picture does.
        assertThat(ocr().get(1).get("x2").asDouble()).isEqualTo(1);
        assertThat(visible()).containsExactlyInAnyOrder("left", "half");
        wire.delete(ana, "/api/assets/%s/edits".formatted(photo), 204);
        assertThat(texts()).containsExactly("left", "right", "half");
        assertThat(visible()).hasSize(3);
    }

    private void text(String text, double left, double top, double right, double bottom) {
        jdbc.sql(
                        """
                        insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                            text_score, text)
                        values (:id, :l, :t, :r, :t, :r, :b, :l, :b, 0.9, 0.8, :text)
                        """)
                .param("id", photo)
                .param("l", left)
                .param("t", top)
                .param("r", right)
                .param("b", bottom)
                .param("text", text)
                .update();
    }

    private JsonNode ocr() {
        return wire.get(ana, "/api/assets/%s/ocr".formatted(photo));
    }

    private List<String> texts() {
        var texts = new ArrayList<String>();
        ocr().forEach(line -> texts.add(line.get("text").asString()));
        return texts;
    }

    /** As phones are told. */
    private List<String> visible() {
        return jdbc.sql("select text from ocr where asset_id = ? and is_visible")
                .param(photo)
                .query(String.class)
                .list();
    }
}
