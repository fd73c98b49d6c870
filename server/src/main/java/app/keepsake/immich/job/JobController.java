package app.keepsake.immich.job;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.job.Jobs;
import app.keepsake.jobs.QueueName;
import app.keepsake.problem.Problem;
import jakarta.validation.Valid;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/jobs")
class JobController {

    private final Jobs jobs;

    JobController(Jobs jobs) {
        this.jobs = jobs;
    }

    /** Immich's QueuesResponseLegacyDto: one property a queue. */
    @GetMapping
    @Requires(value = Permission.JOB_READ, admin = true)
    Map<String, QueueResponseLegacyDto> all(Caller caller) {
        var queues = new LinkedHashMap<String, QueueResponseLegacyDto>();
        for (var queue : jobs.all(caller)) {
            queues.put(queue.name().wireName(), QueueResponseLegacyDto.of(queue));
        }
        return queues;
    }

    @PutMapping("/{name}")
    @Requires(value = Permission.JOB_CREATE, admin = true)
    QueueResponseLegacyDto command(
            Caller caller, @PathVariable String name, @RequestBody @Valid QueueCommandDto command) {
        var queue =
                QueueName.parse(name)
                        .orElseThrow(() -> new Problem.Invalid("There is no queue of that name"));
        return QueueResponseLegacyDto.of(
                switch (command.command()) {
                    case start -> jobs.start(caller, queue, Boolean.TRUE.equals(command.force()));
                    case pause -> jobs.pause(caller, queue);
                    case resume -> jobs.resume(caller, queue);
                    case empty -> jobs.empty(caller, queue);
                    case clearFailed -> jobs.clearFailed(caller, queue);
                });
    }
}
