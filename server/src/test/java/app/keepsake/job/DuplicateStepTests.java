package app.keepsake.job;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.QueueName;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DuplicateStepTests extends JobTest {

    private static final QueueName QUEUE = QueueName.DUPLICATE_DETECTION;

    /** Assets that a model has seen. */
    private List<UUID> seen(int count) {
        var ids = assets(count, "photo.jpg", true);
        jdbc.sql(
                        """
                        insert into smart_search (asset_id, model, embedding)
                        select id, 'steps', :vector::halfvec from unnest(:ids) id
                        """)
                .param("vector", vector())
                .param("ids", ids.toArray(UUID[]::new))
                .update();
        jdbc.sql("update asset_job_status set smart_search_at = now() where asset_id = any(?)")
                .param(ids.toArray(UUID[]::new))
                .update();
        return ids;
    }

    private static String vector() {
        var vector = new float[512];
        vector[77] = 1;
        return Arrays.toString(vector);
    }

    private void set(UUID id, String values) {
        jdbc.sql("update asset set %s where id = ?".formatted(values)).param(id).update();
    }

    private long compared(UUID id) {
        return ranOf(DetectDuplicates.class).stream().filter(id::equals).count();
    }

    @Test
    void aPictureIsComparedOnceItHasAVectorAndAnewWhenItHasAnother() {
        var id = seen(1).getFirst();
        queue.add(new EmbedPicture(id));
        await(() -> compared(id) == 1 && isDone(id, "duplicates_detected_at"));
        queue.add(new EmbedPicture(id));
        await(() -> compared(id) == 2);
    }

    @Test
    void whatIsMissingIsFoundAndAllIsComparedAnewOnlyByForce() {
        jobs.pause(admin, QUEUE);
        var ids = seen(2);
        var hidden = seen(5);
        set(hidden.get(0), "visibility = 'archive'");
        set(hidden.get(1), "visibility = 'locked'");
        set(hidden.get(2), "visibility = 'hidden'");
        set(hidden.get(3), "deleted_at = now(), status = 'trashed'");
        jdbc.sql("delete from smart_search where asset_id = ?").param(hidden.get(4)).update();
        queue.announceLoss(); // the reconciler looks
        await(() -> jobs.get(admin, QUEUE).waiting() == 2);
        assertThat(ranOf(DetectDuplicates.class)).isEmpty();
        jobs.resume(admin, QUEUE);
        await(() -> ids.stream().allMatch(id -> isDone(id, "duplicates_detected_at")));
        await(() -> jobs.get(admin, QUEUE).active() == 0);
        var another = seen(1).getFirst();
        jobs.start(admin, QUEUE, false);
        await(() -> compared(another) == 1 && !isRunOpen("duplicates.detect"));
        assertThat(compared(ids.getFirst())).isEqualTo(1);
        await(() -> jobs.get(admin, QUEUE).active() == 0);
        jobs.start(admin, QUEUE, true);
        await(() -> ids.stream().allMatch(id -> compared(id) == 2) && compared(another) == 2);
        assertThat(ranOf(DetectDuplicates.class)).doesNotContainAnyElementsOf(hidden);
    }

    @Test
    void whileAnotherModelIsComingItsVectorsAreAwaited() {
        jobs.pause(admin, QUEUE);
        var id = seen(1).getFirst();
        jdbc.sql("insert into ml_model (task, model, dimension) values ('clip-next', 'new', 512)")
                .update();
        try {
            jobs.resume(admin, QUEUE);
            jobs.start(admin, QUEUE, true);
            await(() -> !isRunOpen("duplicates.detect"));
            assertThat(compared(id)).isZero();
        } finally {
            jdbc.sql("delete from ml_model where task = 'clip-next'").update();
        }
        queue.announceLoss(); // the reconciler looks
        await(() -> compared(id) == 1);
    }

    @Test
    void whatIsSwitchedOffIsNoWorkUntilItIsSwitchedOnAgain() {
        config.set("/machineLearning/duplicateDetection/enabled", "false");
        UUID id;
        try {
            id = seen(1).getFirst();
            queue.add(new EmbedPicture(id));
            await(() -> ranOf(EmbedPicture.class).contains(id));
            jobs.start(admin, QUEUE, true);
            await(() -> !isRunOpen("duplicates.detect"));
            assertThat(compared(id)).isZero();
        } finally {
            config.reset();
        }
        await(() -> compared(id) == 1);
    }
}
