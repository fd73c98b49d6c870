package app.keepsake.immich.asset;

import static app.keepsake.support.UploadClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Form;
import app.keepsake.support.Waiting;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens to bytes that are known already, or were. */
class DuplicateUploadTests extends UploadTest {

    @Autowired TransactionTemplate transaction;
    @Autowired Waiting waiting;

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
        client = clientOf(ben);
        assertThat(upload(Form.photo("a.jpg", photo)).statusCode()).isEqualTo(201);
        assertThat(filesOf(ben)).hasSize(1);
    }

    @Test
    void makesOneAssetOfTheSameBytesThatArriveAtOnce() throws Exception {
        var photo = someBytes(200_000);
        var answers = upToTheRow(4, Form.photo("a.jpg", photo));
        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
        assertThat(answers).filteredOn(a -> a.statusCode() == 201).hasSize(1);
        assertThat(answers)
                .extracting(a -> json(a).path("id"))
                .containsOnly(json(answers.getFirst()).path("id"));
        assertThat(filesOf(ana)).hasSize(1);
        assertThat(usage()).isEqualTo(200_000);
    }

    /** Lets none go on before all have found that nobody has these bytes. */
    private List<HttpResponse<String>> upToTheRow(int times, Form form) {
        return transaction
                .execute(
                        _ -> {
                            jdbc.sql("select id from \"user\" where id = ? for update")
                                    .param(ana.userId())
                                    .query(UUID.class)
                                    .single();
                            var uploads =
                                    Stream.generate(() -> client.begin(form)).limit(times).toList();
                            waiting.awaitOr(
                                    times,
                                    () -> uploads.stream().anyMatch(CompletableFuture::isDone));
                            return uploads;
                        })
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void tellsBeforeAnUploadWhatIsThereAlready() throws Exception {
        var photo = someBytes(1000);
        var id = json(upload(Form.photo("a.jpg", photo))).path("id").asString();
        jdbc.sql("update asset set deleted_at = now(), status = 'trashed' where id = ?::uuid")
                .param(id)
                .update();
        var results =
                json(client.post(
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

    private JsonNode check(byte[] checksum) throws Exception {
        var body =
                "{\"assets\": [{\"id\": \"a\", \"checksum\": \"%s\"}]}".formatted(base64(checksum));
        return json(client.post(
                        "/api/assets/bulk-upload-check", "application/json", body.getBytes()))
                .path("results")
                .path(0);
    }
}
