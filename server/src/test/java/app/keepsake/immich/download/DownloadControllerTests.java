package app.keepsake.immich.download;

import static app.keepsake.support.Wire.ids;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.user.UserSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class DownloadControllerTests {

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired UserSettings settings;
    @TempDir Path folder;
    Caller ana;
    Caller me;

    @BeforeEach
    void aUser() {
        ana = users.user();
        me = ana;
    }

    private UUID upload(String name, String content, Map<String, String> columns) throws Exception {
        return given.upload(me, Files.writeString(folder.resolve(name), content), columns);
    }

    private UUID still(String film, boolean isEmbedded) throws Exception {
        var moving =
                upload(
                        film + ".mp4",
                        "a film",
                        Map.of(
                                "type", "VIDEO",
                                "visibility", "hidden",
                                "is_embedded", Boolean.toString(isEmbedded)));
        return upload("a.jpg", "a photo", Map.of("live_photo_video_id", moving.toString()));
    }

    private UUID filmOf(UUID still) {
        return jdbc.sql("select live_photo_video_id from asset where id = ?")
                .param(still)
                .query(UUID.class)
                .single();
    }

    private MvcTestResult post(String path, String body) {
        return http.post()
                .uri("/api/download/" + path)
                .header("Authorization", users.bearer(me))
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private JsonNode info(String body) throws Exception {
        var answer = post("info", body);
        assertThat(answer).hasStatus(201);
        return JsonMapper.shared().readTree(answer.getResponse().getContentAsString());
    }

    private static List<UUID> idsOf(JsonNode info) {
        var ids = new ArrayList<UUID>();
        for (var archive : info.path("archives")) {
            archive.path("assetIds").forEach(id -> ids.add(UUID.fromString(id.asString())));
        }
        return ids;
    }

    private static String some(UUID... assetIds) {
        return ids(assetIds).replace("\"ids\"", "\"assetIds\"");
    }

    private void preferEmbedded() {
        var changes =
                (ObjectNode)
                        JsonMapper.shared()
                                .readTree("{\"download\": {\"includeEmbeddedVideos\": true}}");
        settings.setPreferences(me, me.userId(), changes);
    }

    @Test
    void aLivePhotoComesWithItsFilmAndAMotionPhotoOnlyIfItsOwnerPrefersSo() throws Exception {
        var live = still("live", false);
        var motion = still("motion", true);
        var whole = Map.of(live, filmOf(live), motion, filmOf(motion));
        assertThat(idsOf(info(some(live, motion)))).containsExactly(live, motion, whole.get(live));
        assertThat(info(some(motion)).path("totalSize").asLong()).isEqualTo("a photo".length());
        preferEmbedded();
        assertThat(idsOf(info(some(live, motion))))
                .containsExactlyInAnyOrder(live, motion, whole.get(live), whole.get(motion));
        assertThat(info(some(motion)).path("totalSize").asLong())
                .isEqualTo("a photo".length() + "a film".length());
        // One that is asked for by itself always comes, and once.
        assertThat(idsOf(info(some(live, filmOf(live))))).containsExactly(live, filmOf(live));
    }

    @Test
    void anArchiveThatIsFullIsFollowedByAnother() throws Exception {
        var one = upload("a.jpg", "12345", Map.of());
        var two = upload("b.jpg", "12345", Map.of());
        var three = upload("c.jpg", "12345", Map.of());
        var info = info(some(one, two, three).replace("}", ", \"archiveSize\": 6}"));
        assertThat(info.path("archives")).hasSize(2);
        assertThat(info.path("archives").path(0).path("size").asLong()).isEqualTo(10);
        assertThat(info.path("archives").path(1).path("size").asLong()).isEqualTo(5);
        assertThat(idsOf(info)).containsExactly(one, two, three);
        assertThat(info.path("totalSize").asLong()).isEqualTo(15);
    }

    @Test
    void allOfAUserIsWhatTheyShow() throws Exception {
        var photo = upload("a.jpg", "1", Map.of());
        var archived = upload("b.jpg", "1", Map.of("visibility", "archive"));
        var locked = upload("c.jpg", "1", Map.of("visibility", "locked"));
        var trashed = upload("d.jpg", "1", Map.of("deleted_at", "2024-01-01T00:00:00Z"));
        var mine = "{\"userId\": \"%s\"}".formatted(ana.userId());
        assertThat(idsOf(info(mine))).contains(photo, archived).doesNotContain(locked, trashed);
        me = users.user();
        assertThat(post("info", mine)).hasStatus(400);
        users.partner(ana, me);
        assertThat(idsOf(info(mine))).containsExactly(photo);
    }

    @Test
    void anAlbumIsForWhoIsInIt() throws Exception {
        var photo = upload("a.jpg", "1", Map.of());
        var album = UUID.randomUUID();
        jdbc.sql("insert into album (id) values (?)").param(album).update();
        jdbc.sql("insert into album_user (album_id, user_id, role) values (?, ?, 'owner')")
                .params(album, ana.userId())
                .update();
        jdbc.sql("insert into album_asset (album_id, asset_id) values (?, ?)")
                .params(album, photo)
                .update();
        var body = "{\"albumId\": \"%s\"}".formatted(album);
        assertThat(idsOf(info(body))).containsExactly(photo);
        me = users.user();
        assertThat(post("info", body)).hasStatus(400);
    }

    @Test
    void anArchiveHoldsTheOriginalsUnderNamesOfTheirOwn() throws Exception {
        var one = upload("a.jpg", "one", Map.of());
        var two = upload("a.jpg", "two", Map.of());
        var three = upload("a+1.jpg", "three", Map.of());
        var evil = upload("b.jpg", "evil", Map.of());
        jdbc.sql("update asset set original_file_name = '../../b.jpg' where id = ?")
                .param(evil)
                .update();
        var same = upload("A.JPG", "four", Map.of());
        var backwards = upload("\u202egpj.exe.jpg", "five", Map.of());
        var answer = post("archive", some(one, two, three, evil, same, backwards));
        assertThat(answer).hasStatus(200).hasContentType("application/octet-stream");
        assertThat(entriesOf(answer.getResponse().getContentAsByteArray()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "a.jpg", "one",
                                "a+1.jpg", "two",
                                "a+1+1.jpg", "three",
                                "A+2.JPG", "four",
                                "_gpj.exe.jpg", "five",
                                ".._.._b.jpg", "evil"));
    }

    private static Map<String, String> entriesOf(byte[] archive) throws Exception {
        var entries = new TreeMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(
                        entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void nobodyGetsAnArchiveOfWhatIsNotTheirs() throws Exception {
        var photo = upload("a.jpg", "1", Map.of());
        me = users.user();
        for (var path : List.of("info", "archive")) {
            assertThat(post(path, some(photo)))
                    .hasStatus(400)
                    .bodyJson()
                    .extractingPath("message")
                    .isEqualTo("Not found or no asset.download access");
        }
        assertThat(post("info", "{}")).hasStatus(400);
    }

    /** Or half an archive would pass for all of it. */
    @Test
    void anArchiveBeginsOnlyWhenAllIsThere() throws Exception {
        var photo = upload("a.jpg", "1", Map.of());
        var missing = given.asset(me, Map.of());
        assertThat(post("archive", some(photo, missing))).hasStatus(404);
    }
}
