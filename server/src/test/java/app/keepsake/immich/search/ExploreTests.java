package app.keepsake.immich.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import tools.jackson.databind.JsonNode;

/** What there is to look for: places, cameras, people, and what takes most of the disk. */
@ServerTest
class ExploreTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    private Caller ana;
    private Wire wire;

    @BeforeEach
    void setUp() {
        ana = users.user();
        wire = new Wire(http, users);
    }

    private UUID photo(Caller owner, @Nullable String city, Map<String, String> columns) {
        return photo(owner, city, null, null, columns);
    }

    private UUID photo(
            Caller owner,
            @Nullable String city,
            @Nullable String make,
            @Nullable String model,
            Map<String, String> columns) {
        var id = given.asset(owner, columns);
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, city, state, country, make, model, lens_model)
                        values (?, ?, ?, 'Austria', ?, ?, 'EF 50mm')
                        """)
                .params(Arrays.asList(id, city, city, make, model))
                .update();
        return id;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }

    @Test
    void citiesHaveTheNewestOfEachInTheOrderOfTheirNames() {
        var bo = users.user();
        users.partner(bo, ana, true);
        photo(ana, "Wien", Map.of("file_created_at", "2020-01-01T00:00:00Z"));
        var wien = photo(ana, "Wien", Map.of("file_created_at", "2021-01-01T00:00:00Z"));
        var graz = photo(bo, "Graz", Map.of());
        photo(ana, null, Map.of());
        photo(ana, "Linz", Map.of("visibility", "locked"));
        photo(ana, "Steyr", Map.of("visibility", "archive"));
        photo(users.user(), "Wels", Map.of());
        var cities = wire.get(ana, "/api/search/cities");
        assertThat(Wire.each(cities, "id")).containsExactly(graz.toString(), wien.toString());
        assertThat(cities.get(1).path("exifInfo").path("city").asString()).isEqualTo("Wien");
    }

    @Test
    void exploreShowsTheCitiesWithMostPhotosAndIsNeverWithoutThatGroup() {
        assertThat(wire.get(ana, "/api/search/explore").get(0).path("fieldName").asString())
                .isEqualTo("exifInfo.city");
        for (int i = 0; i < 6; i++) {
            photo(ana, "Wien", Map.of());
            if (i < 5) {
                photo(ana, "Graz", Map.of("file_created_at", "201%d-01-01T00:00:00Z".formatted(i)));
            }
            if (i < 4) {
                photo(ana, "Linz", Map.of());
            }
        }
        var bo = users.user();
        users.partner(bo, ana, true);
        for (int i = 0; i < 7; i++) {
            photo(bo, "Steyr", Map.of());
            photo(bo, "Linz", Map.of());
        }
        var groups = wire.get(ana, "/api/search/explore");
        assertThat(groups.size()).isEqualTo(1);
        var items = groups.get(0).path("items");
        assertThat(Wire.each(items, "value")).containsExactly("Wien", "Graz");
        assertThat(items.get(1).path("data").path("fileCreatedAt").asString()).startsWith("2014");
    }

    @Test
    void suggestionsAreTheValuesThatAreLeftToChoose() {
        photo(ana, "Wien", "Canon", "EOS R5", Map.of());
        photo(ana, "Graz", "Canon", "EOS R6", Map.of());
        photo(ana, null, "Sony", null, Map.of());
        photo(ana, "Linz", "Nokia", "3310", Map.of("visibility", "locked"));
        photo(users.user(), "Wels", "Apple", "iPhone", Map.of());
        var path = "/api/search/suggestions?type=";
        assertThat(texts(wire.get(ana, path + "city"))).containsExactly("Graz", "Wien");
        assertThat(texts(wire.get(ana, path + "city&includeNull=true")))
                .containsExactly("Graz", "Wien", "");
        assertThat(texts(wire.get(ana, path + "country"))).containsExactly("Austria");
        assertThat(texts(wire.get(ana, path + "state&country=Austria")))
                .containsExactly("Graz", "Wien");
        assertThat(texts(wire.get(ana, path + "camera-make"))).containsExactly("Canon", "Sony");
        assertThat(texts(wire.get(ana, path + "camera-model&make=Canon")))
                .containsExactly("EOS R5", "EOS R6");
        assertThat(texts(wire.get(ana, path + "camera-lens-model&make=Canon&model=EOS R6")))
                .containsExactly("EF 50mm");
        assertThat(wire.refusal(ana, HttpMethod.GET, path + "colour", null))
                .isEqualTo(
                        "type must be one of camera-lens-model, camera-make, camera-model, city,"
                                + " country, state");
        wire.call(ana, HttpMethod.GET, "/api/search/suggestions", null, 400);
        wire.call(ana, HttpMethod.GET, path + "city&make=a\0b", null, 400);
    }

    @Test
    void largeAssetsComeLargestFirst() {
        var small = photo(ana, "Wien", Map.of("size_in_bytes", "10"));
        var large = photo(ana, "Graz", Map.of("size_in_bytes", "5000000000"));
        var middle = photo(ana, "Wien", Map.of("size_in_bytes", "20", "is_favorite", "true"));
        var path = "/api/search/large-assets";
        assertThat(largest(path)).containsExactly(large, middle, small);
        assertThat(largest(path + "?minFileSize=20&size=1")).containsExactly(large);
        assertThat(largest(path + "?minFileSize=11&city=Wien&isFavorite=true"))
                .containsExactly(middle);
        var album = users.album(ana, users.user(), small);
        var other = users.album(ana, users.user(), small, middle);
        assertThat(largest(path + "?albumIds=%s&albumIds=%s".formatted(album, other)))
                .containsExactly(small);
        assertThat(wire.refusal(ana, HttpMethod.POST, path + "?size=ten", null))
                .isEqualTo("size must be from 1 to 1000");
        assertThat(wire.refusal(ana, HttpMethod.POST, path + "?isFavorite=yes", null))
                .isEqualTo("isFavorite must be true or false");
        assertThat(wire.post(ana, path + "?withExif=true", "", 200).get(0).has("exifInfo"))
                .isTrue();
    }

    private List<UUID> largest(String path) {
        return Wire.each(wire.call(ana, HttpMethod.POST, path, null, 200), "id").stream()
                .map(UUID::fromString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    klagenfurt | Klagenfurt am Wörthersee
                    zürich   | Zürich
                    ZURICH   | Zürich
                    san francis | San Francisco
                    """)
    void placesAreFoundByAPartOfTheirNameWhateverCaseAndAccents(String name, String first) {
        var places = wire.get(ana, "/api/search/places?name=" + name);
        assertThat(places.size()).isBetween(1, 20);
        assertThat(places.get(0).path("name").asString()).isEqualTo(first);
    }

    @Test
    void aPlaceHasItsStateAndPosition() {
        var graz =
                StreamSupport.stream(
                                wire.get(ana, "/api/search/places?name=Graz").spliterator(), false)
                        .filter(place -> place.path("name").asString().equals("Graz"))
                        .findFirst()
                        .orElseThrow();
        assertThat(graz.path("admin1name").asString()).isIn("Styria", "Steiermark");
        assertThat(graz.path("latitude").asDouble()).isBetween(46.9, 47.2);
        assertThat(graz.path("longitude").asDouble()).isBetween(15.3, 15.6);
        assertThat(wire.get(ana, "/api/search/places?name=xyzzyx").size()).isZero();
        assertThat(wire.get(ana, "/api/search/places?name= ").size()).isZero();
        wire.call(ana, HttpMethod.GET, "/api/search/places", null, 400);
    }

    private UUID person(Caller owner, String name, boolean isHidden) {
        return jdbc.sql(
                        "insert into person (owner_id, name, is_hidden) values (?, ?, ?) returning id")
                .params(owner.userId(), name, isHidden)
                .query(UUID.class)
                .single();
    }

    @Test
    void peopleAreFoundByTheBeginOfAName() {
        person(ana, "Maria Anderl", false);
        person(ana, "anna", false);
        person(ana, "Anna Secret", true);
        person(ana, "Johanna", false);
        person(ana, "", false);
        person(users.user(), "Anna Other", false);
        var path = "/api/search/person?name=";
        assertThat(Wire.each(wire.get(ana, path + "An"), "name"))
                .containsExactly("anna", "Maria Anderl");
        assertThat(Wire.each(wire.get(ana, path + "anna&withHidden=true"), "name"))
                .containsExactlyInAnyOrder("anna", "Anna Secret");
        assertThat(wire.get(ana, path + "%25").size()).isZero();
        assertThat(wire.get(ana, path).size()).isZero();
        wire.call(ana, HttpMethod.GET, path + "\0", null, 400);
    }

    @Test
    void peopleAndStacksComeAlongWhereTheyAreWanted() {
        var bo = users.user();
        var mine = given.asset(ana, Map.of());
        var bos = given.asset(bo, Map.of());
        users.album(ana, bo, mine, bos);
        var album = users.album(bo, ana, mine, bos);
        face(mine, person(ana, "Anna", false));
        face(bos, person(bo, "Bo's friend", false));
        var stack =
                jdbc.sql(
                                """
                                insert into stack (owner_id, primary_asset_id) values (?, ?)
                                returning id
                                """)
                        .params(ana.userId(), mine)
                        .query(UUID.class)
                        .single();
        var below = given.asset(ana, Map.of("stack_id", stack.toString()));
        jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, mine).update();
        var body = "{\"albumIds\": [\"%s\"]%s}";
        var items = items(body.formatted(album, ", \"withPeople\": true, \"withStacked\": true"));
        assertThat(Wire.each(item(items, mine).path("people"), "name")).containsExactly("Anna");
        assertThat(item(items, mine).path("stack").path("assetCount").asInt()).isEqualTo(2);
        assertThat(item(items, mine).path("stack").path("primaryAssetId").asString())
                .isEqualTo(mine.toString());
        assertThat(item(items, bos).path("people").size()).isZero();
        assertThat(item(items, bos).path("stack").isNull()).isTrue();
        var plain = items(body.formatted(album, ""));
        assertThat(item(plain, mine).path("people").size()).isZero();
        assertThat(item(plain, mine).path("stack").isNull()).isTrue();
        assertThat(items("{}")).containsKeys(mine, below);
    }

    private Map<UUID, JsonNode> items(String body) {
        var items = new TreeMap<UUID, JsonNode>();
        wire.post(ana, "/api/search/metadata", body, 200)
                .path("assets")
                .path("items")
                .forEach(item -> items.put(Wire.id(item), item));
        return items;
    }

    private static JsonNode item(Map<UUID, JsonNode> items, UUID id) {
        return Objects.requireNonNull(items.get(id));
    }

    private void face(UUID asset, UUID person) {
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, person_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (?, ?, 1, 1, 0, 0, 1, 1)
                        """)
                .params(asset, person)
                .update();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"colour": {"eq": "red"}}        | filter.colour is unknown
                    {"city": {"like": "W"}}          | filter.city.like is unknown
                    {"city": "Wien"}                 | filter.city must be an object
                    {"city": {"eq": 1}}              | filter.city.eq must be a text
                    {"city": {"in": "Wien"}}         | filter.city.in must be a list of at most 1000
                    {"city": {"in": [null]}}         | filter.city.in must be a text
                    {"type": {"eq": "PHOTO"}}        | filter.type.eq must be one of IMAGE, VIDEO, AUDIO, OTHER
                    {"type": {"ne": null}}           | filter.type.ne must not be null
                    {"rating": {"gt": "3"}}          | filter.rating.gt must be a number
                    {"fileSizeInBytes": {"gt": 1e999}} | filter.fileSizeInBytes.gt must be a number
                    {"takenAt": {"lt": "now"}}       | filter.takenAt.lt must be a date like 2024-01-01T00:00:00.000Z
                    {"takenAt": {"lt": "+99999-01-01T00:00:00Z"}} | filter.takenAt.lt must be a date like 2024-01-01T00:00:00.000Z
                    {"isMotion": {}}                 | filter.isMotion.eq must be true or false
                    {"isMotion": {"ne": true}}       | filter.isMotion.ne is unknown
                    {"personIds": {"all": ["1"]}}    | filter.personIds.all must be a UUID
                    {"personIds": {"some": []}}      | filter.personIds.some is unknown
                    {"ocr": {}}                      | filter.ocr.matches must be a text
                    {"or": {}}                       | filter.or must be a list of at most 100
                    {"or": [{"or": []}]}             | filter.or.or is unknown
                    {"or": [1]}                      | filter.or must be an object
                    {"albumIds": {"none": ["7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"]}} | Not found or no album.read access
                    {"or": [{"tagIds": {"any": ["7f3c1c5e-8a1b-4c1d-9e2f-0a1b2c3d4e5f"]}}]} | Not found or no tag.read access
                    """)
    void whatAFilterCannotBeIsRefusedByName(String filter, String message) {
        for (var kind : List.of("metadata", "random", "statistics")) {
            assertThat(
                            wire.refusal(
                                    ana,
                                    HttpMethod.POST,
                                    "/api/search/" + kind,
                                    "{\"filter\": %s}".formatted(filter)))
                    .isEqualTo(message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"visibility": {"eq": "locked"}}
                    {"visibility": {"in": ["timeline", "locked"]}}
                    {"or": [{"visibility": {"eq": "locked"}}]}
                    """)
    void lockedAssetsAreNotFoundByAnyFilter(String filter) {
        given.asset(ana, Map.of("visibility", "locked"));
        var body = "{\"filter\": %s}".formatted(filter);
        wire.post(ana, "/api/search/metadata", body, 401);
        wire.post(ana, "/api/search/statistics", body, 401);
        for (var others : List.of("\"ne\": \"timeline\"", "\"notIn\": [\"archive\"]")) {
            assertThat(items("{\"filter\": {\"visibility\": {%s}}}".formatted(others))).isEmpty();
        }
    }
}
