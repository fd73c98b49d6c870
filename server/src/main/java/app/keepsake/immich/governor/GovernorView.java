package app.keepsake.immich.governor;

import app.keepsake.job.Outlook;
import app.keepsake.jobs.WorkerState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link Outlook} on the wire. */
record GovernorView(int uploading, int viewing, List<Worker> workers, List<Queue> queues) {

    /**
     * @param pace full, less, pictures or newPhotos
     */
    record Worker(
            String id,
            String name,
            String pace,
            int slots,
            int mostSlots,
            List<WorkerState.Reason> reasons,
            Map<String, Long> running,
            List<String> resting,
            WorkerState.Machine machine,
            @Nullable String hours,
            String timeZone,
            Instant at) {

        static Worker of(WorkerState state) {
            return new Worker(
                    state.id(),
                    state.name(),
                    state.pace() == WorkerState.Pace.NEW_PHOTOS
                            ? "newPhotos"
                            : lowerCase(state.pace()),
                    state.slots(),
                    state.mostSlots(),
                    state.reasons(),
                    state.running(),
                    state.resting(),
                    state.machine(),
                    state.hours(),
                    state.timeZone(),
                    state.at());
        }
    }

    /**
     * @param state idle, working, waiting or paused
     */
    record Queue(
            String name,
            String state,
            long left,
            @Nullable Double perHour,
            @Nullable Instant doneAt,
            @Nullable String why) {

        static Queue of(Outlook.QueueOutlook queue) {
            return new Queue(
                    queue.name().wireName(),
                    lowerCase(queue.state()),
                    queue.left(),
                    queue.perHour(),
                    queue.doneAt(),
                    queue.why());
        }
    }

    static GovernorView of(Outlook outlook) {
        return new GovernorView(
                outlook.uploading(),
                outlook.viewing(),
                outlook.workers().stream().map(Worker::of).toList(),
                outlook.queues().stream().map(Queue::of).toList());
    }

    private static String lowerCase(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
