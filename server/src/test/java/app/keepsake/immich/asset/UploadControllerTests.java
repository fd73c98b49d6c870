package app.keepsake.immich.asset;

import static app.keepsake.support.UploadClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Form;
import app.keepsake.support.Waiting;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class UploadControllerTests extends UploadTest {

    @Autowired Waiting waiting;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update asset set visibility = 'locked' where id = ?",
                "delete from asset where id = ?"
            })
    @Timeout(60)
    void keepsAStillWhoseMovingPartIsLockedOrDeletedMeanwhile(String change) throws Exception {
        var film =
                UUID.fromString(
                        json(upload(Form.photo("a.mov", someBytes(100)))).path("id").asString());
        var still = Form.photo("a.heic", someBytes(100)).field("livePhotoVideoId", film.toString());
        var answer =
                waiting.answerDuring(
                        () -> jdbc.sql(change).param(film).update(), () -> uploadNow(still));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(row(json(answer))).containsEntry("live_photo_video_id", null);
        assertThat(
                        jdbc.sql("select visibility from asset where id = ?")
                                .param(film)
                                .query(String.class)
                                .optional())
                .isNotEqualTo(Optional.of("hidden"));
    }

    private HttpResponse<String> uploadNow(Form form) {
        try {
            return upload(form);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void neverLetsAFileNameLeaveTheLibrary() throws Exception {
        var row = row(json(upload(Form.photo("../../etc/a.jpg", someBytes(9)))));
        assertThat(row).containsEntry("original_file_name", "a.jpg");
        assertThat(file(row).normalize()).startsWith(library.root().resolve("upload"));
    }
}
