package app.keepsake.immich.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.Embedding;
import app.keepsake.jobs.TestTextWorker;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@ServerTest
class SearchControllerTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    Caller ana;
    String bearer;

    @BeforeEach
    void setUp() {
        ana = users.user();
        bearer = users.bearer(ana);
    }

    private MvcTestResult post(String kind, String body) {
        return http.post()
                .uri("/api/search/" + kind)
                .header("Authorization", bearer)
                .contentType("application/json")
                .content(body)
                .exchange();
    }

    private JsonNode assets(String kind, String body) {
        var answer = post(kind, body);
        assertThat(answer).hasStatusOk();
        return new ObjectMapper()
                .readTree(answer.getResponse().getContentAsByteArray())
                .get("assets");
    }

    private static List<UUID> ids(JsonNode assets) {
        return StreamSupport.stream(assets.get("items").spliterator(), false)
                .map(item -> UUID.fromString(item.get("id").asString()))
                .toList();
    }

    private List<UUID> find(String body) {
        return ids(assets("metadata", body));
    }

    private void exif(UUID id, String columns, Object... values) {
        jdbc.sql(
                        "insert into asset_exif (asset_id, %s) values ('%s', %s)"
                                .formatted(
                                        columns,
                                        id,
                                        String.join(
                                                ", ",
                                                java.util.Collections.nCopies(values.length, "?"))))
                .params(values)
                .update();
    }

    @Test
    void pagesFollowEachOtherNewestFirstUntilThereIsNone() {
        var old = given.asset(ana, Map.of("file_created_at", "2001-01-01T00:00:00Z"));
        var middle = given.asset(ana, Map.of("file_created_at", "2002-01-01T00:00:00Z"));
        var newest = given.asset(ana, Map.of("file_created_at", "2003-01-01T00:00:00Z"));
        given.asset(users.user(), Map.of());

        var first = assets("metadata", "{\"size\": 2, \"page\": 1}");
        assertThat(ids(first)).containsExactly(newest, middle);
        assertThat(first.get("nextPage").asString()).isEqualTo("2");
        assertThat(first.get("count").asInt()).isEqualTo(2);
        var second = assets("metadata", "{\"size\": 2, \"page\": 2}");
        assertThat(ids(second)).containsExactly(old);
        assertThat(second.get("nextPage").isNull()).isTrue();
        assertThat(find("{\"order\": \"asc\"}")).containsExactly(old, middle, newest);
        assertThat(find("{\"orderBy\": {\"field\": \"localDateTime\", \"direction\": \"desc\"}}"))
                .hasSize(3);
    }

    @Test
    void whatImmichGoSendsIsAnswered() {
        var shown = given.asset(ana, Map.of());
        exif(shown, "file_size_in_byte, make", 1000, "Canon");
        var trashed =
                given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        var all =
                assets(
                        "metadata",
                        "{\"page\":1,\"size\":1000,\"withExif\":true,\"withDeleted\":true,\"isVisible\":true}");
        assertThat(ids(all)).containsExactlyInAnyOrder(shown, trashed);
        var item =
                StreamSupport.stream(all.get("items").spliterator(), false)
                        .filter(i -> i.get("id").asString().equals(shown.toString()))
                        .findFirst()
                        .orElseThrow();
        assertThat(item.get("exifInfo").get("fileSizeInByte").asLong()).isEqualTo(1000);
        assertThat(find("{}")).containsExactly(shown);
        assertThat(assets("metadata", "{}").get("items").get(0).has("exifInfo")).isFalse();
    }

    @Test
    void lockedAssetsAreNotFound() {
        given.asset(ana, Map.of("visibility", "locked"));
        assertThat(find("{\"withDeleted\": true}")).isEmpty();
        var refused = post("metadata", "{\"visibility\": \"locked\"}");
        assertThat(refused).hasStatus(401);
        assertThat(refused)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Elevated permission is required");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "type": "VIDEO"
                    "isFavorite": true
                    "isOffline": true
                    "isMotion": true
                    "isEncoded": true
                    "visibility": "archive"
                    "takenAfter": "2024-05-07T00:00:00.000Z"
                    "takenBefore": "2024-05-05T00:00:00+02:00"
                    "createdAfter": "2030-01-01T00:00:00.000Z"
                    "createdBefore": "1990-01-01T00:00:00.000Z"
                    "updatedAfter": "2030-01-01T00:00:00.000Z"
                    "updatedBefore": "1990-01-01T00:00:00.000Z"
                    "trashedAfter": "2020-01-01T00:00:00.000Z"
                    "trashedBefore": "2020-01-01T00:00:00.000Z"
                    "city": "Wien"
                    "state": "Wien"
                    "country": "Austria"
                    "make": "Canon"
                    "model": "EOS R5"
                    "lensModel": "EF 50mm"
                    "rating": 4
                    "libraryId": "7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"
                    "originalFileName": "img_0"
                    "originalPath": "SPECIAL"
                    "description": "the SEA"
                    "ocr": "exit 12"
                    "encodedVideoPath": "x"
                    "previewPath": "x"
                    "thumbnailPath": "x"
                    "checksum": "AQIDBAUGBwgJCgsMDQ4PEBESExQ="
                    "checksum": "0102030405060708090a0b0c0d0e0f1011121314"
                    """)
    void eachFieldFindsWhatItNamesAndNothingElse(String field) {
        given.asset(ana, Map.of());
        var video = given.asset(users.user(), Map.of());
        var wanted =
                switch (field.substring(1, field.indexOf('"', 1))) {
                    case "type" -> given.asset(ana, Map.of("type", "VIDEO"));
                    case "isFavorite" -> given.asset(ana, Map.of("is_favorite", "true"));
                    case "isOffline" -> given.asset(ana, Map.of("is_offline", "true"));
                    case "isMotion" ->
                            given.asset(ana, Map.of("live_photo_video_id", video.toString()));
                    case "ocr" -> {
                        var id = given.asset(ana, Map.of());
                        jdbc.sql(
                                        """
                                        insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4,
                                            box_score, text_score, text, words)
                                        values (:id, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 'Gate 12',
                                                'gate 12'),
                                            (:id, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 'EXIT', 'exit')
                                        """)
                                .param("id", id)
                                .update();
                        yield id;
                    }
                    case "isEncoded", "encodedVideoPath" -> withFile("encoded_video");
                    case "previewPath" -> withFile("preview");
                    case "thumbnailPath" -> withFile("thumbnail");
                    case "visibility" -> given.asset(ana, Map.of("visibility", "archive"));
                    case "takenAfter" ->
                            given.asset(ana, Map.of("file_created_at", "2024-05-08T00:00:00Z"));
                    case "takenBefore" ->
                            given.asset(ana, Map.of("file_created_at", "2024-05-04T21:59:00Z"));
                    case "createdAfter" ->
                            given.asset(ana, Map.of("created_at", "2031-01-01T00:00:00Z"));
                    case "createdBefore" ->
                            given.asset(ana, Map.of("created_at", "1980-01-01T00:00:00Z"));
                    case "updatedAfter" ->
                            given.asset(ana, Map.of("updated_at", "2031-01-01T00:00:00Z"));
                    case "updatedBefore" ->
                            given.asset(ana, Map.of("updated_at", "1980-01-01T00:00:00Z"));
                    case "trashedAfter" ->
                            given.asset(ana, Map.of("deleted_at", "2021-01-01T00:00:00Z"));
                    case "trashedBefore" ->
                            given.asset(ana, Map.of("deleted_at", "2019-01-01T00:00:00Z"));
                    case "libraryId" ->
                            given.asset(
                                    ana,
                                    Map.of("library_id", "7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"));
                    case "originalFileName" ->
                            given.asset(ana, Map.of("original_file_name", "IMG_0042.jpg"));
                    case "originalPath" ->
                            given.asset(
                                    ana,
                                    Map.of("original_path", "upload/special/" + UUID.randomUUID()));
                    case "checksum" -> {
                        var id = given.asset(ana, Map.of());
                        jdbc.sql(
                                        "update asset set checksum = decode('0102030405060708090a0b0c0d0e0f1011121314', 'hex') where id = ?")
                                .param(id)
                                .update();
                        yield id;
                    }
                    default -> {
                        var id = given.asset(ana, Map.of());
                        exif(
                                id,
                                "city, state, country, make, model, lens_model, rating, description",
                                "Wien",
                                "Wien",
                                "Austria",
                                "Canon",
                                "EOS R5",
                                "EF 50mm",
                                4,
                                "By the sea");
                        yield id;
                    }
                };
        assertThat(find("{" + field + "}")).containsExactly(wanted);
    }

    /** Ana's other assets have files of all other types there. */
    private UUID withFile(String type) {
        var id = given.asset(ana, Map.of());
        jdbc.sql(
                        """
                        insert into asset_file (asset_id, type, path)
                        select a.id, t.type, 'x'
                        from asset a, unnest(array['encoded_video', 'preview', 'thumbnail']) t(type)
                        where a.owner_id = :owner and (a.id = :id) = (t.type = :type)
                        """)
                .param("id", id)
                .param("owner", ana.userId())
                .param("type", type)
                .update();
        return id;
    }

    @Test
    void aNullFindsWhatHasNone() {
        var somewhere = given.asset(ana, Map.of());
        exif(somewhere, "city", "Wien");
        var nowhere = given.asset(ana, Map.of());
        assertThat(find("{\"city\": null}")).containsExactly(nowhere);
        assertThat(find("{\"rating\": null, \"city\": \"Wien\"}")).containsExactly(somewhere);
    }

    @Test
    void aPercentSignIsLookedForAsItIs() {
        given.asset(ana, Map.of("original_file_name", "100.jpg"));
        var percent = given.asset(ana, Map.of("original_file_name", "100%.jpg"));
        assertThat(find("{\"originalFileName\": \"0%.\"}")).containsExactly(percent);
    }

    @Test
    void anAlbumIsSearchedWithWhatOthersPutIntoIt() {
        var bo = users.user();
        var mine = given.asset(ana, Map.of("file_created_at", "2003-01-01T00:00:00Z"));
        var alone = given.asset(ana, Map.of());
        var bos = given.asset(bo, Map.of("is_favorite", "true"));
        var thrownAway =
                given.asset(bo, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        var album = users.album(bo, ana, mine, bos, thrownAway);
        var inAlbum = "{\"albumIds\": [\"%s\"], \"withDeleted\": true%s}";
        assertThat(find(inAlbum.formatted(album, ""))).containsExactly(bos, mine);
        assertThat(find(inAlbum.formatted(album, ", \"isFavorite\": true"))).isEmpty();
        assertThat(find("{\"isNotInAlbum\": true}")).containsExactly(alone);
        assertThat(find("{}")).containsExactlyInAnyOrder(alone, mine);
    }

    @Test
    void partnersWhoAreInTheTimelineAreSearchedToo() {
        var bo = users.user();
        var cleo = users.user();
        users.partner(bo, ana, true);
        users.partner(cleo, ana, false);
        var mine = given.asset(ana, Map.of("visibility", "archive", "is_favorite", "true"));
        var bos = given.asset(bo, Map.of("is_favorite", "true"));
        given.asset(bo, Map.of("visibility", "archive"));
        given.asset(bo, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        given.asset(cleo, Map.of());
        assertThat(find("{\"withDeleted\": true}")).containsExactlyInAnyOrder(mine, bos);
        assertThat(find("{\"isFavorite\": true}")).containsExactly(mine);
    }

    @Test
    void aTagFindsWhatBearsItOrOneBelowIt() {
        var plain = given.asset(ana, Map.of());
        var rome = given.asset(ana, Map.of());
        var holidays = tag("Holidays", null);
        var below = tag("Holidays/Rome", holidays);
        jdbc.sql("insert into tag_asset (tag_id, asset_id) values (?, ?)")
                .params(below, rome)
                .update();
        assertThat(find("{\"tagIds\": [\"%s\"]}".formatted(holidays))).containsExactly(rome);
        assertThat(find("{\"tagIds\": null}")).containsExactly(plain);
    }

    private UUID tag(String value, @Nullable UUID parent) {
        var id = UUID.randomUUID();
        jdbc.sql("insert into tag (id, user_id, value, parent_id) values (?, ?, ?, ?)")
                .params(Arrays.asList(id, ana.userId(), value, parent))
                .update();
        return id;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"ocr": 1}                       | ocr must be a text
                    {"filter": []}                   | filter must be an object
                    {"cursor": "x"}                  | cursor is of no page of this search
                    {"cursor": "RklMRV9DUkVBVEVEX0FU"} | cursor is of no page of this search
                    {"orderBy": {"field": "name"}}   | orderBy.field must be one of fileCreatedAt, localDateTime, fileSizeInBytes, rating
                    {"albumIds": ["7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"]} | Not found or no album.read access
                    {"tagIds": ["7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"]}   | Not found or no tag.read access
                    {"size": 1001}                   | size must be from 1 to 1000
                    {"page": 0}                      | page must be from 1 to 2147483647
                    {"rating": 6}                    | rating must be from 1 to 5
                    {"isFavorite": "true"}           | isFavorite must be true or false
                    {"type": "photo"}                | type must be one of IMAGE, VIDEO, AUDIO, OTHER
                    {"takenAfter": "yesterday"}      | takenAfter must be a date like 2024-01-01T00:00:00.000Z
                    {"id": "1"}                      | id must be a UUID
                    {"city": 1}                      | city must be a text
                    {"city": "\\u0000"}              | city must be a text
                    []                               | The request body must be an object
                    """)
    void whatCannotBeAnsweredIsRefusedByName(String body, String message) {
        var answer = post("metadata", body);
        assertThat(answer).hasStatus(400);
        assertThat(answer).bodyJson().extractingPath("message").isEqualTo(message);
    }

    // Words

    /** As a model that knows the colours, each on an axis of its own. */
    private static Embedding colour(String text) {
        if (text.equals("nonsense")) {
            throw new IllegalArgumentException("not a colour");
        }
        return new Embedding("test", axis(List.of("red", "green", "blue").indexOf(text), 1, 0));
    }

    private static float[] axis(int at, float length, float rest) {
        var vector = new float[512];
        Arrays.fill(vector, rest);
        vector[at] = length;
        return vector;
    }

    private UUID picture(Caller owner, float[] vector, Map<String, String> columns) {
        var id = given.asset(owner, columns);
        jdbc.sql(
                        "insert into smart_search (asset_id, model, embedding) values (?, 'test', ?::halfvec)")
                .params(id, Arrays.toString(vector))
                .update();
        return id;
    }

    @Test
    void wordsFindTheCallersLikestPicturesFirst() {
        var red = picture(ana, axis(0, 1, 0), Map.of());
        var reddish = picture(ana, axis(0, 1, 0.02f), Map.of());
        var green = picture(ana, axis(1, 1, 0), Map.of("is_favorite", "true"));
        picture(users.user(), axis(0, 1, 0), Map.of());
        for (var unseen :
                List.of(
                        Map.of("visibility", "hidden"),
                        Map.of("visibility", "locked"),
                        Map.of("deleted_at", "2024-01-01T00:00:00Z"))) {
            picture(ana, axis(0, 1, 0), unseen);
        }
        // What another model saw lies elsewhere, and is found when this one has seen it.
        jdbc.sql("update smart_search set model = 'another' where asset_id = ?")
                .param(picture(ana, axis(0, 1, 0), Map.of()))
                .update();
        try (var _ = TestTextWorker.start((text, _) -> colour(text))) {
            assertThat(ids(assets("smart", "{\"query\": \"red\"}")))
                    .containsExactly(red, reddish, green);
            assertThat(ids(assets("smart", "{\"query\": \"red\", \"isFavorite\": true}")))
                    .containsExactly(green);
            var first = assets("smart", "{\"query\": \"red\", \"size\": 1, \"language\": \"en\"}");
            assertThat(ids(first)).containsExactly(red);
            assertThat(first.get("nextPage").asString()).isEqualTo("2");
            assertThat(ids(assets("smart", "{\"query\": \"red\", \"size\": 1, \"page\": 2}")))
                    .containsExactly(reddish);

            var unanswered = post("smart", "{\"query\": \"nonsense\"}");
            assertThat(unanswered).hasStatus(503);
            assertThat(unanswered)
                    .bodyJson()
                    .extractingPath("message")
                    .asString()
                    .startsWith("Search by words does not work now");
        }
    }

    @Test
    void anotherPictureCanBeWhatIsLookedFor() {
        var green = picture(ana, axis(1, 1, 0), Map.of());
        var greenish = picture(ana, axis(1, 1, 0.02f), Map.of());
        assertThat(ids(assets("smart", "{\"queryAssetId\": \"%s\"}".formatted(greenish))))
                .containsExactly(greenish, green);
        var foreign = picture(users.user(), axis(1, 1, 0), Map.of());
        assertThat(post("smart", "{\"queryAssetId\": \"%s\"}".formatted(foreign))).hasStatus(400);
        assertThat(post("smart", "{}")).hasStatus(400);
    }
}
