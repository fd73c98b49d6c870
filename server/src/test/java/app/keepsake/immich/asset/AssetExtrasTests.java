package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.album.AlbumChanged;
import app.keepsake.auth.Caller;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.QueueName;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.nio.file.Files;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

/** What is kept with an asset, found on it, handed on to another, and done for it again. */
@ServerTest
@RecordApplicationEvents
@SuppressWarnings("NullAway.Init") // set before each test
class AssetExtrasTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired Library library;
    @Autowired JobQueue queue;
    @Autowired ApplicationEvents events;
    Caller ana;
    UUID photo;

    @BeforeEach
    void aPhoto() {
        ana = users.user();
        photo = given.asset(ana, Map.of());
    }

    @Test
    void valuesAreKeptByNameReplacedAndForgotten() {
        var path = "/" + photo + "/metadata";
        assertThat(put(path, "{'items': [{'key': 'mobile-app', 'value': {'iCloudId': 'a'}}]}"))
                .hasStatusOk();
        put(path, "{'items': [{'key': 'other', 'value': {}}]}");
        put(path, "{'items': [{'key': 'mobile-app', 'value': {'iCloudId': 'b'}}]}");
        assertThat(get(path))
                .bodyJson()
                .isLenientlyEqualTo(
                        json(
                                "[{'key': 'mobile-app', 'value': {'iCloudId': 'b'}}, {'key': 'other'}]"));
        assertThat(get(path + "/mobile-app"))
                .bodyJson()
                .extractingPath("value.iCloudId")
                .isEqualTo("b");
        assertThat(send(HttpMethod.DELETE, path + "/mobile-app", "")).hasStatus(204);
        assertThat(send(HttpMethod.DELETE, path + "/mobile-app", "")).hasStatus(204);
        assertThat(get(path + "/mobile-app"))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo(
                        "Metadata with key \"mobile-app\" not found for asset with id \"%s\""
                                .formatted(photo));
        assertThat(get(path)).bodyJson().extractingPath("$.length()").isEqualTo(1);
    }

    /** As the phone app tells the ids that its photos have in an iCloud. */
    @Test
    void valuesOfManyAssetsAreKeptAndForgottenTogether() {
        var second = given.asset(ana, Map.of());
        var item = "{'assetId': '%s', 'key': 'mobile-app', 'value': {'iCloudId': '%s'}}";
        var answer =
                put(
                        "/metadata",
                        "{'items': [%s, %s]}"
                                .formatted(item.formatted(photo, 1), item.formatted(second, 2)));
        assertThat(answer)
                .bodyJson()
                .extractingPath("$[*].assetId")
                .asArray()
                .containsExactlyInAnyOrder(photo.toString(), second.toString());
        var keys =
                "{'items': [{'assetId': '%s', 'key': 'mobile-app'}, {'assetId': '%s', 'key': 'x'}]}"
                        .formatted(photo, second);
        assertThat(send(HttpMethod.DELETE, "/metadata", keys)).hasStatus(204);
        assertThat(get("/" + photo + "/metadata")).bodyJson().isEqualTo("[]");
        assertThat(get("/" + second + "/metadata/mobile-app")).hasStatusOk();
    }

    @Test
    void anothersAssetKeepsNothingOfMineAndMineNothingThatIsTooMuch() {
        var anothers = given.asset(users.user(), Map.of());
        var item = "{'assetId': '%s', 'key': '%s', 'value': %s}";
        for (var refused :
                new String[] {
                    item.formatted(photo, "a", "{}") + "," + item.formatted(anothers, "a", "{}"),
                    item.formatted(photo, "a", "{}") + "," + item.formatted(photo, "a", "{'b': 1}"),
                    item.formatted(photo, "", "{}"),
                    item.formatted(photo, "k".repeat(101), "{}"),
                    item.formatted(photo, "a", "[]"),
                    item.formatted(photo, "a", "{'b': '" + "x".repeat(20_000) + "'}"),
                    item.formatted(photo, "a", "{'b': '\\u0000'}"),
                    IntStream.rangeClosed(0, 50)
                            .mapToObj(i -> item.formatted(photo, "k" + i, "{}"))
                            .collect(Collectors.joining(","))
                }) {
            assertThat(put("/metadata", "{'items': [%s]}".formatted(refused))).hasStatus(400);
        }
        assertThat(
                        jdbc.sql("select 1 from asset_metadata where asset_id in (?, ?)")
                                .params(photo, anothers)
                                .query()
                                .listOfRows())
                .isEmpty();
        assertThat(get("/" + anothers + "/metadata")).hasStatus(400);
        assertThat(send(HttpMethod.DELETE, "/" + anothers + "/metadata/a", "")).hasStatus(400);
    }

    @Test
    void textOnAPhotoIsReadByThoseWhoSeeIt() {
        for (var line : Map.of("below", 0.8, "above", 0.2, "hidden", 0.1).entrySet()) {
            jdbc.sql(
                            """
                            insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                                text_score, text, is_visible)
                            values (?, 0.1, ?, 0.5, 0.2, 0.5, 0.3, 0.1, 0.3, 0.9, 0.8, ?, ?)
                            """)
                    .params(photo, line.getValue(), line.getKey(), !line.getKey().equals("hidden"))
                    .update();
        }
        assertThat(get("/" + photo + "/ocr"))
                .bodyJson()
                .extractingPath("$[*].text")
                .asArray()
                .containsExactly("above", "below");
        ana = users.user();
        assertThat(get("/" + photo + "/ocr")).hasStatus(400);
    }

    @ParameterizedTest
    @CsvSource({
        "refresh-metadata, METADATA_EXTRACTION, metadata_extracted_at",
        "regenerate-thumbnail, THUMBNAIL_GENERATION, thumbnails_at",
        "refresh-faces, FACE_DETECTION, faces_recognized_at"
    })
    void workIsQueuedAgain(String name, QueueName where, String done) {
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, metadata_extracted_at,
                            thumbnails_at, faces_recognized_at)
                        values (?, now(), now(), now())
                        """)
                .param(photo)
                .update();
        jdbc.sql(
                        "insert into job_queue (name, is_paused) values (?, true) on conflict (name) do update set is_paused = true")
                .param(where.wireName())
                .update();
        queue.announceSettings();
        try {
            assertThat(again(name, photo)).hasStatus(204);
            assertThat(queue.list(where, 1000))
                    .anyMatch(queued -> queued.job().subjectId().equals(photo));
            // I3: Redis may lose it before it is done.
            assertThat(isMissing(done, photo)).isTrue();
        } finally {
            queue.empty(where);
            jdbc.sql("update job_queue set is_paused = false where name = ?")
                    .param(where.wireName())
                    .update();
            queue.announceSettings();
        }
    }

    private boolean isMissing(String step, UUID assetId) {
        return jdbc.sql(
                        "select %s is null from asset_job_status where asset_id = ?"
                                .formatted(step))
                .param(assetId)
                .query(Boolean.class)
                .single();
    }

    @Test
    void whatIsNotMineIsRefusedAndSoIsWhatNobodyKnows() {
        assertThat(again("refresh-metadata", photo, given.asset(users.user(), Map.of())))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Not found or no asset.update access");
        assertThat(again("polish", photo)).hasStatus(400);
    }

    @Test
    void aBetterCopyTakesTheOldOnesPlace() throws Exception {
        var old =
                given.asset(
                        ana,
                        Map.of(
                                "is_favorite",
                                "true",
                                "sidecar_path",
                                "upload/%s.xmp".formatted(photo)));
        Files.createDirectories(library.resolve("upload"));
        Files.writeString(library.resolve("upload/%s.xmp".formatted(photo)), "<x/>");
        var album = UUID.randomUUID();
        jdbc.sql("insert into album (id) values (?)").param(album).update();
        jdbc.sql("insert into album_asset (album_id, asset_id) values (?, ?)")
                .params(album, old)
                .update();
        var stack = stack(old);
        assertThat(copy(old, photo, "")).hasStatus(204);
        assertThat(value(photo, "is_favorite")).isEqualTo(true);
        assertThat(value(photo, "stack_id")).isEqualTo(stack);
        assertThat(
                        jdbc.sql("select count(*) from album_asset where album_id = ?")
                                .param(album)
                                .query(Long.class)
                                .single())
                .isEqualTo(2);
        var sidecar = String.valueOf(value(photo, "sidecar_path"));
        assertThat(sidecar).isEqualTo(value(photo, "original_path") + ".xmp");
        assertThat(library.resolve(sidecar)).hasContent("<x/>");
        assertThat(events.stream(AlbumChanged.class)).containsExactly(new AlbumChanged(album));
        assertThat(events.stream(StacksChanged.class))
                .containsExactly(new StacksChanged(ana.userId()));
    }

    /** I3: Redis may lose it before it is done. */
    @Test
    void aCopiedSidecarIsToBeRead() throws Exception {
        var old = given.asset(ana, Map.of("sidecar_path", "upload/%s.xmp".formatted(photo)));
        Files.createDirectories(library.resolve("upload"));
        Files.writeString(library.resolve("upload/%s.xmp".formatted(photo)), "<x/>");
        jdbc.sql("insert into asset_job_status (asset_id, metadata_extracted_at) values (?, now())")
                .param(photo)
                .update();
        // Its original is missing, so that it cannot be read at once.
        assertThat(copy(old, photo, "")).hasStatus(204);
        assertThat(isMissing("metadata_extracted_at", photo)).isTrue();
    }

    @Test
    void onlyWhatIsAskedForIsCopied() {
        var old = given.asset(ana, Map.of("is_favorite", "true"));
        stack(old);
        assertThat(copy(old, photo, ", 'favorite': false, 'stack': false")).hasStatus(204);
        assertThat(value(photo, "is_favorite")).isEqualTo(false);
        assertThat(value(photo, "stack_id")).isNull();
    }

    @Test
    void twoStacksBecomeOne() {
        var old = given.asset(ana, Map.of());
        var third = given.asset(ana, Map.of());
        var theirs = stack(old, third);
        var mine = stack(photo);
        copy(old, photo, "");
        assertThat(value(old, "stack_id")).isEqualTo(mine);
        assertThat(value(third, "stack_id")).isEqualTo(mine);
        assertThat(jdbc.sql("select 1 from stack where id = ?").param(theirs).query().listOfRows())
                .isEmpty();
    }

    @Test
    void nothingIsCopiedFromAnothersAssetNorOntoItself() {
        var anothers = given.asset(users.user(), Map.of("is_favorite", "true"));
        assertThat(copy(anothers, photo, "")).hasStatus(400);
        assertThat(copy(photo, anothers, "")).hasStatus(400);
        assertThat(copy(photo, photo, ""))
                .hasStatus(400)
                .bodyJson()
                .extractingPath("message")
                .isEqualTo("Source and target id must be distinct");
        assertThat(value(photo, "is_favorite")).isEqualTo(false);
        assertThat(value(anothers, "is_favorite")).isEqualTo(true);
    }

    private UUID stack(UUID... members) {
        var stack = UUID.randomUUID();
        jdbc.sql("insert into stack (id, owner_id, primary_asset_id) values (?, ?, ?)")
                .params(stack, ana.userId(), members[0])
                .update();
        for (var member : members) {
            jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, member).update();
        }
        return stack;
    }

    private @Nullable Object value(UUID id, String column) {
        return jdbc.sql("select %s from asset where id = ?".formatted(column))
                .param(id)
                .query()
                .singleRow()
                .get(column);
    }

    private MvcTestResult copy(UUID source, UUID target, String more) {
        return put(
                "/copy", "{'sourceId': '%s', 'targetId': '%s'%s}".formatted(source, target, more));
    }

    private MvcTestResult again(String name, UUID... ids) {
        var list =
                IntStream.range(0, ids.length)
                        .mapToObj(i -> "'" + ids[i] + "'")
                        .collect(Collectors.joining(","));
        return send(
                HttpMethod.POST, "/jobs", "{'assetIds': [%s], 'name': '%s'}".formatted(list, name));
    }

    private MvcTestResult get(String path) {
        return send(HttpMethod.GET, path, "");
    }

    private MvcTestResult put(String path, String body) {
        return send(HttpMethod.PUT, path, body);
    }

    private MvcTestResult send(HttpMethod method, String path, String body) {
        return http.method(method)
                .uri("/api/assets" + path)
                .header("Authorization", users.bearer(ana))
                .contentType(MediaType.APPLICATION_JSON)
                .content(json(body))
                .exchange();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
