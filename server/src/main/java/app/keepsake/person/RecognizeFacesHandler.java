package app.keepsake.person;

import app.keepsake.config.MachineLearningConfig;
import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.RecognizeFaces;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Asks of each face on an asset whose it is. A face that becomes known makes those alike be asked
 * again, so that the third photo of somebody brings the first two with it. What too few others
 * resemble waits until no asset of the household is left to be asked, and is then asked once more.
 *
 * <p>A run that dies half-way is begun anew: what has a person is not asked again (I4).
 */
@Component
class RecognizeFacesHandler implements JobHandler<RecognizeFaces> {

    private static final int PAGE = 500;

    private final Grouping grouping;
    private final Strangers strangers;
    private final FaceVisibility visibility;
    private final SystemConfig config;

    RecognizeFacesHandler(
            Grouping grouping,
            Strangers strangers,
            FaceVisibility visibility,
            SystemConfig config) {
        this.grouping = grouping;
        this.strangers = strangers;
        this.visibility = visibility;
        this.config = config;
    }

    @Override
    public void run(RecognizeFaces job) {
        var wanted = MachineLearningConfig.of(config);
        if (!wanted.wantsFaces()) {
            return; // switched off while it was queued; the server knows that it lacks
        }
        visibility.update(job.subjectId());
        var isLarge = grouping.isLarge(job.subjectId());
        for (var face : strangers.on(job.subjectId())) {
            ask(face, wanted.facialRecognition(), isLarge, false);
        }
        strangers.asked(job.subjectId());
        if (!strangers.areOthersWaiting(job.subjectId())) {
            askDeferred(job.subjectId(), wanted.facialRecognition(), isLarge);
        }
    }

    private void askDeferred(UUID assetId, MachineLearningConfig.Faces wanted, boolean isLarge) {
        List<UUID> page;
        do {
            page = strangers.deferred(assetId, PAGE);
            for (var face : page) {
                ask(face, wanted, isLarge, true);
                strangers.undefer(face);
            }
        } while (page.size() == PAGE);
    }

    private void ask(
            UUID face, MachineLearningConfig.Faces wanted, boolean isLarge, boolean isLast) {
        var seen = new HashSet<>(Set.of(face));
        var due = new ArrayDeque<>(seen);
        while (!due.isEmpty()) {
            var next = due.remove();
            switch (grouping.ask(next, wanted, isLarge, isLast)) {
                case Grouping.Answer.Known known ->
                        known.strangers().stream().filter(seen::add).forEach(due::add);
                case Grouping.Answer.Later _ -> strangers.defer(next);
                case Grouping.Answer.Unknown _ -> {}
            }
        }
    }
}
