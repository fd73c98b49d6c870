package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.asset.Checksum;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.upload.Uploads;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
@ExtendWith(OutputCaptureExtension.class)
class MediaControllerTests {

    @Autowired Fixtures given;
    @Autowired Uploads uploads;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;
    @LocalServerPort int port;

    final HttpClient http = HttpClient.newHttpClient();
    final byte[] photo = new byte[150_000];
    Caller ana;
    String session;
    UUID id;

    @BeforeEach
    void upload() throws Exception {
        new Random().nextBytes(photo);
        ana = given.user();
        session = given.bearer(ana);
        id = upload("Čerešňa \"1\".jpg", photo);
    }

    @Test
    void sendsTheOriginalAsItCame() throws Exception {
        var answer = get("original");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(photo);
        assertHeader(answer, "Content-Type", "image/jpeg");
        assertHeader(answer, "Content-Length", "150000");
        assertHeader(answer, "Accept-Ranges", "bytes");
        assertHeader(
                answer,
                "Cache-Control",
                "private, max-age=86400, no-transform, stale-while-revalidate=2592000,"
                        + " stale-if-error=2592000");
        assertHeader(
                answer,
                "Content-Disposition",
                "inline; filename*=UTF-8''%C4%8Cere%C5%A1%C5%88a%20%221%22.jpg");
        assertHeader(answer, "X-Content-Type-Options", "nosniff");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "sandbox");
        assertHeader(
                answer,
                "ETag",
                '"'
                        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(photo))
                        + '"');
        assertHeader(answer, "Last-Modified", "Sat, 03 Feb 2024 11:00:00 GMT");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-1, 0, 2",
        "bytes=0-0, 0, 1",
        "bytes=100-199, 100, 200",
        "bytes=149999-, 149999, 150000",
        "bytes=-5, 149995, 150000",
        "bytes=-999999, 0, 150000",
        "bytes=149990-999999, 149990, 150000",
        "'bytes=0-9, 20-29', 0, 10"
    })
    void sendsARange(String range, int from, int to) throws Exception {
        var answer = get("original", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(206);
        assertHeader(answer, "Content-Range", "bytes %d-%d/150000".formatted(from, to - 1));
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(photo, from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=150000-", "bytes=-0", "bytes=150000-150001"})
    void refusesARangeBehindTheEnd(String range) throws Exception {
        var answer = get("original", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(416);
        assertHeader(answer, "Content-Range", "bytes */150000");
        assertThat(message(answer)).isEqualTo("Range not satisfiable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=9-1", "pages=1-2", "bytes=a-b", "bytes=", "x"})
    void ignoresARangeThatMakesNoSense(String range) throws Exception {
        var answer = get("original", "Range", range);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(150_000);
    }

    @Test
    void sendsNothingThatTheClientHas() throws Exception {
        var first = get("original");
        var etag = first.headers().firstValue("ETag").orElseThrow();
        var again = get("original", "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertHeader(again, "ETag", etag);
        assertThat(again.headers().firstValue("Cache-Control")).isPresent();
        var modified = first.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(get("original", "If-Modified-Since", modified).statusCode()).isEqualTo(304);
        assertThat(get("original", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void resumesOnlyWithTheSameBytes() throws Exception {
        var etag = get("original").headers().firstValue("ETag").orElseThrow();
        assertThat(get("original", "Range", "bytes=5-", "If-Range", etag).statusCode())
                .isEqualTo(206);
        assertThat(get("original", "Range", "bytes=5-", "If-Range", "\"other\"").statusCode())
                .isEqualTo(200);
        assertThat(
                        get(
                                        "original",
                                        "Range",
                                        "bytes=5-",
                                        "If-Range",
                                        "Sat, 03 Feb 2024 11:00:00 GMT")
                                .statusCode())
                .isEqualTo(206);
        assertThat(
                        get(
                                        "original",
                                        "Range",
                                        "bytes=5-",
                                        "If-Range",
                                        "Sat, 03 Feb 2023 11:00:00 GMT")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        var answer =
                http.send(
                        request("original")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertHeader(answer, "Content-Length", "150000");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void neverShowsADocumentInline() throws Exception {
        id = upload("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes());
        assertThat(get("original").headers().firstValue("Content-Disposition").orElseThrow())
                .startsWith("attachment;");
    }

    @Test
    void hidesAnotherUsersFiles() throws Exception {
        session = given.bearer(given.user());
        assertThat(message(get("original"))).isEqualTo("Not found or no asset.download access");
        assertThat(message(get("thumbnail"))).isEqualTo("Not found or no asset.view access");
        assertThat(message(get(""))).isEqualTo("Not found or no asset.read access");
    }

    @Test
    void keepsLockedAssetsFromSessionsWithoutElevation() throws Exception {
        derive("thumbnail", "webp", "small");
        jdbc.sql("update asset set visibility = 'locked' where id = ?").param(id).update();
        for (var path : new String[] {"", "original", "thumbnail"}) {
            var refused = get(path);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(message(refused)).isEqualTo("Elevated permission is required");
        }
        session = given.bearer(given.user());
        assertThat(message(get(""))).isEqualTo("Not found or no asset.read access");
    }

    @Test
    void sendsDerivativesOnceTheyAreMade() throws Exception {
        var early = get("thumbnail");
        assertThat(early.statusCode()).isEqualTo(404);
        assertThat(message(early)).isEqualTo("Asset media not found");

        derive("thumbnail", "webp", "small");
        derive("preview", "jpeg", "large");
        var thumbnail = get("thumbnail?c=abc");
        assertThat(thumbnail.statusCode()).isEqualTo(200);
        assertThat(thumbnail.body()).asString().isEqualTo("small");
        assertHeader(thumbnail, "Content-Type", "image/webp");
        var preview = get("thumbnail?size=preview&edited=true");
        assertThat(preview.body()).asString().isEqualTo("large");
        assertHeader(preview, "Content-Type", "image/jpeg");
        var etag = preview.headers().firstValue("ETag").orElseThrow();
        assertThat(get("thumbnail?size=preview", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void redirectsToTheSizeThatThereIs() throws Exception {
        assertRedirect("thumbnail?size=original", "original");
        assertRedirect("thumbnail?edited=true&size=original&c=1", "original?edited=true&c=1");
        assertRedirect("thumbnail?size=fullsize", "original");
        id = upload("a.heic", new byte[] {1, 2, 3});
        assertRedirect("thumbnail?size=fullsize&c=1", "thumbnail?c=1&size=preview");
        assertThat(get("thumbnail?size=huge").statusCode()).isEqualTo(400);
    }

    /** Made as large as it is once more, it would stand still. */
    @ParameterizedTest
    @ValueSource(strings = {"gif", "webp"})
    void aPictureThatMovesIsSentAsItCame(String kind, @TempDir Path folder) throws Exception {
        var file = folder.resolve("a." + kind);
        var source = "testsrc=size=64x48:rate=5:duration=1";
        Tool.run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, file.toString());
        var moving = Files.readAllBytes(file);
        id = upload("a." + kind, moving);
        derive("preview", "jpeg", "large and still");
        assertRedirect("thumbnail?size=fullsize&c=1", "original?c=1");
        var answer = get("original?c=1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(moving);
        assertHeader(answer, "Content-Type", "image/" + kind);
    }

    @Test
    void showsEditsToThoseWhoAskForThem() throws Exception {
        derive("thumbnail", "webp", "small");
        derive("preview", "jpeg", "large");
        jdbc.sql("update asset set is_edited = true where id = ?").param(id).update();
        // Not made yet.
        assertThat(get("thumbnail?edited=true").body()).asString().isEqualTo("small");
        derive("edited_thumbnail", "webp", "small and turned");
        derive("edited_preview", "jpeg", "large and turned");
        assertThat(get("thumbnail?edited=true").body()).asString().isEqualTo("small and turned");
        assertThat(get("thumbnail?size=preview&edited=true").body())
                .asString()
                .isEqualTo("large and turned");
        for (var plain : new String[] {"thumbnail", "thumbnail?edited=false"}) {
            assertThat(get(plain).body()).asString().isEqualTo("small");
        }
        assertRedirect("thumbnail?size=fullsize", "original");
        assertThat(get("thumbnail?edited=maybe").statusCode()).isEqualTo(400);
        assertThat(get("original").body()).isEqualTo(photo);
    }

    /** What somebody cut out of a picture is not in what is saved of it. */
    @Test
    void savesWhatIsEditedAsItIsEdited() throws Exception {
        String[] edited = {"original?edited=true", "thumbnail?size=fullsize&edited=true&c=1"};
        assertThat(get("original?edited=true").body()).isEqualTo(photo);
        edits(false);
        for (var path : edited) {
            assertThat(get(path).statusCode()).isEqualTo(404);
        }
        derive("edited_fullsize", "jpeg", "large and cut");
        edits(true);
        for (var path : edited) {
            var answer = get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).asString().isEqualTo("large and cut");
            assertHeader(answer, "Content-Type", "image/jpeg");
            assertThat(answer.headers().firstValue("ETag"))
                    .isNotEqualTo(get("original").headers().firstValue("ETag"));
        }
        assertThat(get("original?edited=false").body()).isEqualTo(photo);
        // There are other edits, which it does not show yet.
        edits(false);
        for (var path : edited) {
            assertThat(get(path).statusCode()).isEqualTo(404);
        }
    }

    private void edits(boolean areApplied) {
        jdbc.sql("update asset set is_edited = true where id = ?").param(id).update();
        jdbc.sql(
                        """
                        update asset_job_status set edits_at = case when ? then now() end
                        where asset_id = ?
                        """)
                .params(areApplied, id)
                .update();
    }

    @Test
    void playsAFilmAsItCameUntilThereIsOneForBrowsers() throws Exception {
        assertThat(get("video/playback").statusCode()).isEqualTo(404);
        photo[0]++; // or it would be a duplicate
        id = upload("a.mov", photo);
        var probe = get("video/playback", "Range", "bytes=0-1");
        assertThat(probe.statusCode()).isEqualTo(206);
        assertHeader(probe, "Content-Range", "bytes 0-1/150000");
        assertHeader(probe, "Content-Type", "video/quicktime");
        assertThat(probe.body()).isEqualTo(Arrays.copyOf(photo, 2));
        assertThat(get("video/playback", "Range", "bytes=150000-").statusCode()).isEqualTo(416);
        var head =
                http.send(
                        request("video/playback")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertHeader(head, "Accept-Ranges", "bytes");
        assertHeader(head, "Content-Length", "150000");

        derive("encoded_video", "mp4", "smaller");
        var encoded = get("video/playback");
        assertThat(encoded.body()).asString().isEqualTo("smaller");
        assertHeader(encoded, "Content-Type", "video/mp4");
        var etag = encoded.headers().firstValue("ETag").orElseThrow();
        assertThat(get("video/playback", "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(get("original").body()).isEqualTo(photo);

        session = given.bearer(given.user());
        assertThat(message(get("video/playback"))).isEqualTo("Not found or no asset.view access");
    }

    @Test
    void saysWhenAnOriginalIsGone() throws Exception {
        var file = library.resolve(originalPath());
        Files.delete(file);
        assertThat(get("original").statusCode()).isEqualTo(404);
    }

    /** A client would keep the half for the whole, under its checksum. */
    @Test
    void sendsNothingOfAnOriginalThatWasCutShort(CapturedOutput output) throws Exception {
        var file = library.resolve(originalPath());
        Files.write(file, Arrays.copyOf(photo, photo.length / 2));
        assertThat(get("original").statusCode()).isEqualTo(404);
        assertThat(get("original", "Range", "bytes=0-9").statusCode()).isEqualTo(404);
        assertThat(output).contains(file.toString(), "75000 bytes", "150000");
        Files.write(file, photo);
        assertThat(get("original").body()).isEqualTo(photo);
    }

    @Test
    void describesAnAsset() throws Exception {
        var json = JsonMapper.shared().readTree(get("").body());
        assertThat(json.path("id").asString()).isEqualTo(id.toString());
        assertThat(json.path("originalFileName").asString()).isEqualTo("Čerešňa \"1\".jpg");
        assertThat(json.path("checksum").asString())
                .isEqualTo(Checksum.of(MessageDigest.getInstance("SHA-1").digest(photo)).base64());
        assertThat(json.path("fileCreatedAt").asString()).isEqualTo("2024-02-03T08:20:30.000Z");
        assertThat(json.path("exifInfo").path("fileSizeInByte").asInt()).isEqualTo(150_000);
    }

    @Test
    void countsWhatACallerHas() throws Exception {
        upload("a.mov", new byte[] {4, 5});
        var trashed = upload("b.jpg", new byte[] {4, 6});
        jdbc.sql("update asset set deleted_at = now() where id = ?").param(trashed).update();
        var favorite = upload("c.jpg", new byte[] {4, 7});
        jdbc.sql("update asset set is_favorite = true, visibility = 'archive' where id = ?")
                .param(favorite)
                .update();
        assertThat(statistics("")).isEqualTo("{\"images\":2,\"videos\":1,\"total\":3}");
        assertThat(statistics("?isTrashed=true"))
                .isEqualTo("{\"images\":1,\"videos\":0,\"total\":1}");
        assertThat(statistics("?isFavorite=true"))
                .isEqualTo("{\"images\":1,\"videos\":0,\"total\":1}");
        assertThat(statistics("?isFavorite=false&visibility=timeline"))
                .isEqualTo("{\"images\":1,\"videos\":1,\"total\":2}");
    }

    @Test
    void needsThePermissionForEach() throws Exception {
        var key = given.apiKey(ana, Permission.ASSET_VIEW);
        assertThat(getWithKey("original", key).statusCode()).isEqualTo(403);
        assertThat(getWithKey("", key).statusCode()).isEqualTo(403);
        assertThat(getWithKey("thumbnail", key).statusCode()).isEqualTo(404);
    }

    private String statistics(String query) throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/api/assets/statistics%s"
                                                .formatted(port, query)))
                        .header("Authorization", session);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private UUID upload(String name, byte[] bytes) throws Exception {
        var form = Form.dated().field("filename", name).file("assetData", "x", bytes);
        return uploads.receive(
                        ana,
                        null,
                        new Uploads.Body(
                                new ByteArrayInputStream(form.bytes()), form.contentType(), -1))
                .assetId();
    }

    /** As the worker does it. */
    private void derive(String type, String extension, String content) throws Exception {
        var path = "thumbs/%s/%s_%s.%s".formatted(ana.userId(), id, type, extension);
        var file = library.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        jdbc.sql("insert into asset_file (asset_id, type, path) values (?, ?, ?)")
                .params(id, type, path)
                .update();
    }

    private String originalPath() {
        return jdbc.sql("select original_path from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private HttpResponse<byte[]> get(String rest, String... headers) throws Exception {
        var request = request(rest);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> getWithKey(String rest, String key) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(rest)).header("x-api-key", key).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String rest) {
        return HttpRequest.newBuilder(uri(rest)).header("Authorization", session);
    }

    private URI uri(String rest) {
        return URI.create(
                "http://127.0.0.1:%d/api/assets/%s%s"
                        .formatted(port, id, rest.isEmpty() ? "" : "/" + rest));
    }

    private void assertRedirect(String from, String to) throws Exception {
        var answer = get(from);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertHeader(answer, "Location", to);
    }

    private static void assertHeader(HttpResponse<?> answer, String name, String value) {
        assertThat(answer.headers().firstValue(name)).as(name).contains(value);
    }

    private static String message(HttpResponse<byte[]> answer) {
        return JsonMapper.shared().readTree(answer.body()).path("message").asString();
    }
}
