package app.keepsake.immich.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Wire;
import app.keepsake.words.SearchWords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
import tools.jackson.databind.json.JsonMapper;

/** Pictures are found by what stands on them. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class TextSearchTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    private final Map<UUID, String> names = new HashMap<>();
    private Wire wire;
    private Caller ana;

    @BeforeEach
    void setUp() {
        wire = new Wire(http, users);
        ana = users.user();
        showing("receipt", "Caf\u00e9 Central", "TOTAL 12.50 \u20ac", "thank you");
        showing("poster", "Grand Opening", "50% off", "every_thing must \"go\"");
        showing("station", "\u6771\u4eac\u99c5", "Tokyo Station");
        showing("menu", "\u5317\u4eac\u70e4\u9e2d", "C:\\menu");
        showing("sign", "\u6771");
        showing("nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    cafe                    | receipt
                    CAF\u00c9              | receipt
                    central total           | receipt
                    central opening         |
                    centr                   | receipt
                    entra                   | receipt
                    openning                | poster
                    zebra                   |
                    to                      |
                    12.50                   | receipt
                    \u20ac                 | receipt
                    %                       | poster
                    _                       | poster
                    50%                     | poster
                    c%l                     |
                    caf_                    |
                    every_thing             | poster
                    every*                  | poster
                    "go"                    | poster
                    "central"               | receipt
                    "                       | poster
                    '                       |
                    ' or true --            |
                    c:\\menu              | menu
                    \\                    | menu
                    \u6771                 | sign station
                    \u4eac                 | menu station
                    \u6771\u4eac          | station
                    \u6771\u4eac\u99c5   | station
                    \u6771\u4eac tokyo    | station
                    \u4eac\u6771          |
                    \u5317\u4eac\u70e4\u9e2d | menu
                    tokyo\u6771\u4eac     | station
                    """)
    void wordsFindWhatTheyStandOn(String words, @org.jspecify.annotations.Nullable String found) {
        assertThat(find("metadata", Map.of("ocr", words)))
                .containsExactlyInAnyOrder(found == null ? new String[0] : found.split(" "));
    }

    @Test
    void narrowsTheFilterOfThisVersionToo() {
        assertThat(find("metadata", Map.of("filter", Map.of("ocr", Map.of("matches", "openning")))))
                .containsExactly("poster");
    }

    @Test
    void noWordsAreNoFilter() {
        assertThat(find("metadata", Map.of("ocr", " "))).hasSize(6);
    }

    @Test
    void narrowsEverySearch() {
        var photo = showing("favourite", "Tokyo Tower");
        jdbc.sql("update asset set is_favorite = true where id = ?").param(photo).update();
        assertThat(find("metadata", Map.of("ocr", "tokyo", "isFavorite", true)))
                .containsExactly("favourite");
        for (var name : List.of("favourite", "station", "menu")) {
            jdbc.sql(
                            "insert into smart_search (asset_id, model, embedding) values (?, 't', ?::halfvec)")
                    .params(id(name), Collections.nCopies(512, 1).toString())
                    .update();
        }
        assertThat(find("smart", Map.of("ocr", "tokyo", "queryAssetId", id("menu"))))
                .containsExactlyInAnyOrder("favourite", "station");
    }

    @Test
    void whatIsCutAwayOrAnothersIsNotFound() {
        jdbc.sql("update ocr set is_visible = false where text = 'Tokyo Station' and asset_id = ?")
                .param(id("station"))
                .update();
        assertThat(find("metadata", Map.of("ocr", "tokyo"))).isEmpty();
        assertThat(find("metadata", Map.of("ocr", "\u6771\u4eac"))).containsExactly("station");
        ana = users.user();
        assertThat(find("metadata", Map.of("ocr", "cafe"))).isEmpty();
    }

    @Test
    void refusesMoreThanAnyoneLooksFor() {
        var answer =
                wire.post(
                        ana,
                        "/api/search/metadata",
                        "{\"ocr\": \"%s\"}".formatted("a".repeat(257)),
                        400);
        assertThat(answer.get("message").asString()).contains("ocr").contains("256");
    }

    private UUID showing(String name, String... lines) {
        var id = given.asset(ana, Map.of());
        names.put(id, name);
        for (var line : lines) {
            jdbc.sql(
                            """
                            insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                                text_score, text, words)
                            values (?, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, ?, ?)
                            """)
                    .params(id, line, String.join(" ", SearchWords.of(line)))
                    .update();
        }
        return id;
    }

    private UUID id(String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private List<String> find(String kind, Map<String, Object> body) {
        var found = new ArrayList<String>();
        wire.post(ana, "/api/search/" + kind, JsonMapper.shared().writeValueAsString(body), 200)
                .at("/assets/items")
                .forEach(item -> found.add(names.get(UUID.fromString(item.get("id").asString()))));
        return found;
    }
}
