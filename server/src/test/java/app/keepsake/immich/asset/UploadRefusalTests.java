package app.keepsake.immich.asset;

import static app.keepsake.support.UploadClient.json;
import static app.keepsake.support.UploadClient.message;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Permission;
import app.keepsake.support.Form;
import app.keepsake.support.UploadClient;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not taken leaves nothing, and the client is told why. */
class UploadRefusalTests extends UploadTest {

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
    void refusesAMovingPartThatIsNotOne() throws Exception {
        var photo = json(upload(Form.photo("a.jpg", someBytes(100)))).path("id").asString();
        assertThat(message(live(photo))).isEqualTo("Live photo video must be a video");
        assertThat(message(live("1-1-1-1-1"))).isEqualTo("livePhotoVideoId must be a UUID");
        assertThat(message(live(UUID.randomUUID().toString())))
                .isEqualTo("Live photo video not found");
        client = clientOf(given.user());
        var video = json(upload(Form.photo("a.mov", someBytes(100)))).path("id").asString();
        client = clientOf(ana);
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
        assertThat(message(client.post("/api/assets", "text/plain", someBytes(9))))
                .contains("multipart");
        assertThat(filesOf(ana)).isEmpty();
    }

    /** Or it would lie there, and what a person says later could not be written into it. */
    @Test
    void refusesASidecarThatIsTooLargeToBeRead() throws Exception {
        var most = 4 << 20;
        assertThat(message(upload(withSidecar(most + 1)))).isEqualTo("The sidecar is too large");
        assertThat(filesOf(ana)).isEmpty();
        assertThat(upload(withSidecar(most)).statusCode()).isEqualTo(201);
    }

    private Form withSidecar(int size) {
        return Form.photo("a.jpg", someBytes(9)).file("sidecarData", "a.jpg.xmp", new byte[size]);
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
        var form = Form.photo("a.jpg", someBytes(9));
        var nobody = new UploadClient(port, null);
        var reader = given.apiKey(ana, Permission.ASSET_READ);
        var uploader = given.apiKey(ana, Permission.ASSET_UPLOAD);
        assertThat(nobody.upload(form).statusCode()).isEqualTo(401);
        assertThat(nobody.upload(form, "x-api-key", reader).statusCode()).isEqualTo(403);
        assertThat(filesOf(ana)).isEmpty();
        assertThat(nobody.upload(form, "x-api-key", uploader).statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> live(String videoId) throws Exception {
        return upload(Form.photo("a.heic", someBytes(100)).field("livePhotoVideoId", videoId));
    }
}
