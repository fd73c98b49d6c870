package app.keepsake.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.model.Models;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.util.FileSystemUtils;

/** Work that Redis forgot, or never heard of, is found again. */
class ReconcilerTests extends JobTest {

    @Autowired Work work;
    @Autowired Models models;
    @Autowired BulkRuns bulkRuns;

    /** I3: Redis forgot them, or took them in vain. */
    @Test
    void editsThatAreNotAppliedAreFound() {
        var id = assets(1, "photo.jpg", true).getFirst();
        assertThat(work.isMissing(Step.EDITS, id)).isFalse();
        jdbc.sql("update asset_job_status set edits_at = null where asset_id = ?")
                .param(id)
                .update();
        assertThat(work.page(Step.EDITS, false, null, 10)).containsExactly(id);
        queue.announceLoss();
        await(() -> isDone(id, "edits_at"));
        assertThat(ranOf(ApplyEdits.class)).contains(id);
    }

    /** Redis forgot it, or the film is of before there was such work. */
    @Test
    void aFilmThatWasNotLookedAtForBrowsersIsFound() {
        var film = assets(1, "film.mov", true).getFirst();
        var photo = assets(1, "photo.jpg", true).getFirst();
        jdbc.sql("update asset set type = 'VIDEO' where id = ?").param(film).update();
        assertThat(work.page(Step.FILM, false, null, 10)).containsExactly(film);
        queue.announceLoss();
        await(() -> isDone(film, "encoded_video_at"));
        assertThat(ranOf(TranscodeVideo.class)).doesNotContain(photo);
    }

    /** What was read by other settings is stale: of all that is set, but the switch. */
    @Test
    void textThatWasReadByOtherSettingsIsReadAnew() {
        var id = assets(1, "photo.jpg", true).getFirst();
        queue.announceLoss();
        await(() -> isDone(id, "ocr_with"));
        assertThat(work.isMissing(Step.TEXT, id)).isFalse();
        var ocr = "/machineLearning/ocr";
        try {
            jobs.pause(admin, QueueName.OCR);
            for (var change :
                    Map.of(
                                    "maxResolution", "1000",
                                    "minDetectionScore", "0.6",
                                    "minRecognitionScore", "0.9")
                            .entrySet()) {
                config.set(ocr + "/" + change.getKey(), change.getValue());
                assertThat(work.isMissing(Step.TEXT, id)).as(change.getKey()).isTrue();
                assertThat(work.page(Step.TEXT, false, null, 10)).containsExactly(id);
                config.reset();
                assertThat(work.isMissing(Step.TEXT, id)).isFalse();
            }
            config.set("/machineLearning/facialRecognition/enabled", "false");
            assertThat(work.isMissing(Step.TEXT, id)).isFalse();
            config.set(ocr + "/maxResolution", "1000");
            config.set(ocr + "/enabled", "false");
            assertThat(work.isMissing(Step.TEXT, id)).isFalse();
            config.set(ocr + "/enabled", "true");
            assertThat(work.isMissing(Step.TEXT, id)).isTrue();
        } finally {
            config.reset();
        }
    }

    /** While the chosen pair of models is not there, the one that is will do. */
    @Test
    void textThatWasReadByAnotherPairOfModelsIsReadAnewOnceTheChosenOneIsThere() throws Exception {
        var id = assets(1, "photo.jpg", true).getFirst();
        queue.announceLoss();
        await(() -> isDone(id, "ocr_with"));
        var folder = library.resolve("models/ocr/PP-OCRv5_mobile/recognition");
        try {
            jobs.pause(admin, QueueName.OCR);
            config.set("/machineLearning/ocr/modelName", "\"PP-OCRv5_mobile\"");
            await(() -> !work.isMissing(Step.TEXT, id));
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("model.onnx"), "a model");
            models.all(admin); // has it noticed before the hour is over
            await(() -> work.isMissing(Step.TEXT, id));
        } finally {
            FileSystemUtils.deleteRecursively(library.resolve("models/ocr"));
            config.reset();
        }
    }

    @Test
    void aFilmThatIsToBeTakenOutOfAPhotoIsFound() {
        var photo = assets(1, "photo.jpg", true).getFirst();
        assertThat(work.isMissing(Step.MOTION_PHOTO, photo)).isFalse();
        jdbc.sql("update asset_job_status set motion_photo_at = null where asset_id = ?")
                .param(photo)
                .update();
        assertThat(work.page(Step.MOTION_PHOTO, false, null, 10)).containsExactly(photo);
    }

    @Test
    void workOfANewerVersionIsNoReasonToForgetOnesOwn() {
        var id = assets(1, "photo.jpg", true).getFirst();
        for (var kind : List.of("future.dream", "thumbnails.generate")) {
            jdbc.sql(
                            """
                            insert into job_attempt (kind, subject_id, queue, attempts)
                            values (?, ?, 'thumbnailGeneration', 1)
                            """)
                    .params(kind, id)
                    .update();
        }
        worker.flushRedis();
        await(() -> ranOf(GenerateThumbnails.class).contains(id));
        jdbc.sql("delete from job_attempt where kind = 'future.dream'").update();
    }

    @Test
    void aServerThatStartsFindsWhatIsMissingByItself() {
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        assets(3, "photo.jpg", false);
        assertThat(jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting()).isZero();
        var second = new Reconciler(queue, work, bulkRuns, Duration.ofDays(1));
        second.start();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 3);
        second.stop();
    }

    @Test
    void whatIsMissingIsFoundFromTimeToTime() {
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        var second = new Reconciler(queue, work, bulkRuns, Duration.ofMillis(50));
        second.start();
        for (var i = 1; i <= 3; i++) {
            assets(1, "photo.jpg", false);
            var all = i;
            await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == all);
        }
        second.stop();
    }

    @Test
    void allWorkCompletesAfterAFlushAndNothingPoisonousIsRevived() {
        var broken = assets(1, "poison.jpg", false).getFirst();
        queue.add(new GenerateThumbnails(broken));
        await(() -> failuresOf(broken) == 1);

        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        var lost = assets(20, "photo.jpg", false);
        lost.forEach(id -> queue.add(new GenerateThumbnails(id)));
        var emptied = assets(1, "photo.jpg", false).getFirst();
        jdbc.sql("insert into job_emptied values ('thumbnails.generate', ?)")
                .param(emptied)
                .update();
        ran.clear();
        worker.flushRedis();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() >= 20);
        jobs.resume(admin, QueueName.THUMBNAIL_GENERATION);

        await(() -> lost.stream().allMatch(id -> isDone(id, "smart_search_at")));
        var ids = ranOf(GenerateThumbnails.class);
        assertThat(ids).doesNotContain(broken, emptied);
        assertThat(ids).containsAll(lost); // one may run twice that ended while it was looked for
        assertThat(
                        jdbc.sql("select attempts from job_attempt where subject_id = ?")
                                .param(broken)
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void aBulkRunKeepsAThousandInRedisAndSurvivesAFlush() {
        var all = assets(1_100, "photo.jpg", true);
        var most = new AtomicLong();
        jobs.pause(admin, QueueName.SMART_SEARCH);
        jobs.pause(admin, QueueName.FACE_DETECTION);
        jdbc.sql("update job_queue set concurrency = 8 where name = 'smartSearch'").update();
        var started = jobs.start(admin, QueueName.SMART_SEARCH, true);
        assertThat(started.waiting()).isGreaterThanOrEqualTo(1_100);
        assertThat(queue.length(QueueName.SMART_SEARCH, Lane.BULK)).isEqualTo(1_000);

        jobs.resume(admin, QueueName.SMART_SEARCH);
        await(() -> ranOf(EmbedPicture.class).size() > 50);
        worker.flushRedis();
        await(
                () -> {
                    most.accumulateAndGet(
                            queue.length(QueueName.SMART_SEARCH, Lane.BULK), Math::max);
                    return Set.copyOf(ranOf(EmbedPicture.class)).containsAll(all)
                            && jobs.get(admin, QueueName.SMART_SEARCH).waiting() == 0;
                });
        assertThat(most.get()).isBetween(1L, 1_000L);
        await(() -> !isRunOpen("clip.embed"));
        jdbc.sql("update job_queue set concurrency = 2 where name = 'smartSearch'").update();
    }
}
