package app.keepsake.immich.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.storage.Library;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
class UploadControllerTests {

    private static final Random RANDOM = new Random();

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @LocalServerPort int port;

    final HttpClient http = HttpClient.newHttpClient();
    Caller ana;
    String session;

    @BeforeEach
    void signIn() {
        ana = given.user();
        session = given.bearer(ana);
    }

    @Test
    void keepsEveryByteAndWhatTheClientSaid() throws Exception {
        var photo = someBytes(300_000);
        var answer =
                upload(
                        Form.photo("Čerešňa 1.JPG", photo)
                                .field("isFavorite", "true")
                                .field("visibility", "archive")
                                .field("deviceAssetId", "ignored")
                                .field(
                                        "metadata",
                                        """
                                        [{"key": "mobile-app", "value": {"iCloudId": "x"}}]
                                        """));
        assertThat(answer.statusCode()).isEqualTo(201);
        var json = json(answer);
        assertThat(json.path("status").asString()).isEqualTo("created");
        var row = row(json);
        assertThat(row)
                .containsEntry("owner_id", ana.userId())
                .containsEntry("original_file_name", "Čerešňa 1.JPG")
                .containsEntry("type", "IMAGE")
                .containsEntry("visibility", "archive")
                .containsEntry("is_favorite", true)
                .containsEntry("size_in_bytes", 300_000L)
                .containsEntry("checksum", sha1(photo));
        assertThat(row.get("file_created_at"))
                .isEqualTo(java.sql.Timestamp.from(Instant.parse("2024-02-03T08:20:30Z")));
        assertThat(file(row)).hasBinaryContent(photo).hasExtension("jpg");
        assertThat(Files.getLastModifiedTime(file(row)).toInstant())
                .isEqualTo(Instant.parse("2024-02-03T11:00:00Z"));
        assertThat(
                        jdbc.sql(
                                        "select value ->> 'iCloudId' from asset_metadata where asset_id = ?")
                                .param(row.get("id"))
                                .query(String.class)
                                .single())
                .isEqualTo("x");
        assertThat(usage()).isEqualTo(300_000);
    }

    @Test
    void standsInTheTimelineAtOnce() throws Exception {
        var row = row(json(upload(Form.photo("a.jpg", someBytes(10)))));
        assertThat(
                        jdbc.sql(
                                        """
                                        select file_size_in_byte from asset_exif
                                        join asset_job_status using (asset_id) where asset_id = ?
                                        """)
                                .param(row.get("id"))
                                .query(Long.class)
                                .single())
                .isEqualTo(10);
    }

    @Test
    void takesFieldsThatComeAfterTheFile() throws Exception {
        var photo = someBytes(100_000);
        var answer =
                upload(
                        new Form()
                                .file("assetData", "tmp.0001", photo)
                                .field("fileCreatedAt", "2023-01-01T00:00:00Z")
                                .field("fileModifiedAt", "2023-01-01T00:00:00Z")
                                .field("filename", "IMG_1.HEIC"));
        assertThat(answer.statusCode()).isEqualTo(201);
        var row = row(json(answer));
        assertThat(row).containsEntry("original_file_name", "IMG_1.HEIC");
        assertThat(file(row)).hasBinaryContent(photo).hasExtension("heic");
    }

    @Test
    void keepsASidecarBesideItsPhoto() throws Exception {
        var row =
                row(
                        json(
                                upload(
                                        Form.photo("a.jpg", someBytes(10))
                                                .file(
                                                        "sidecarData",
                                                        "a.jpg.xmp",
                                                        "<x/>".getBytes()))));
        assertThat(row.get("sidecar_path")).isEqualTo(row.get("original_path") + ".xmp");
        assertThat(library.resolve(String.valueOf(row.get("sidecar_path")))).hasContent("<x/>");
    }

    @ParameterizedTest
    @CsvSource({
        "1500, 1500",
        "0:00:01.500000, 1500",
        "01:00:00.000000, 3600000",
        "00:00:00.000000,",
        "0,",
        "soon,",
        "99999999999999,"
    })
    void readsADurationOrLeavesItOut(String sent, Integer milliseconds) throws Exception {
        var form = Form.dated().file("assetData", "a.mp4", someBytes(20)).field("duration", sent);
        assertThat(row(json(upload(form))).get("duration_ms")).isEqualTo(milliseconds);
    }

    @Test
    void answersTheSameAssetForTheSameBytes() throws Exception {
        var photo = someBytes(1000);
        var first = json(upload(Form.photo("a.jpg", photo)));
        var second = upload(Form.photo("b.jpg", photo));
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(json(second).path("status").asString()).isEqualTo("duplicate");
        assertThat(json(second).path("id")).isEqualTo(first.path("id"));
        assertThat(filesOf(ana)).hasSize(1);
        assertThat(usage()).isEqualTo(1000);
    }

    @Test
    void keepsTheSameBytesForEachOwner() throws Exception {
        var photo = someBytes(1000);
        upload(Form.photo("a.jpg", photo));
        var ben = given.user();
        session = given.bearer(ben);
        assertThat(upload(Form.photo("a.jpg", photo)).statusCode()).isEqualTo(201);
        assertThat(filesOf(ben)).hasSize(1);
    }

    @Test
    void makesOneAssetOfTheSameBytesThatArriveAtOnce() throws Exception {
        var photo = someBytes(200_000);
        var answers = atOnce(8, () -> upload(Form.photo("a.jpg", photo)));
        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
        assertThat(answers).filteredOn(a -> a.statusCode() == 201).hasSize(1);
        assertThat(answers)
                .extracting(a -> json(a).path("id"))
                .containsOnly(json(answers.getFirst()).path("id"));
        assertThat(filesOf(ana)).hasSize(1);
        assertThat(usage()).isEqualTo(200_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void comparesTheChecksumWithWhatArrived(boolean asHex) throws Exception {
        var photo = someBytes(5000);
        var right = asHex ? HexFormat.of().formatHex(sha1(photo)) : base64(sha1(photo));
        var other = sha1(someBytes(9));
        var wrong = asHex ? HexFormat.of().formatHex(other) : base64(other);
        var refused = upload(Form.photo("a.jpg", photo), "x-immich-checksum", wrong);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(filesOf(ana)).isEmpty();
        assertThat(upload(Form.photo("a.jpg", photo), "x-immich-checksum", right).statusCode())
                .isEqualTo(201);
    }

    @Test
    void healsAnAssetWhoseOriginalIsGone() throws Exception {
        var photo = someBytes(1000);
        var first = json(upload(Form.photo("a.jpg", photo)));
        var file = file(row(first));
        Files.delete(file);
        var second = upload(Form.photo("a.jpg", photo), "x-immich-checksum", base64(sha1(photo)));
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(json(second).path("id")).isEqualTo(first.path("id"));
        assertThat(file).hasBinaryContent(photo);
        assertThat(usage()).isEqualTo(1000);
    }

    @Test
    void aFullQuotaDoesNotStopTheHealingOfAnAsset() throws Exception {
        var photo = someBytes(1000);
        var file = file(row(json(upload(Form.photo("a.jpg", photo)))));
        jdbc.sql("update \"user\" set quota_size_in_bytes = 1000 where id = ?")
                .param(ana.userId())
                .update();
        Files.delete(file);
        var healed = upload(Form.photo("a.jpg", photo), "x-immich-checksum", base64(sha1(photo)));
        assertThat(healed.statusCode()).isEqualTo(200);
        assertThat(file).hasBinaryContent(photo);
        assertThat(usage()).isEqualTo(1000);
    }

    @Test
    void makesAFolderAgainThatWasRemovedWhileTheServerRuns() throws Exception {
        upload(Form.photo("a.jpg", someBytes(1000)));
        var folder = library.root().resolve("upload").resolve(ana.userId().toString());
        org.springframework.util.FileSystemUtils.deleteRecursively(folder);
        var photo = someBytes(1000);
        var answer = upload(Form.photo("b.jpg", photo));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(file(row(json(answer)))).hasBinaryContent(photo);
    }

    @Test
    void healsAnAssetWhoseOriginalWasCutShort() throws Exception {
        var photo = someBytes(1000);
        var file = file(row(json(upload(Form.photo("a.jpg", photo)))));
        Files.write(file, new byte[500]);
        assertThat(check(sha1(photo)).path("action").asString()).isEqualTo("accept");
        upload(Form.photo("a.jpg", photo));
        assertThat(file).hasBinaryContent(photo);
        assertThat(check(sha1(photo)).path("action").asString()).isEqualTo("reject");
    }

    @Test
    void tellsBeforeAnUploadWhatIsThereAlready() throws Exception {
        var photo = someBytes(1000);
        var id = json(upload(Form.photo("a.jpg", photo))).path("id").asString();
        jdbc.sql("update asset set deleted_at = now(), status = 'trashed' where id = ?::uuid")
                .param(id)
                .update();
        var results =
                json(post(
                                "/api/assets/bulk-upload-check",
                                "application/json",
                                """
                                {"assets": [{"id": "one", "checksum": "%s"}, {"id": "two", "checksum": "%s"}]}
                                """
                                        .formatted(
                                                base64(sha1(someBytes(3))),
                                                HexFormat.of().formatHex(sha1(photo)))
                                        .getBytes()))
                        .path("results");
        assertThat(results.path(0))
                .isEqualTo(JsonMapper.shared().readTree("{\"id\":\"one\",\"action\":\"accept\"}"));
        assertThat(results.path(1))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                                        {"id": "two", "action": "reject", "reason": "duplicate",
                                         "assetId": "%s", "isTrashed": true}
                                        """
                                                .formatted(id)));
    }

    @Test
    void linksAStillToItsMovingPart() throws Exception {
        var video = json(upload(Form.photo("a.mov", someBytes(100)))).path("id").asString();
        var still =
                row(
                        json(
                                upload(
                                        Form.photo("a.heic", someBytes(100))
                                                .field("livePhotoVideoId", video))));
        assertThat(still.get("live_photo_video_id")).hasToString(video);
        assertThat(row(UUID.fromString(video))).containsEntry("visibility", "hidden");
    }

    @Test
    void refusesAMovingPartThatIsNotOne() throws Exception {
        var photo = json(upload(Form.photo("a.jpg", someBytes(100)))).path("id").asString();
        assertThat(message(live(photo))).isEqualTo("Live photo video must be a video");
        assertThat(message(live(UUID.randomUUID().toString())))
                .isEqualTo("Live photo video not found");
        session = given.bearer(given.user());
        var video = json(upload(Form.photo("a.mov", someBytes(100)))).path("id").asString();
        session = given.bearer(ana);
        assertThat(message(live(video))).isEqualTo("Live photo video does not belong to the user");
        assertThat(filesOf(ana)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "isFavorite | True",
                "isFavorite | 1",
                "visibility | public",
                "livePhotoVideoId | 12",
                "metadata | {}",
                "metadata | [",
                "metadata | [{\"key\": \"a\"}]",
                "metadata | [{\"key\": \"a\", \"value\": {\"b\": \"\\u0000\"}}]"
            })
    void refusesAFieldThatMakesNoSense(String name, String value) throws Exception {
        assertThat(upload(Form.photo("a.jpg", someBytes(10)).field(name, value)).statusCode())
                .isEqualTo(400);
        assertThat(filesOf(ana)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2024-13-01T00:00:00Z", "", "+99999-01-01T00:00:00Z"})
    void refusesADateThatIsNone(String date) throws Exception {
        var form =
                new Form()
                        .field("fileCreatedAt", date)
                        .field("fileModifiedAt", "2024-01-01T00:00:00Z")
                        .file("assetData", "a.jpg", someBytes(10));
        assertThat(upload(form).statusCode()).isEqualTo(400);
        assertThat(filesOf(ana)).isEmpty();
    }

    @Test
    void refusesWhatItCannotKeep() throws Exception {
        assertThat(message(upload(Form.photo("a.jpg", new byte[0])))).isEqualTo("File is empty");
        assertThat(message(upload(Form.photo("a.exe", someBytes(9)))))
                .isEqualTo("Unsupported file type a.exe");
        assertThat(message(upload(Form.photo("a.xmp", someBytes(9)))))
                .isEqualTo("Unsupported file type a.xmp");
        assertThat(message(upload(Form.dated()))).isEqualTo("assetData is missing");
        assertThat(message(upload(new Form().file("assetData", "a.jpg", someBytes(9)))))
                .isEqualTo("fileCreatedAt is missing");
        assertThat(message(post("/api/assets", "text/plain", someBytes(9)))).contains("multipart");
        assertThat(filesOf(ana)).isEmpty();
    }

    @Test
    void neverLetsAFileNameLeaveTheLibrary() throws Exception {
        var row = row(json(upload(Form.photo("../../etc/a.jpg", someBytes(9)))));
        assertThat(row).containsEntry("original_file_name", "a.jpg");
        assertThat(file(row).normalize()).startsWith(library.root().resolve("upload"));
    }

    @Test
    void countsEachUploadAgainstTheQuotaAlsoAtOnce() throws Exception {
        jdbc.sql("update \"user\" set quota_size_in_bytes = 3500 where id = ?")
                .param(ana.userId())
                .update();
        var answers = atOnce(8, () -> upload(Form.photo("a.jpg", someBytes(1000))));
        assertThat(answers).filteredOn(a -> a.statusCode() == 201).hasSize(3);
        assertThat(answers)
                .filteredOn(a -> a.statusCode() != 201)
                .allSatisfy(
                        a -> {
                            assertThat(a.statusCode()).isEqualTo(400);
                            assertThat(message(a)).isEqualTo("Quota has been exceeded!");
                        });
        assertThat(filesOf(ana)).hasSize(3);
        assertThat(usage()).isEqualTo(3000);
    }

    @Test
    void needsThePermissionToUpload() throws Exception {
        var body = Form.photo("a.jpg", someBytes(9));
        var request = request("/api/assets", body.contentType(), body.bytes());
        assertThat(
                        send(request.copy()
                                        .header(
                                                "x-api-key",
                                                given.apiKey(ana, Permission.ASSET_READ)))
                                .statusCode())
                .isEqualTo(403);
        assertThat(
                        send(request.copy()
                                        .header(
                                                "x-api-key",
                                                given.apiKey(ana, Permission.ASSET_UPLOAD)))
                                .statusCode())
                .isEqualTo(201);
        assertThat(send(request).statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> live(String videoId) throws Exception {
        return upload(Form.photo("a.heic", someBytes(100)).field("livePhotoVideoId", videoId));
    }

    private JsonNode check(byte[] checksum) throws Exception {
        var body =
                "{\"assets\": [{\"id\": \"a\", \"checksum\": \"%s\"}]}".formatted(base64(checksum));
        return json(post("/api/assets/bulk-upload-check", "application/json", body.getBytes()))
                .path("results")
                .path(0);
    }

    private HttpResponse<String> upload(Form form, String... headers) throws Exception {
        return post("/api/assets", form.contentType(), form.bytes(), headers);
    }

    private HttpResponse<String> post(
            String path, String contentType, byte[] body, String... headers) throws Exception {
        var request = request(path, contentType, body).header("Authorization", session);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path, String contentType, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (var future : threads.invokeAll(java.util.Collections.nCopies(times, call))) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String message(HttpResponse<String> answer) {
        return json(answer).path("message").asString();
    }

    private Map<String, @Nullable Object> row(JsonNode answer) {
        return row(UUID.fromString(answer.path("id").asString()));
    }

    private Map<String, @Nullable Object> row(UUID id) {
        return jdbc.sql("select * from asset where id = ?").param(id).query().singleRow();
    }

    private Path file(Map<String, @Nullable Object> row) {
        return library.resolve(String.valueOf(row.get("original_path")));
    }

    /** All that lies on disk for an owner, under whatever name. */
    private List<Path> filesOf(Caller owner) throws IOException {
        var folder = library.root().resolve("upload").resolve(owner.userId().toString());
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private long usage() {
        return jdbc.sql("select quota_usage_in_bytes from \"user\" where id = ?")
                .param(ana.userId())
                .query(Long.class)
                .single();
    }

    private static byte[] someBytes(int length) {
        var bytes = new byte[length];
        synchronized (RANDOM) {
            RANDOM.nextBytes(bytes);
        }
        return bytes;
    }

    private static byte[] sha1(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-1").digest(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
