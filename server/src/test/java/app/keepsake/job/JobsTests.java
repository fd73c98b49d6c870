package app.keepsake.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
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
import app.keepsake.jobs.Job;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Lane;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.TestWorker;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import app.keepsake.upload.AssetUploaded;
import app.keepsake.upload.Uploads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class JobsTests {

    @Autowired Fixtures given;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired ApplicationEventPublisher events;
    @Autowired JobQueue queue;
    @Autowired Jobs jobs;
    @Autowired Work work;
    @Autowired BulkRuns bulkRuns;
    @Autowired Uploads uploads;
    @Autowired Edits edits;
    @Autowired ConfigurableApplicationContext server;

    private final List<Job> ran = Collections.synchronizedList(new ArrayList<>());
    private Caller admin;
    private TestWorker worker;

    @BeforeEach
    void startWorker() {
        // Other tests leave assets whose jobs would run, and fail, among these.
        jdbc.sql("delete from asset").update();
        jdbc.sql("delete from job_attempt").update();
        admin = given.admin();
        worker =
                TestWorker.start(
                        jdbc,
                        Map.of(
                                GenerateThumbnails.class,
                                (JobHandler<GenerateThumbnails>) j -> run(j, "thumbnails_at"),
                                EmbedPicture.class,
                                (JobHandler<EmbedPicture>) j -> run(j, "smart_search_at"),
                                ApplyEdits.class,
                                (JobHandler<ApplyEdits>) j -> run(j, "edits_at"),
                                DetectFaces.class,
                                (JobHandler<DetectFaces>) j -> run(j, "faces_recognized_at")));
    }

    @AfterEach
    void stopWorker() {
        worker.close();
        for (var name :
                List.of(
                        QueueName.THUMBNAIL_GENERATION,
                        QueueName.EDITOR,
                        QueueName.SMART_SEARCH,
                        QueueName.FACE_DETECTION)) {
            jobs.empty(admin, name);
            jobs.clearFailed(admin, name);
            jobs.resume(admin, name);
        }
    }

    /** As the worker does: the work, and in Postgres that it is done. */
    private void run(Job job, String column) throws Exception {
        ran.add(job);
        requireOriginal(job.subjectId());
        var name =
                jdbc.sql("select original_file_name from asset where id = ?")
                        .param(job.subjectId())
                        .query(String.class)
                        .optional()
                        .orElse("");
        if (name.startsWith("poison")) {
            throw new Unrecoverable("not a picture");
        }
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, %1$s)
                        select id, now() from asset where id = ?
                        on conflict (asset_id) do update set %1$s = now()
                        """
                                .formatted(column))
                .param(job.subjectId())
                .update();
    }

    /** Of those that were really uploaded. */
    private void requireOriginal(UUID assetId) throws IOException {
        var path =
                jdbc.sql("select original_path from asset where id = ?")
                        .param(assetId)
                        .query(String.class)
                        .optional()
                        .orElse("");
        if (path.startsWith("upload/") && !Files.exists(library.resolve(path))) {
            throw new NoSuchFileException(path);
        }
    }

    private static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited for 120 s in vain");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Assets of a new user, whose metadata has been read. */
    private List<UUID> assets(int count, String name, boolean haveThumbnails) {
        return jdbc.sql(
                        """
                        with new as (
                            insert into asset (owner_id, type, original_path, original_file_name,
                                checksum, size_in_bytes, file_created_at, file_modified_at,
                                local_date_time)
                            select :owner, 'IMAGE', gen_random_uuid()::text, :name,
                                decode(lpad(to_hex(n), 8, '0') || repeat('0', 32), 'hex'), 1,
                                now(), now(), now()
                            from generate_series(1, :count) n
                            returning id
                        ), status as (
                            insert into asset_job_status
                                (asset_id, metadata_extracted_at, thumbnails_at)
                            select id, now(), case when :haveThumbnails then now() end from new
                        )
                        select id from new
                        """)
                .param("owner", given.user().userId())
                .param("name", name)
                .param("count", count)
                .param("haveThumbnails", haveThumbnails)
                .query(UUID.class)
                .list();
    }

    private boolean isDone(UUID assetId, String column) {
        return jdbc.sql(
                        "select exists (select from asset_job_status where asset_id = ? and %s is not null)"
                                .formatted(column))
                .param(assetId)
                .query(Boolean.class)
                .single();
    }

    private List<UUID> ranOf(Class<? extends Job> type) {
        synchronized (ran) {
            return ran.stream().filter(type::isInstance).map(Job::subjectId).toList();
        }
    }

    @Test
    void anUploadGoesThroughEveryStepEachAfterTheOneThatItNeeds(@TempDir Path folder)
            throws Exception {
        var file = Files.writeString(folder.resolve("photo.jpg"), "pixels");
        var id = new AssetFixtures(jdbc, library).upload(given.user(), file, Map.of());
        events.publishEvent(new AssetUploaded(id, false));
        await(() -> isDone(id, "smart_search_at") && isDone(id, "faces_recognized_at"));
        var mine = ran.stream().filter(job -> job.subjectId().equals(id)).toList();
        assertThat(mine)
                .containsExactlyInAnyOrder(
                        new GenerateThumbnails(id), new EmbedPicture(id), new DetectFaces(id))
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
        jdbc.sql("update job_queue set concurrency = 1 where name = 'smartSearch'").update();
    }

    private boolean isRunOpen(String kind) {
        return jdbc.sql(
                        """
                        select exists (select from job_bulk_run
                            where kind = ? and finished_at is null)
                        """)
                .param(kind)
                .query(Boolean.class)
                .single();
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

    private long failuresOf(UUID assetId) {
        return jdbc.sql(
                        """
                        select count(*) from job_attempt
                        where subject_id = ? and failed_at is not null
                        """)
                .param(assetId)
                .query(Long.class)
                .single();
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

    @Test
    void whatIsEmptiedStaysAwayUntilTheQueueIsStarted() {
        jobs.pause(admin, QueueName.THUMBNAIL_GENERATION);
        var id = assets(1, "photo.jpg", false).getFirst();
        queue.add(new GenerateThumbnails(id));
        assertThat(jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting()).isPositive();
        assertThat(jobs.empty(admin, QueueName.THUMBNAIL_GENERATION).waiting()).isZero();
        var other = assets(1, "photo.jpg", false).getFirst();
        queue.announceLoss(); // the reconciler looks
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).waiting() == 1);
        jobs.resume(admin, QueueName.THUMBNAIL_GENERATION);
        await(() -> isDone(other, "thumbnails_at"));
        assertThat(isDone(id, "thumbnails_at")).isFalse();
        await(() -> jobs.get(admin, QueueName.THUMBNAIL_GENERATION).active() == 0);
        jobs.start(admin, QueueName.THUMBNAIL_GENERATION, false);
        await(() -> isDone(id, "thumbnails_at"));
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
