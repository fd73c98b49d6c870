package app.keepsake.worker.duplicate;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.JobHandler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Puts an asset into one group with the others that look the same, or takes it out of its group.
 */
@Component
record DetectDuplicatesHandler(
        DuplicateRows rows, SystemConfig config, TransactionTemplate transaction)
        implements JobHandler<DetectDuplicates> {

    @Override
    public void run(DetectDuplicates job) {
        var wanted = MachineLearningConfig.of(config);
        if (!wanted.wantsDuplicates()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        var id = job.subjectId();
        transaction.executeWithoutResult(
                _ -> {
                    // Two that look the same, compared at once, would each begin a group.
                    if (rows.lockGroupsOfOwner(id)) {
                        rows.group(id, rows.same(id, wanted.duplicateDetection().maxDistance()));
                        rows.setDone(id);
                    }
                });
    }
}
