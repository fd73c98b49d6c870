package app.keepsake.job;

import static java.util.concurrent.TimeUnit.SECONDS;

import app.keepsake.auth.Caller;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.ApplyEdits;
import app.keepsake.jobs.CutPortraits;
import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.DetectFaces;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Job;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.ReadText;
import app.keepsake.jobs.TestWorker;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** A server, and a worker whose jobs only note that they ran. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
abstract class JobTest {

    @Autowired Fixtures given;
    @Autowired ConfigFixtures config;
    @Autowired JdbcClient jdbc;
    @Autowired Library library;
    @Autowired JobQueue queue;
    @Autowired Jobs jobs;

    final List<Job> ran = Collections.synchronizedList(new ArrayList<>());
    Caller admin;
    TestWorker worker;

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
                                TranscodeVideo.class,
                                (JobHandler<TranscodeVideo>) j -> run(j, "encoded_video_at"),
                                CutPortraits.class,
                                (JobHandler<CutPortraits>) j -> done(j, "portraits_at"),
                                ApplyEdits.class,
                                (JobHandler<ApplyEdits>) j -> run(j, "edits_at"),
                                DetectFaces.class,
                                (JobHandler<DetectFaces>) j -> run(j, "faces_recognized_at"),
                                ReadText.class,
                                (JobHandler<ReadText>) this::read,
                                DetectDuplicates.class,
                                (JobHandler<DetectDuplicates>)
                                        j -> run(j, "duplicates_detected_at")));
    }

    @AfterEach
    void stopWorker() {
        worker.close();
        for (var name :
                List.of(
                        QueueName.THUMBNAIL_GENERATION,
                        QueueName.EDITOR,
                        QueueName.VIDEO_CONVERSION,
                        QueueName.SMART_SEARCH,
                        QueueName.FACE_DETECTION,
                        QueueName.FACE_DETECTION,
                        QueueName.OCR,
                        QueueName.DUPLICATE_DETECTION)) {
            jobs.empty(admin, name);
            jobs.clearFailed(admin, name);
            jobs.resume(admin, name);
        }
    }

    /** As the worker does: beside it stands by which settings. */
    private void read(ReadText job) throws Exception {
        var ocr = (ObjectNode) SystemConfig.defaults().document().at("/machineLearning/ocr");
        ran.add(job);
        requireOriginal(job.subjectId());
        jdbc.sql(
                        """
                        insert into asset_job_status (asset_id, ocr_with)
                        select id, ?::jsonb from asset where id = ?
                        on conflict (asset_id) do update set ocr_with = excluded.ocr_with
                        """)
                .params(ocr.without("enabled").toString(), job.subjectId())
                .update();
    }

    /** As the worker does: the work, and in Postgres that it is done. */
    void run(Job job, String column) throws Exception {
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
        done(job, column);
    }

    private void done(Job job, String column) {
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
    void requireOriginal(UUID assetId) throws IOException {
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

    static void await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited for 120 s in vain");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Assets of a new user, whose metadata has been read. */
    List<UUID> assets(int count, String name, boolean haveThumbnails) {
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

    boolean isDone(UUID assetId, String column) {
        return jdbc.sql(
                        "select exists (select from asset_job_status where asset_id = ? and %s is not null)"
                                .formatted(column))
                .param(assetId)
                .query(Boolean.class)
                .single();
    }

    List<UUID> ranOf(Class<? extends Job> type) {
        synchronized (ran) {
            return ran.stream().filter(type::isInstance).map(Job::subjectId).toList();
        }
    }

    boolean isRunOpen(String kind) {
        return jdbc.sql(
                        """
                        select exists (select from job_bulk_run
                            where kind = ? and finished_at is null)
                        """)
                .param(kind)
                .query(Boolean.class)
                .single();
    }

    long failuresOf(UUID assetId) {
        return jdbc.sql(
                        """
                        select count(*) from job_attempt
                        where subject_id = ? and failed_at is not null
                        """)
                .param(assetId)
                .query(Long.class)
                .single();
    }
}
