package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.EditsChanged;
import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.HeldTransaction;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@ServerTest
@RecordApplicationEvents
@SuppressWarnings("NullAway.Init") // set before each test
class EditControllerTests {

    private static final String CROP =
            "{'action': 'crop', 'parameters': {'x': 10, 'y': 20, 'width': 30, 'height': 40}}";
    private static final String ROTATE = "{'action': 'rotate', 'parameters': {'angle': 90}}";
    private static final String MIRROR =
            "{'action': 'mirror', 'parameters': {'axis': 'horizontal'}}";

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired ApplicationEvents events;
    Caller ana;
    UUID photo;

    @BeforeEach
    void aPhoto() {
        ana = users.user();
        photo = photo(Map.of());
    }

    @Test
    void editsAreKeptInTheirOrderUntilTheyAreReplacedOrTakenAway() {
        var answer = edit(CROP, ROTATE, MIRROR);
        assertThat(answer).hasStatusOk();
        assertThat(answer)
                .bodyJson()
                .isLenientlyEqualTo(
                        json(
                                "{'assetId': '%s', 'edits': [%s, %s, %s]}"
                                        .formatted(photo, CROP, ROTATE, MIRROR)));
        assertThat(send(HttpMethod.GET, ""))
                .bodyJson()
                .extractingPath("edits[2].parameters.axis")
                .isEqualTo("horizontal");
        assertThat(events.stream(EditsChanged.class)).containsExactly(new EditsChanged(photo));
        assertThat(isEdited()).isTrue();

        assertThat(edit(ROTATE)).bodyJson().extractingPath("$.edits.length()").isEqualTo(1);
        assertThat(send(HttpMethod.DELETE, "")).hasStatus(204);
        assertThat(isEdited()).isFalse();
        assertThat(send(HttpMethod.GET, "")).bodyJson().extractingPath("edits").asArray().isEmpty();
        assertThat(events.stream(EditsChanged.class)).hasSize(3);
        assertThat(send(HttpMethod.DELETE, "")).hasStatus(204);
        assertThat(events.stream(EditsChanged.class)).hasSize(3);
    }

    /** All wait for the same row, and any of them may come first. */
    @Test
    void aDeletionForGoodWinsOverAnEditAndARestore() throws Exception {
        try (var held = new HeldTransaction(database);
                var threads = Executors.newFixedThreadPool(3)) {
            held.jdbc()
                    .sql("select id from asset where id = ? for update")
                    .param(photo)
                    .query()
                    .singleRow();
            var ids = "{'ids': ['%s']}".formatted(photo);
            var edited = threads.submit(() -> edit(ROTATE));
            held.awaitWaiter();
            var restored =
                    threads.submit(() -> call(HttpMethod.POST, "/api/trash/restore/assets", ids));
            var deleted =
                    threads.submit(
                            () ->
                                    call(
                                            HttpMethod.DELETE,
                                            "/api/assets",
                                            ids.replace("}", ", 'force': true}")));
            held.commit();
            assertThat(deleted.get()).hasStatus(204);
            assertThat(edited.get().getResponse().getStatus()).isIn(200, 400);
            assertThat(restored.get().getResponse().getStatus()).isIn(200, 400);
        }
        assertThat(users.assetsOf(ana)).isEmpty();
        assertThat(
                        jdbc.sql("select count(*) from asset_edit where asset_id = ?")
                                .param(photo)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    /** An edited asset says the size that its edits leave; a crop is one of the original. */
    @Test
    void aNewCropOfAnEditedPhotoIsOneOfTheOriginal() {
        edit(ROTATE);
        jdbc.sql("update asset set width = 200, height = 300 where id = ?").param(photo).update();
        assertThat(edit(CROP.replace("'x': 10", "'x': 270"))).hasStatusOk();
        assertThat(edit(CROP.replace("'x': 10", "'x': 271"))).hasStatus(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'action': 'rotate', 'parameters': {'angle': 45}} | angle must be one of 0, 90, 180, 270",
                "{'action': 'rotate', 'parameters': {'angle': 90.5}} | angle must be a whole number",
                "{'action': 'rotate', 'parameters': {}} | angle must be a whole number",
                "{'action': 'mirror', 'parameters': {'axis': 'up'}} | axis must be one of horizontal, vertical",
                "{'action': 'crop', 'parameters': {'x': -1, 'y': 0, 'width': 1, 'height': 1}} | A crop must lie within the picture",
                "{'action': 'crop', 'parameters': {'x': 0, 'y': 0, 'width': 0, 'height': 1}} | A crop must lie within the picture",
                "{'action': 'crop', 'parameters': {'x': 0, 'y': 0, 'width': 301, 'height': 1}} | Crop parameters are out of bounds",
                "{'action': 'crop', 'parameters': {'x': 9007199254740991, 'y': 0, 'width': 9007199254740991, 'height': 1}} | Crop parameters are out of bounds",
                ROTATE + ", " + ROTATE + " | Duplicate edit actions are not allowed",
                ROTATE + ", " + CROP + " | Crop action must be the first edit action",
                "{'action': 'blur', 'parameters': {}} | Validation failed",
                "{'action': 'rotate'} | Validation failed",
                " | Validation failed"
            })
    void whatMakesNoSenseChangesNothing(String edits, String reason) {
        edit(MIRROR);
        assertThat(edit(edits == null ? "" : edits))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo(reason);
        assertThat(send(HttpMethod.GET, ""))
                .bodyJson()
                .extractingPath("edits[0].action")
                .isEqualTo("mirror");
    }

    @ParameterizedTest
    @CsvSource({
        "type, VIDEO, Only images can be edited",
        "original_file_name, a.GIF, Editing GIF images is not supported",
        "original_file_name, a.svg, Editing SVG images is not supported"
    })
    void someCannotBeEdited(String column, String value, String reason) {
        photo = photo(Map.of(column, value));
        assertThat(edit(ROTATE))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo(reason);
    }

    @Test
    void aLivePhotoCannotBeEdited() {
        var film = given.asset(ana, Map.of("type", "VIDEO"));
        photo = photo(Map.of("live_photo_video_id", film.toString()));
        assertThat(edit(ROTATE))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Editing live photos is not supported");
    }

    @Test
    void aPartnerNeitherEditsNorUndoes() {
        edit(ROTATE);
        var owner = ana;
        ana = users.user();
        users.partner(owner, ana);
        assertThat(edit(MIRROR)).hasStatus(400);
        assertThat(send(HttpMethod.DELETE, "")).hasStatus(400);
        assertThat(isEdited()).isTrue();
    }

    private UUID photo(Map<String, String> columns) {
        var all = new TreeMap<>(Map.of("width", "300", "height", "200"));
        all.putAll(columns);
        var id = given.asset(ana, all);
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, exif_image_width, exif_image_height,
                            orientation)
                        values (?, 200, 300, '6')
                        """)
                .param(id)
                .update();
        return id;
    }

    private boolean isEdited() {
        return jdbc.sql("select is_edited from asset where id = ?")
                .param(photo)
                .query(Boolean.class)
                .single();
    }

    private MvcTestResult edit(String... edits) {
        return send(HttpMethod.PUT, "{'edits': [%s]}".formatted(String.join(", ", List.of(edits))));
    }

    private MvcTestResult send(HttpMethod method, String body) {
        return call(method, "/api/assets/" + photo + "/edits", body);
    }

    private MvcTestResult call(HttpMethod method, String path, String body) {
        return http.method(method)
                .uri(path)
                .header("Authorization", users.bearer(ana))
                .contentType(MediaType.APPLICATION_JSON)
                .content(json(body))
                .exchange();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
