package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.AssetHidden;
import app.keepsake.asset.AssetsUpdated;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.JobHandler;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
class AssetChangeTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired ApplicationEvents events;
    @Autowired JobHandler<ExtractMetadata> metadata;
    Caller ana;
    UUID photo;

    @BeforeEach
    void aPhoto() {
        ana = users.user();
        photo = given.asset(ana, Map.of());
        jdbc.sql("insert into asset_exif (asset_id, time_zone, city) values (?, 'UTC-8', 'Rome')")
                .param(photo)
                .update();
    }

    @Test
    void aFavouriteIsOneAfterwardsAndItsFileSaysNoMore() {
        var answer = change(photo, "{'isFavorite': true, 'visibility': 'archive'}");
        assertThat(answer).hasStatusOk();
        assertThat(answer)
                .bodyJson()
                .isLenientlyEqualTo(
                        "{'isFavorite': true, 'isArchived': true, 'visibility': 'archive'}"
                                .replace('\'', '"'));
        assertThat(locked(photo)).isEmpty();
        assertThat(events.stream(AssetsUpdated.class)).isEmpty();
        assertThat(send(HttpMethod.PATCH, "/" + photo, "{'isFavorite': false}")).hasStatusOk();
        assertThat(value(photo, "is_favorite")).isEqualTo("false");
        assertThat(value(photo, "visibility")).isEqualTo("archive");
    }

    @Test
    void whatAPersonSaysOfAPhotoIsKeptAndTold() {
        var answer =
                change(
                        photo,
                        """
                        {'description': 'By the sea', 'rating': 4, 'latitude': 48.5, 'longitude': 16}
                        """);
        assertThat(answer)
                .bodyJson()
                .extractingPath("exifInfo")
                .convertTo(Map.class)
                .satisfies(
                        exif ->
                                assertThat(exif)
                                        .containsEntry("description", "By the sea")
                                        .containsEntry("rating", 4)
                                        .containsEntry("latitude", 48.5)
                                        .containsEntry("longitude", 16.0)
                                        .containsEntry("city", null)
                                        .containsEntry("timeZone", "UTC-8"));
        assertThat(locked(photo))
                .containsExactlyInAnyOrder("description", "latitude", "longitude", "rating");
        assertThat(events.stream(AssetsUpdated.class))
                .containsExactly(new AssetsUpdated(ana.userId(), List.of(photo)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "0", "-1"})
    void aRatingIsTakenAwayInThreeWays(String none) {
        change(photo, "{'rating': 3}");
        var answer = change(photo, "{'rating': %s}".formatted(none));
        assertThat(answer).bodyJson().extractingPath("exifInfo.rating").isNull();
        change(photo, "{'rating': 5}");
        assertThat(change(photo, "{'isFavorite': true}"))
                .bodyJson()
                .extractingPath("exifInfo.rating")
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "2020-01-02T03:04:05.678+05:30, 2020-01-01T21:34:05.678Z, 2020-01-02T03:04:05.678Z, UTC+5:30",
        "2020-01-02T03:04:05-08:00, 2020-01-02T11:04:05.000Z, 2020-01-02T03:04:05.000Z, UTC-8",
        "2020-01-02T03:04:05.000Z, 2020-01-02T03:04:05.000Z, 2020-01-02T03:04:05.000Z, UTC+0",
        "2020-01-02T03:04:05, 2020-01-02T11:04:05.000Z, 2020-01-02T03:04:05.000Z, UTC-8",
    })
    void aDateKeepsItsZone(String sent, String instant, String local, String zone) {
        var answer = change(photo, "{'dateTimeOriginal': '%s'}".formatted(sent));
        assertThat(answer)
                .bodyJson()
                .isLenientlyEqualTo(
                        """
                        {"fileCreatedAt": "%1$s", "localDateTime": "%2$s",
                         "exifInfo": {"dateTimeOriginal": "%1$s", "timeZone": "%3$s"}}
                        """
                                .formatted(instant, local, zone));
        assertThat(locked(photo)).containsExactlyInAnyOrder("dateTimeOriginal", "timeZone");
    }

    @Test
    void manyDatesMoveTogetherAndIntoAZone() {
        var other = given.asset(ana, Map.of("file_created_at", "2024-07-01T12:00:00Z"));
        assertThat(
                        changeMany(
                                List.of(photo, other),
                                "'dateTimeRelative': -90, 'timeZone': 'Europe/Berlin'"))
                .hasStatus(204);
        assertThat(value(photo, "file_created_at at time zone 'UTC'"))
                .isEqualTo("2024-05-06 05:38:09");
        assertThat(value(photo, "local_date_time")).isEqualTo("2024-05-06 07:38:09");
        assertThat(value(other, "local_date_time")).isEqualTo("2024-07-01 12:30:00");
        assertThat(exif(other, "time_zone")).isEqualTo("Europe/Berlin");
        changeMany(List.of(photo), "'dateTimeRelative': 60");
        assertThat(exif(photo, "time_zone")).isEqualTo("Europe/Berlin");
        assertThat(value(photo, "local_date_time")).isEqualTo("2024-05-06 08:38:09");
        changeMany(List.of(photo), "'timeZone': 'UTC+2:30'");
        assertThat(value(photo, "local_date_time")).isEqualTo("2024-05-06 09:08:09");
    }

    /** Otherwise a refresh of the metadata would undo what its owner has said. */
    @Test
    void readingTheFileAgainChangesNothingThatAPersonHasSaid() throws Exception {
        photo = given.upload(ana, Tool.sample("gps.jpg"), Map.of());
        metadata.run(new ExtractMetadata(photo));
        var fromFile = exif(photo, "latitude");
        change(
                photo,
                "{'dateTimeOriginal': '2001-02-03T04:05:06+02:00', 'description': 'Mine',"
                        + " 'rating': 2}");
        metadata.run(new ExtractMetadata(photo));
        assertThat(value(photo, "local_date_time")).isEqualTo("2001-02-03 04:05:06");
        assertThat(value(photo, "file_created_at at time zone 'UTC'"))
                .isEqualTo("2001-02-03 02:05:06");
        assertThat(exif(photo, "date_time_original at time zone 'UTC'"))
                .isEqualTo("2001-02-03 02:05:06");
        assertThat(exif(photo, "time_zone")).isEqualTo("UTC+2");
        assertThat(exif(photo, "description")).isEqualTo("Mine");
        assertThat(exif(photo, "rating")).isEqualTo("2");
        assertThat(exif(photo, "latitude")).isEqualTo(fromFile).isNotEqualTo("null");

        change(photo, "{'latitude': 1, 'longitude': 2}");
        metadata.run(new ExtractMetadata(photo));
        assertThat(exif(photo, "latitude")).isEqualTo("1");
        assertThat(exif(photo, "longitude")).isEqualTo("2");
    }

    @Test
    void aLockedPhotoLeavesAllAlbumsWithoutAPinAndComesBackWithOneOnly() {
        var kept = given.asset(ana, Map.of());
        var album = UUID.randomUUID();
        jdbc.sql("insert into album (id, album_thumbnail_asset_id) values (?, ?)")
                .params(album, photo)
                .update();
        for (var asset : List.of(photo, kept)) {
            jdbc.sql("insert into album_asset (album_id, asset_id) values (?, ?)")
                    .params(album, asset)
                    .update();
        }
        assertThat(change(photo, "{'visibility': 'locked'}")).hasStatusOk();
        assertThat(
                        jdbc.sql("select asset_id from album_asset where album_id = ?")
                                .param(album)
                                .query(UUID.class)
                                .list())
                .containsExactly(kept);
        assertThat(
                        jdbc.sql("select album_thumbnail_asset_id from album where id = ?")
                                .param(album)
                                .query(UUID.class)
                                .single())
                .isEqualTo(kept);
        for (var refused :
                List.of(
                        change(photo, "{'visibility': 'timeline'}"),
                        changeMany(List.of(kept, photo), "'visibility': 'timeline'"))) {
            assertThat(refused)
                    .hasStatus(401)
                    .bodyJson()
                    .isLenientlyEqualTo("{\"message\": \"Elevated permission is required\"}");
        }
        assertThat(value(photo, "visibility")).isEqualTo("locked");
    }

    @Test
    void duplicatesAreMarkedAndUnmarked() {
        var group = UUID.randomUUID();
        changeMany(List.of(photo), "'duplicateId': '%s'".formatted(group));
        assertThat(value(photo, "duplicate_id")).isEqualTo(group.toString());
        changeMany(List.of(photo), "'isFavorite': true");
        assertThat(value(photo, "duplicate_id")).isEqualTo(group.toString());
        changeMany(List.of(photo), "'duplicateId': null");
        assertThat(value(photo, "duplicate_id")).isEqualTo("null");
    }

    @Test
    void aFilmBecomesTheMovingHalfOfAPhotoAndItselfAgain() {
        var film = given.asset(ana, Map.of("type", "VIDEO", "original_file_name", "a.mov"));
        change(photo, "{'visibility': 'archive'}");
        assertThat(change(photo, "{'livePhotoVideoId': '%s'}".formatted(film)))
                .bodyJson()
                .extractingPath("livePhotoVideoId")
                .isEqualTo(film.toString());
        assertThat(value(film, "visibility")).isEqualTo("hidden");
        assertThat(events.stream(AssetHidden.class))
                .containsExactly(new AssetHidden(ana.userId(), film));
        assertThat(change(photo, "{'livePhotoVideoId': null}"))
                .bodyJson()
                .extractingPath("livePhotoVideoId")
                .isNull();
        assertThat(value(film, "visibility")).isEqualTo("archive");
        assertThat(value(photo, "visibility")).isEqualTo("archive");
    }

    @Test
    void onlyAnOwnFilmBecomesAMovingHalf() {
        var somebodys = given.asset(users.user(), Map.of("type", "VIDEO"));
        var refusals =
                Map.of(
                        UUID.randomUUID(),
                        "Live photo video not found",
                        given.asset(ana, Map.of()),
                        "Live photo video must be a video",
                        somebodys,
                        "Live photo video does not belong to the user");
        refusals.forEach(
                (id, reason) ->
                        assertThat(
                                        change(
                                                photo,
                                                "{'isFavorite': true, 'livePhotoVideoId': '%s'}"
                                                        .formatted(id)))
                                .hasStatus(400)
                                .bodyJson()
                                .extractingPath("message")
                                .isEqualTo(reason));
        assertThat(value(photo, "is_favorite")).isEqualTo("false");
        assertThat(value(somebodys, "visibility")).isEqualTo("timeline");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'rating': 6}",
                "{'rating': 'good'}",
                "{'rating': 2.5}",
                "{'latitude': 90.1}",
                "{'longitude': -181}",
                "{'visibility': 'somewhere'}",
                "{'dateTimeOriginal': 'yesterday'}",
                "{'dateTimeOriginal': '0000-01-01T00:00:00Z'}",
                "{'livePhotoVideoId': '1-1-1-1-1'}",
                "{'description': 5, 'isFavorite': 'no'}",
                "{'description': 'a\\u0000b'}",
                "[]"
            })
    void whatMakesNoSenseChangesNothing(String body) {
        var before = jdbc.sql("select * from asset where id = ?").param(photo).query().singleRow();
        assertThat(
                        change(
                                photo,
                                body.equals("[]")
                                        ? body
                                        : body.replace("}", ", 'isFavorite': true}")))
                .hasStatus(400);
        assertThat(jdbc.sql("select * from asset where id = ?").param(photo).query().singleRow())
                .usingRecursiveComparison()
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'timeZone': 'Mars/Olympus'", "'dateTimeRelative': 9007199254740991"})
    void datesThatCannotBeAreRefused(String field) {
        assertThat(changeMany(List.of(photo), field)).hasStatus(400);
        assertThat(value(photo, "local_date_time")).isEqualTo("2024-05-06 07:08:09");
    }

    @Test
    void partnersAndAlbumMembersLookAndDoNotTouch() {
        var ben = users.user();
        users.partner(ana, ben);
        change(photo, "{'isFavorite': true}");
        var seen =
                http.get()
                        .uri("/api/assets/" + photo)
                        .header("Authorization", users.bearer(ben))
                        .exchange();
        assertThat(seen).bodyJson().isLenientlyEqualTo("{\"isFavorite\": false, \"people\": []}");
        var bens = given.asset(ben, Map.of());
        ana = ben;
        for (var refused :
                List.of(
                        change(photo, "{'description': 'Mine now'}"),
                        changeMany(List.of(bens, photo), "'description': 'Mine now'"))) {
            assertThat(refused)
                    .hasStatus(400)
                    .bodyJson()
                    .extractingPath("message")
                    .isEqualTo("Not found or no asset.update access");
        }
        assertThat(exif(photo, "description")).isEmpty();
        assertThat(
                        jdbc.sql("select 1 from asset_exif where asset_id = ?")
                                .param(bens)
                                .query()
                                .listOfRows())
                .isEmpty();
    }

    @Test
    void theOwnerAloneSeesWhoIsOnAPhoto() {
        var person = UUID.randomUUID();
        jdbc.sql("insert into person (id, owner_id, name) values (?, ?, 'Marie')")
                .params(person, ana.userId())
                .update();
        for (int face = 0; face < 2; face++) {
            jdbc.sql(
                            """
                            insert into asset_face (asset_id, person_id, image_width, image_height,
                                bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                            values (?, ?, 100, 100, 1, 2, 3, 4)
                            """)
                    .params(photo, person)
                    .update();
        }
        var seen = change(photo, "{}");
        assertThat(seen).bodyJson().extractingPath("$.people.length()").isEqualTo(1);
        assertThat(seen).bodyJson().extractingPath("people[0].name").isEqualTo("Marie");
    }

    @Test
    void aKeyNeedsThePermission() {
        var key = users.apiKey(ana, Permission.ASSET_READ);
        assertThat(
                        http.put()
                                .uri("/api/assets/" + photo)
                                .header("x-api-key", key)
                                .contentType(MediaType.APPLICATION_JSON)
                                .content("{}"))
                .hasStatus(403)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Missing required permission: asset.update");
    }

    private MvcTestResult change(UUID id, String body) {
        return send(HttpMethod.PUT, "/" + id, body);
    }

    private MvcTestResult changeMany(List<UUID> ids, String fields) {
        var list = ids.stream().map("'%s'"::formatted).collect(Collectors.joining(","));
        return send(HttpMethod.PUT, "", "{'ids': [%s], %s}".formatted(list, fields));
    }

    private MvcTestResult send(HttpMethod method, String path, String body) {
        return http.method(method)
                .uri("/api/assets" + path)
                .header("Authorization", users.bearer(ana))
                .contentType(MediaType.APPLICATION_JSON)
                .content(body.replace('\'', '"'))
                .exchange();
    }

    private List<String> locked(UUID id) {
        var names = exif(id, "array_to_string(locked_properties, ',')");
        return Stream.of(names.split(",")).filter(name -> !name.isEmpty()).toList();
    }

    private String value(UUID id, String column) {
        return jdbc.sql(
                        "select coalesce((%s)::text, 'null') from asset where id = ?"
                                .formatted(column))
                .param(id)
                .query(String.class)
                .single();
    }

    private String exif(UUID id, String column) {
        return jdbc.sql(
                        "select coalesce((%s)::text, 'null') from asset_exif where asset_id = ?"
                                .formatted(column))
                .param(id)
                .query(String.class)
                .single();
    }
}
