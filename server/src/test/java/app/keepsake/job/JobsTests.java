package app.keepsake.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.asset.Edit;
import app.keepsake.asset.Edits;
import app.keepsake.asset.EditsReady;
import app.keepsake.auth.Caller;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.ReadText;
import app.keepsake.person.StrangersDue;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Form;
import app.keepsake.support.Tool;
import app.keepsake.upload.AssetUploaded;
import app.keepsake.upload.Uploads;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;

class JobsTests extends JobTest {

    @Autowired Work work;
    @Autowired BulkRuns bulkRuns;
    @Autowired ApplicationEventPublisher events;
    @Autowired Uploads uploads;
    @Autowired Edits edits;
    @Autowired ConfigurableApplicationContext server;

    @Test
    void anUploadGoesThroughEveryStepEachAfterTheOneThatItNeeds(@TempDir Path folder)
            throws Exception {
        var file = Files.writeString(folder.resolve("photo.jpg"), "pixels");
        var id = new AssetFixtures(jdbc, library).upload(given.user(), file, Map.of());
        events.publishEvent(new AssetUploaded(id, false));
        await(
                () ->
                        isDone(id, "smart_search_at")
                                && isDone(id, "faces_recognized_at")
                                && isDone(id, "ocr_with"));
        var mine = ran.stream().filter(job -> job.subjectId().equals(id)).toList();
        assertThat(mine)
                .containsExactlyInAnyOrder(
                        new GenerateThumbnails(id),
                        new EmbedPicture(id),
                        new DetectFaces(id),
                        new ReadText(id))
                .startsWith(new GenerateThumbnails(id));
    }

    @Test
    void editsAreAppliedAndToldOf() {
        var owner = given.user();
        var id = new AssetFixtures(jdbc, library).asset(owner, Map.of("width", "9", "height", "9"));
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, metadata_extracted_at,
                            thumbnails_at, smart_search_at, faces_recognized_at)
                        values (?, now(), now(), now(), now())
                        """)
                .param(id)
                .update();
        jdbc.sql("update asset set original_path = ? where id = ?")
                .params("not-uploaded-" + id, id)
                .update();
        var told = Collections.synchronizedList(new ArrayList<UUID>());
        server.addApplicationListener(
                event -> {
                    if (event instanceof PayloadApplicationEvent<?> payload
                            && payload.getPayload() instanceof EditsReady ready) {
                        told.add(ready.assetId());
                    }
                });
        edits.replace(owner, id, List.of(new Edit.Rotate(90)));
        await(() -> told.contains(id));
        assertThat(isDone(id, "edits_at")).isTrue();
        edits.removeAll(owner, id);
        await(() -> told.size() == 2);
        assertThat(ranOf(ApplyEdits.class)).containsExactly(id, id);
    }

    @Test
    void anUploadThatBringsBackAnOriginalBringsBackTheWorkThatFailedForWantOfIt() throws Exception {
        var photo = Files.readAllBytes(Tool.sample("gps.jpg"));
        var ana = given.user();
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        var id = upload(ana, photo).assetId();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 1);
        var original =
                library.resolve(
                        jdbc.sql("select original_path from asset where id = ?")
                                .param(id)
                                .query(String.class)
                                .single());
        Files.delete(original);
        jobs.resume(admin, QueueName.THUMBNAIL_GENERATION);
        await(() -> failuresOf(id) == 1);
        assertThat(ranOf(GenerateThumbnails.class)).containsExactly(id, id, id);
        // The server's own job would have failed, too; but it waits for longer than a test.
        jdbc.sql(
                        """
                        insert into job_attempt (kind, subject_id, queue, attempts, failed_at)
                        values ('metadata.extract', ?, 'metadataExtraction', 3, now())
                        """)
                .param(id)
                .update();

        assertThat(upload(ana, photo)).isEqualTo(new Uploads.Receipt(id, false));
        await(() -> isDone(id, "smart_search_at") && isDone(id, "faces_recognized_at"));
        assertThat(failuresOf(id)).isZero();
    }

    @Test
    void anUploadThatBringsBackAnOriginalRevivesNoJobThatKillsItsProcess() throws Exception {
        var photo = Files.readAllBytes(Tool.sample("gps.jpg"));
        var ana = given.user();
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        var id = upload(ana, photo).assetId();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 1);
        jobs.empty(admin, QueueName.THUMBNAIL_GENERATION);
        jdbc.sql(
                        """
                        insert into job_attempt (kind, subject_id, queue, crashes, failed_at)
                        values ('thumbnails.generate', ?, 'thumbnailGeneration', 3, now())
                        """)
                .param(id)
                .update();
        Files.delete(library.resolve(Library.originalPath(ana.userId(), id, "jpg")));
        jobs.resume(admin, QueueName.THUMBNAIL_GENERATION);
        upload(ana, photo);
        var next = upload(ana, "another".getBytes(UTF_8)).assetId();
        await(() -> isDone(next, "thumbnails_at"));
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 0);
        assertThat(ranOf(GenerateThumbnails.class)).containsExactly(next);
        assertThat(failuresOf(id)).isEqualTo(1);
    }

    private Uploads.Receipt upload(Caller caller, byte[] photo) {
        var form = Form.photo("photo.jpg", photo);
        var body = form.bytes();
        return uploads.receive(
                caller,
                null,
                new Uploads.Body(new ByteArrayInputStream(body), form.contentType(), body.length));
    }

    @Test
    void startTakesUpWhatIsMissingAndWhatFailedAndLeavesWhatIsDone() {
        var done = assets(1, "photo.jpg", true).getFirst();
        var missing = assets(1, "photo.jpg", false).getFirst();
        var broken = assets(1, "poison.jpg", false).getFirst();
        queue.add(new GenerateThumbnails(broken));
        await(() -> failuresOf(broken) == 1);
        jdbc.sql("update asset set original_file_name = 'mended.jpg' where id = ?")
                .param(broken)
                .update();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).active() == 0);
        jobs.start(admin, QueueName.THUMBNAIL_GENERATION, false);
        await(() -> isDone(broken, "thumbnails_at") && isDone(missing, "thumbnails_at"));
        assertThat(ranOf(GenerateThumbnails.class)).doesNotContain(done);
        assertThat(failuresOf(broken)).isZero();
    }

    @Test
    void theHiddenHalfOfALivePhotoIsNoWorkForTheModels() {
        var hidden = assets(1, "live.mov", true).getFirst();
        jdbc.sql("update asset set visibility = 'hidden' where id = ?").param(hidden).update();
        var shown = assets(1, "live.heic", true).getFirst();
        jobs.start(admin, QueueName.SMART_SEARCH, false);
        await(() -> isDone(shown, "smart_search_at") && !isRunOpen("clip.embed"));
        await(() -> jobs.get(admin, QueueName.SMART_SEARCH).waiting() == 0);
        assertThat(ranOf(EmbedPicture.class)).contains(shown).doesNotContain(hidden);
    }

    /** So there is no moment in which it seems as if all were done. */
    @Test
    void facesThatAreToBeAskedWaitAsSoonAsThatIsSaid() {
        var id = assets(1, "photo.jpg", true).getFirst();
        jdbc.sql(
                        """
                        insert into asset_face (asset_id, image_width, image_height,
                            bounding_box_x1, bounding_box_y1, bounding_box_x2, bounding_box_y2)
                        values (?, 1440, 960, 10, 20, 110, 120)
                        """)
                .param(id)
                .update();
        jdbc.sql("update asset_job_status set faces_recognized_at = now() where asset_id = ?")
                .param(id)
                .update();
        jobs.pause(admin, QueueName.FACIAL_RECOGNITION);
        var notStarted = new Reconciler(queue, work, bulkRuns);
        try {
            notStarted.on(new StrangersDue());
            assertThat(jobs.get(admin, QueueName.FACIAL_RECOGNITION).waiting()).isEqualTo(1);
        } finally {
            jobs.empty(admin, QueueName.FACIAL_RECOGNITION);
            jobs.resume(admin, QueueName.FACIAL_RECOGNITION);
        }
    }

    @Test
    void whatIsSwitchedOffIsNoWorkUntilItIsSwitchedOnAgain() {
        config.set("/machineLearning/clip/enabled", "false");
        UUID id;
        try {
            id = assets(1, "photo.jpg", false).getFirst();
            queue.add(new GenerateThumbnails(id));
            await(() -> isDone(id, "faces_recognized_at"));
            jobs.start(admin, QueueName.SMART_SEARCH, true);
            await(() -> !isRunOpen("clip.embed"));
            assertThat(ranOf(EmbedPicture.class)).doesNotContain(id);
        } finally {
            config.reset();
        }
        await(() -> isDone(id, "smart_search_at"));
    }

    @Test
    void whatIsEmptiedStaysAwayUntilTheQueueIsStarted() {
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        UUID id;
        do { // Until the pause is heard, the worker may take it before it is emptied.
            id = assets(1, "photo.jpg", false).getFirst();
            queue.add(new GenerateThumbnails(id));
            assertThat(jobs.empty(admin, QueueName.THUMBNAIL_GENERATION).waiting()).isZero();
            await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).active() == 0);
        } while (isDone(id, "thumbnails_at"));
        var emptied = id;
        var other = assets(1, "photo.jpg", false).getFirst();
        queue.announceLoss(); // the reconciler looks
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 1);
        jobs.resume(admin, QueueName.THUMBNAIL_GENERATION);
        await(() -> isDone(other, "thumbnails_at"));
        assertThat(isDone(emptied, "thumbnails_at")).isFalse();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).active() == 0);
        jobs.start(admin, QueueName.THUMBNAIL_GENERATION, false);
        await(() -> isDone(emptied, "thumbnails_at"));
    }

    @Test
    void aQueueThatRunsIsNotStartedAgain() {
        jobs.pause(admin, QueueName.FACE_DETECTION);
        assets(1, "photo.jpg", true);
        jobs.start(admin, QueueName.FACE_DETECTION, true);
        assertThatThrownBy(() -> jobs.start(admin, QueueName.FACE_DETECTION, true))
                .isInstanceOf(Problem.Invalid.class)
                .hasMessage("Job is already running");
    }

    @Test
    void aQueueThatNothingServesIsNotStarted() {
        assertThatThrownBy(() -> jobs.start(admin, QueueName.WORKFLOW, false))
                .isInstanceOf(Problem.Invalid.class)
                .hasMessage("Keepsake cannot run workflow yet");
    }

    @Test
    void onlyAnAdministratorMayLookAtQueues() {
        assertThatThrownBy(() -> jobs.all(given.user())).isInstanceOf(Problem.Forbidden.class);
    }
}
