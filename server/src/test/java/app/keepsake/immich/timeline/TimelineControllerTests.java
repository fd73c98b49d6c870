package app.keepsake.immich.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@ServerTest
class TimelineControllerTests {

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

    private JsonNode get(String path) {
        var answer = http.get().uri(path).header("Authorization", bearer).exchange();
        assertThat(answer).hasStatusOk();
        return json(answer.getResponse().getContentAsByteArray());
    }

    private static JsonNode json(byte[] bytes) {
        return new ObjectMapper().readTree(bytes);
    }

    private JsonNode buckets(String query) {
        return get("/api/timeline/buckets?" + query);
    }

    private JsonNode may(String query) {
        return get("/api/timeline/bucket?timeBucket=2024-05-01&" + query);
    }

    private static List<UUID> ids(JsonNode bucket) {
        return StreamSupport.stream(bucket.get("id").spliterator(), false)
                .map(id -> UUID.fromString(id.asString()))
                .toList();
    }

    @Test
    void monthsAreCountedNewestFirstOrOldestFirst() {
        given.asset(ana, Map.of("local_date_time", "2023-01-31T23:59:59"));
        given.asset(ana, Map.of("local_date_time", "2024-02-01T00:00:00"));
        given.asset(ana, Map.of("local_date_time", "2024-02-29T12:00:00"));
        given.asset(users.user(), Map.of("local_date_time", "2024-02-29T12:00:00"));
        assertThat(buckets("").toString())
                .isEqualTo(
                        """
                        [{"timeBucket":"2024-02-01","count":2},{"timeBucket":"2023-01-01","count":1}]""");
        assertThat(buckets("order=asc").get(0).get("timeBucket").asString())
                .isEqualTo("2023-01-01");
    }

    @Test
    void aClientThatHasTheMonthsAlreadyIsToldSo() {
        given.asset(ana, Map.of());
        var path = "/api/timeline/buckets";
        var tag =
                http.get()
                        .uri(path)
                        .header("Authorization", bearer)
                        .exchange()
                        .getResponse()
                        .getHeader("ETag");
        assertThat(tag).isNotNull();
        var again = http.get().uri(path).header("Authorization", bearer);
        assertThat(again.header("If-None-Match", tag).exchange()).hasStatus(304);
        given.asset(ana, Map.of());
        assertThat(again.header("If-None-Match", tag).exchange()).hasStatus(200);
    }

    @Test
    void anEmptyLibraryHasNoMonths() {
        assertThat(buckets("")).isEmpty();
        assertThat(may("").get("ratio")).isEmpty();
    }

    @Test
    void aMonthIsThatOfTheWallClockWhereThePhotoWasTaken() {
        given.asset(
                ana,
                Map.of(
                        "file_created_at", "2024-05-31T22:30:00Z",
                        "local_date_time", "2024-06-01T00:30:00"));
        assertThat(ids(may(""))).isEmpty();
        var june = get("/api/timeline/bucket?timeBucket=2024-06-01");
        assertThat(june.get("fileCreatedAt").get(0).asString()).isEqualTo("2024-05-31T22:30:00");
        assertThat(june.get("localOffsetHours").get(0).asDouble()).isEqualTo(2.0);
    }

    @Test
    void everyColumnSaysWhatIsKnownOfTheAsset() {
        var video = given.asset(ana, Map.of("visibility", "hidden"));
        var id =
                given.asset(
                        ana,
                        Map.of(
                                "width", "4000",
                                "height", "3000",
                                "is_favorite", "true",
                                "thumbhash", "\\x0102ff",
                                "duration_ms", "1500",
                                "live_photo_video_id", video.toString(),
                                "created_at", "2024-07-08T09:10:11Z"));
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, projection_type, city, country, latitude,
                            longitude) values (?, 'EQUIRECTANGULAR', 'Wien', 'Austria', 48.25, 16.5)
                        """)
                .param(id)
                .update();
        assertThat(may("withStacked=true&withCoordinates=true"))
                .isEqualTo(
                        json(
                                """
                                {"id": ["%s"], "ownerId": ["%s"], "ratio": [1.333],
                                 "isFavorite": [true], "visibility": ["timeline"],
                                 "isTrashed": [false], "isImage": [true], "thumbhash": ["AQL/"],
                                 "fileCreatedAt": ["2024-05-06T07:08:09"],
                                 "createdAt": ["2024-07-08T09:10:11"], "localOffsetHours": [0],
                                 "duration": [1500], "projectionType": ["EQUIRECTANGULAR"],
                                 "livePhotoVideoId": ["%s"], "city": ["Wien"],
                                 "country": ["Austria"], "stack": [null],
                                 "latitude": [48.25], "longitude": [16.5]}
                                """
                                        .formatted(id, ana.userId(), video)
                                        .getBytes()));
        assertThat(may("").has("latitude")).isFalse();
        assertThat(may("").has("stack")).isFalse();
    }

    @Test
    void anAssetStandsInTheTimelineBeforeAnythingIsKnownOfIt() {
        var id = given.asset(ana, Map.of());
        assertThat(ids(may(""))).containsExactly(id);
        assertThat(may("").get("ratio").get(0).asDouble()).isEqualTo(1.0);
        assertThat(may("").get("thumbhash").get(0).isNull()).isTrue();
    }

    @Test
    void aDayIsSortedByTheInstant() {
        var noon = given.asset(ana, Map.of("file_created_at", "2024-05-06T12:00:00Z"));
        var dawn = given.asset(ana, Map.of("file_created_at", "2024-05-06T05:00:00Z"));
        var nextDay = given.asset(ana, Map.of("local_date_time", "2024-05-07T00:00:00"));
        assertThat(ids(may(""))).containsExactly(nextDay, noon, dawn);
        assertThat(ids(may("order=asc"))).containsExactly(dawn, noon, nextDay);
    }

    @Test
    void onlyTimelineAndArchiveShowUnlessAsked() {
        var shown = given.asset(ana, Map.of());
        var archived = given.asset(ana, Map.of("visibility", "archive"));
        var hidden = given.asset(ana, Map.of("visibility", "hidden"));
        given.asset(ana, Map.of("visibility", "locked"));
        assertThat(ids(may(""))).containsExactlyInAnyOrder(shown, archived);
        assertThat(ids(may("visibility=timeline"))).containsExactly(shown);
        assertThat(ids(may("visibility=archive"))).containsExactly(archived);
        assertThat(ids(may("visibility=hidden"))).containsExactly(hidden);
        assertThat(
                        buckets("visibility=timeline&withPartners=true&withStacked=true")
                                .get(0)
                                .get("count")
                                .asInt())
                .isEqualTo(1);
    }

    @Test
    void favouritesTrashAndPeopleAreShownAlone() {
        var plain = given.asset(ana, Map.of());
        var favourite = given.asset(ana, Map.of("is_favorite", "true"));
        var trashed =
                given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "deleted"));
        assertThat(ids(may("isFavorite=true"))).containsExactly(favourite);
        assertThat(ids(may("isFavorite=false&isTrashed=false"))).containsExactly(plain);
        assertThat(ids(may("isTrashed=true"))).containsExactly(trashed);
        assertThat(buckets("isTrashed=true").get(0).get("count").asInt()).isEqualTo(1);

        var person = UUID.randomUUID();
        jdbc.sql("insert into person (id, owner_id) values (?, ?)")
                .params(person, ana.userId())
                .update();
        shows(favourite, person);
        assertThat(ids(may("personId=" + person))).containsExactly(favourite);
    }

    @Test
    void somebodysTimelineHasPartnersPhotosOfWhomTheyShareTheGrouping() {
        var bo = users.user();
        users.partner(bo, ana, true);
        var person = UUID.randomUUID();
        var his = UUID.randomUUID();
        for (var known : Map.of(person, ana, his, bo).entrySet()) {
            jdbc.sql("insert into person (id, owner_id, identity_id) values (?, ?, ?)")
                    .params(known.getKey(), known.getValue().userId(), person)
                    .update();
        }
        var mine = shows(given.asset(ana, Map.of()), person);
        var partners = shows(given.asset(bo, Map.of()), his);
        var cut = shows(given.asset(ana, Map.of()), person);
        jdbc.sql("update asset_face set is_visible = false where asset_id = ?").param(cut).update();
        given.asset(bo, Map.of());
        var together = "visibility=timeline&withPartners=true&personId=" + person;
        assertThat(ids(may(together))).containsExactly(mine);
        jdbc.sql(
                        """
                        update "user" set cluster_group_id = (select cluster_group_id from "user"
                            where id = ?) where id = ?
                        """)
                .params(ana.userId(), bo.userId())
                .update();
        assertThat(ids(may(together))).containsExactlyInAnyOrder(mine, partners);
        assertThat(ids(may("personId=" + person))).containsExactly(mine);
    }

    private UUID shows(UUID asset, UUID person) {
        jdbc.sql(
                        "insert into asset_face (asset_id, person_id, image_width, image_height, bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2) values (?, ?, 9, 9, 1, 1, 2, 2)")
                .params(asset, person)
                .update();
        return asset;
    }

    @Test
    void monthsCanBeThoseOfTheUpload() {
        var id =
                given.asset(
                        ana,
                        Map.of(
                                "local_date_time", "1999-01-01T00:00:00",
                                "created_at", "2024-05-31T23:59:59Z"));
        assertThat(buckets("orderBy=createdAt").get(0).get("timeBucket").asString())
                .isEqualTo("2024-05-01");
        assertThat(ids(may("orderBy=createdAt"))).containsExactly(id);
        assertThat(ids(may("orderBy=takenAt"))).isEmpty();
    }

    @Test
    void aBoxHoldsWhatWasTakenInIt() {
        var vienna = at(48.2, 16.4);
        var fiji = at(-17.8, 178.0);
        assertThat(ids(may("bbox=16,48,17,49"))).containsExactly(vienna);
        assertThat(ids(may("bbox=170,-20,-170,-10"))).containsExactly(fiji);
        assertThat(buckets("bbox=0,0,1,1")).isEmpty();
    }

    private int count(String query) {
        var months = buckets(query);
        return months.isEmpty() ? 0 : months.get(0).get("count").asInt();
    }

    @Test
    void partnersStandBetweenOnesOwnWhereTheyAreWanted() {
        var bo = users.user();
        var cleo = users.user();
        users.partner(bo, ana, true);
        users.partner(cleo, ana, false);
        var mine = given.asset(ana, Map.of("is_favorite", "true"));
        var bos = given.asset(bo, Map.of("is_favorite", "true"));
        given.asset(bo, Map.of("visibility", "archive"));
        given.asset(bo, Map.of("visibility", "hidden"));
        given.asset(bo, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        given.asset(cleo, Map.of());
        var all = may("visibility=timeline&withPartners=true");
        assertThat(ids(all)).containsExactlyInAnyOrder(mine, bos);
        assertThat(all.get("isFavorite").get(ids(all).indexOf(mine)).asBoolean()).isTrue();
        assertThat(all.get("isFavorite").get(ids(all).indexOf(bos)).asBoolean()).isFalse();
        assertThat(count("visibility=timeline&withPartners=true")).isEqualTo(2);
        assertThat(ids(may("visibility=timeline"))).containsExactly(mine);
        assertThat(ids(may("visibility=hidden&withPartners=true"))).isEmpty();
    }

    @Test
    void aPartnersOwnTimelineShowsNothingElseOfThem() {
        var bo = users.user();
        users.partner(bo, ana, false);
        var bos = given.asset(bo, Map.of("is_favorite", "true"));
        given.asset(bo, Map.of("visibility", "archive"));
        given.asset(bo, Map.of("visibility", "locked"));
        var of = "userId=" + bo.userId();
        assertThat(ids(may(of))).containsExactly(bos);
        assertThat(count(of)).isEqualTo(1);
        assertThat(ids(may(of + "&isFavorite=true"))).isEmpty();
        refused(of + "&visibility=archive", "Not found or no archive.read access");
        refused(of + "&visibility=hidden", "Not found or no timeline.read access");
        refused(of + "&visibility=locked", "Not found or no timeline.read access");
        refused(of + "&isTrashed=true", "Not found or no timeline.read access");
        refused("userId=" + users.user().userId(), "Not found or no timeline.read access");
    }

    private void refused(String query, String message) {
        for (var path : List.of("bucket?timeBucket=2024-05-01&", "buckets?")) {
            var answer =
                    http.get()
                            .uri("/api/timeline/" + path + query)
                            .header("Authorization", bearer)
                            .exchange();
            assertThat(answer).hasStatus(400);
            assertThat(answer).bodyJson().extractingPath("message").isEqualTo(message);
        }
    }

    @Test
    void anAlbumShowsWhatAllOfItsMembersPutIntoIt() {
        var bo = users.user();
        var mine = given.asset(ana, Map.of("visibility", "archive"));
        var bos = given.asset(bo, Map.of("is_favorite", "true"));
        var trashed =
                given.asset(bo, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        given.asset(ana, Map.of());
        var of = "albumId=" + users.album(bo, ana, mine, bos, trashed);
        assertThat(ids(may(of))).containsExactlyInAnyOrder(mine, bos);
        assertThat(count(of)).isEqualTo(2);
        assertThat(ids(may(of + "&visibility=timeline"))).containsExactly(bos);
        assertThat(ids(may(of + "&userId=" + ana.userId()))).containsExactly(mine);
        assertThat(ids(may(of + "&isTrashed=true"))).isEmpty();
        assertThat(ids(may(of + "&isFavorite=true"))).isEmpty();
        jdbc.sql("delete from album_user where user_id = ?").param(ana.userId()).update();
        refused(of, "Not found or no album.read access");
    }

    @Test
    void aStackTakesOnePlaceWhenAskedTo() {
        var top = given.asset(ana, Map.of());
        var below = given.asset(ana, Map.of());
        var other = given.asset(ana, Map.of("visibility", "archive"));
        var thrownAway =
                given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        var june = given.asset(ana, Map.of("local_date_time", "2024-06-01T00:00:00"));
        var stack = UUID.randomUUID();
        jdbc.sql("insert into stack (id, owner_id, primary_asset_id) values (?, ?, ?)")
                .params(stack, ana.userId(), top)
                .update();
        jdbc.sql("update asset set stack_id = ? where id = any(?)")
                .params(stack, new UUID[] {top, below, other, thrownAway, june})
                .update();
        var alone = given.asset(ana, Map.of());
        var bucket = may("withStacked=true");
        assertThat(ids(bucket)).containsExactlyInAnyOrder(top, alone);
        assertThat(bucket.get("stack").get(ids(bucket).indexOf(alone)).isNull()).isTrue();
        assertThat(bucket.get("stack").get(ids(bucket).indexOf(top)).toString())
                .isEqualTo("[\"%s\",\"4\"]".formatted(stack));
        assertThat(buckets("withStacked=true").toString())
                .isEqualTo("[{\"timeBucket\":\"2024-05-01\",\"count\":2}]");
        assertThat(buckets("visibility=timeline&withStacked=true").get(0).get("count").asInt())
                .isEqualTo(2);
        assertThat(ids(may(""))).containsExactlyInAnyOrder(top, below, other, alone);
        assertThat(buckets("")).hasSize(2);
    }

    @Test
    void aTagShowsWhatBearsItOrOneBelowIt() {
        var rome = given.asset(ana, Map.of());
        given.asset(ana, Map.of());
        var holidays = tag(ana, "Holidays", null);
        jdbc.sql("insert into tag_asset (tag_id, asset_id) values (?, ?)")
                .params(tag(ana, "Holidays/Rome", holidays), rome)
                .update();
        assertThat(ids(may("tagId=" + holidays))).containsExactly(rome);
        assertThat(count("tagId=" + holidays)).isEqualTo(1);
        refused("tagId=" + tag(users.user(), "Holidays", null), "Not found or no tag.read access");
    }

    private UUID tag(Caller owner, String value, @Nullable UUID parent) {
        var id = UUID.randomUUID();
        jdbc.sql("insert into tag (id, user_id, value, parent_id) values (?, ?, ?, ?)")
                .params(Arrays.asList(id, owner.userId(), value, parent))
                .update();
        return id;
    }

    @Test
    void lockedAssetsShowToASessionThatHasShownItsPin() {
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        jdbc.sql("update session set pin_expires_at = now() + interval '1 hour' where user_id = ?")
                .param(ana.userId())
                .update();
        assertThat(ids(may("visibility=locked"))).containsExactly(locked);
        assertThat(ids(may(""))).isEmpty();
    }

    private UUID at(double latitude, double longitude) {
        var id = given.asset(ana, Map.of());
        jdbc.sql("insert into asset_exif (asset_id, latitude, longitude) values (?, ?, ?)")
                .params(id, latitude, longitude)
                .update();
        return id;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    isFavorite=1                          | 400 | isFavorite must be true or false
                    isTrashed=on                          | 400 | isTrashed must be true or false
                    visibility=public                     | 400 | visibility must be one of archive, timeline, hidden, locked
                    order=up                              | 400 | order must be one of asc, desc
                    bbox=1,2,3                            | 400 | bbox must be west,south,east,north in degrees
                    bbox=NaN,2,3,4                        | 400 | bbox must be west,south,east,north in degrees
                    personId=me                           | 400 | personId must be a UUID
                    albumId=7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f  | 400 | Not found or no album.read access
                    tagId=7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f    | 400 | Not found or no tag.read access
                    personId=7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f | 400 | Not found or no person.read access
                    userId=7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f   | 400 | Not found or no timeline.read access
                    withPartners=true                     | 400 | withPartners is only supported for non-archived, non-trashed, non-favorited assets
                    visibility=locked                     | 401 | Elevated permission is required
                    timeBucket=May                        | 400 | timeBucket must be a date like 2024-01-01
                    """)
    void whatCannotBeAnsweredIsRefused(String query, int status, String message) {
        var month = query.startsWith("timeBucket") ? "" : "&timeBucket=2024-05-01";
        var answer =
                http.get()
                        .uri("/api/timeline/bucket?" + query + month)
                        .header("Authorization", bearer)
                        .exchange();
        assertThat(answer).hasStatus(status);
        assertThat(answer).bodyJson().extractingPath("message").isEqualTo(message);
    }

    @Test
    void ownUserIdIsTheSameAsNone() {
        var id = given.asset(ana, Map.of());
        assertThat(ids(may("userId=" + ana.userId()))).containsExactly(id);
    }
}
