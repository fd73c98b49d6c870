package app.keepsake.job;

import app.keepsake.auth.Caller;
import app.keepsake.job.Outlook.QueueOutlook;
import app.keepsake.job.Outlook.State;
import app.keepsake.jobs.Hours;
import app.keepsake.jobs.JobQueue;
import app.keepsake.jobs.Pace;
import app.keepsake.jobs.Presence;
import app.keepsake.jobs.Presence.Doing;
import app.keepsake.jobs.QueueName;
import app.keepsake.jobs.WorkerState;
import app.keepsake.jobs.WorkerState.Reason;
import app.keepsake.jobs.Workers;
import app.keepsake.problem.Problem;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What the background work is at, for administrators. */
@Service
public class Outlooks {

    private final Jobs jobs;
    private final JobQueue queue;
    private final Workers workers;
    private final Presence presence;

    Outlooks(Jobs jobs, JobQueue queue, Workers workers, Presence presence) {
        this.jobs = jobs;
        this.queue = queue;
        this.workers = workers;
        this.presence = presence;
    }

    /** All that is known at this moment. */
    public Outlook now(Caller caller) {
        var states = jobs.all(caller);
        try {
            var alive = workers.all();
            var paces = queue.paces();
            var now = Instant.now();
            return new Outlook(
                    presence.count(Doing.UPLOADING),
                    presence.count(Doing.VIEWING),
                    alive,
                    states.stream().map(state -> outlook(state, alive, paces, now)).toList());
        } catch (RedisException e) {
            throw new Problem.Unavailable("The job queue (Redis) is away, try again soon");
        }
    }

    private static QueueOutlook outlook(
            QueueState queue, List<WorkerState> alive, Map<QueueName, Pace> paces, Instant now) {
        var name = queue.name();
        var left = queue.waiting() + queue.active() + queue.delayed();
        var pace = paces.get(name);
        var perHour = pace == null ? null : pace.perHour();
        if (left == 0) {
            return new QueueOutlook(name, State.IDLE, 0, perHour, null, null);
        }
        if (queue.isPaused()) {
            return new QueueOutlook(
                    name, State.PAUSED, left, perHour, null, "An administrator has paused it");
        }
        var hours = Optional.<Hours>empty();
        var state = State.WORKING;
        String why = null;
        if (name.side() == QueueName.Side.WORKER) {
            var serving = alive.stream().filter(w -> w.queues().contains(name.wireName())).toList();
            if (serving.isEmpty()) {
                return new QueueOutlook(
                        name, State.WAITING, left, perHour, null, "No worker is running");
            }
            hours = name.isUrgent() ? Optional.empty() : commonHours(serving);
            if (serving.stream().allMatch(w -> w.resting().contains(name.wireName()))) {
                state = State.WAITING;
                why = reasonOf(serving.getFirst());
                if (!serving.stream().allMatch(Outlooks::waitsForHoursOnly)) {
                    return new QueueOutlook(name, state, left, perHour, null, why);
                }
            }
        }
        if (pace == null) {
            return new QueueOutlook(
                    name, state, left, null, null, why != null ? why : "None has been done yet");
        }
        var work = pace.ofMore(left);
        var doneAt = hours.map(open -> open.end(now, work)).orElseGet(() -> now.plus(work));
        return new QueueOutlook(name, state, left, perHour, doneAt, why);
    }

    /** Those of all of them; with others, only the longest would count, and is not known. */
    private static Optional<Hours> commonHours(List<WorkerState> serving) {
        var all = serving.stream().map(Outlooks::hoursOf).distinct().toList();
        return all.size() == 1 ? all.getFirst() : Optional.empty();
    }

    private static Optional<Hours> hoursOf(WorkerState worker) {
        return Optional.ofNullable(worker.hours())
                .map(hours -> Hours.parse(hours, ZoneId.of(worker.timeZone())));
    }

    private static boolean waitsForHoursOnly(WorkerState worker) {
        return worker.reasons().stream()
                .map(Reason::code)
                .noneMatch(
                        code ->
                                List.of("hot", "throttled", "underVoltage", "memory")
                                        .contains(code));
    }

    private static @Nullable String reasonOf(WorkerState worker) {
        return worker.reasons().isEmpty() ? null : worker.reasons().getFirst().text();
    }
}
