package app.keepsake.immich.queue;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.job.Jobs;
import app.keepsake.job.QueueEntry;
import app.keepsake.jobs.QueueName;
import app.keepsake.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/queues")
class QueueController {

    private final Jobs jobs;

    QueueController(Jobs jobs) {
        this.jobs = jobs;
    }

    @GetMapping
    @Requires(value = Permission.QUEUE_READ, admin = true)
    List<QueueResponseDto> all(Caller caller) {
        return jobs.all(caller).stream().map(QueueResponseDto::of).toList();
    }

    @GetMapping("/{name}")
    @Requires(value = Permission.QUEUE_READ, admin = true)
    QueueResponseDto get(Caller caller, @PathVariable String name) {
        return QueueResponseDto.of(jobs.get(caller, queue(name)));
    }

    @PutMapping("/{name}")
    @Requires(value = Permission.QUEUE_UPDATE, admin = true)
    QueueResponseDto update(
            Caller caller, @PathVariable String name, @RequestBody QueueUpdateDto update) {
        var queue = queue(name);
        if (update.isPaused() == null) {
            return QueueResponseDto.of(jobs.get(caller, queue));
        }
        return QueueResponseDto.of(
                update.isPaused() ? jobs.pause(caller, queue) : jobs.resume(caller, queue));
    }

    /** Without a status, all of them. */
    @GetMapping("/{name}/jobs")
    @Requires(value = Permission.QUEUE_JOB_READ, admin = true)
    List<QueueJobResponseDto> list(
            Caller caller,
            @PathVariable String name,
            @RequestParam(name = "status", required = false)
                    @Nullable List<QueueJobStatus> statuses) {
        var queue = queue(name);
        var isPaused = jobs.get(caller, queue).isPaused();
        var wanted =
                statuses == null || statuses.isEmpty()
                        ? Arrays.asList(QueueJobStatus.values())
                        : statuses;
        var states =
                Arrays.stream(QueueEntry.State.values())
                        .filter(state -> wanted.stream().anyMatch(s -> s.means(state, isPaused)))
                        .collect(Collectors.toSet());
        return jobs.list(caller, queue, states).stream().map(QueueJobResponseDto::of).toList();
    }

    @DeleteMapping("/{name}/jobs")
    @Requires(value = Permission.QUEUE_JOB_DELETE, admin = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void empty(Caller caller, @PathVariable String name, @RequestBody QueueDeleteDto what) {
        var queue = queue(name);
        jobs.empty(caller, queue);
        if (what.failed() != null && what.failed()) {
            jobs.clearFailed(caller, queue);
        }
    }

    private static QueueName queue(String name) {
        return QueueName.parse(name)
                .orElseThrow(() -> new Problem.Invalid("There is no queue of that name"));
    }
}
