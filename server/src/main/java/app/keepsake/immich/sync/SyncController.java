package app.keepsake.immich.sync;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import app.keepsake.sync.SyncEntityType;
import app.keepsake.sync.SyncRequestType;
import app.keepsake.sync.Syncs;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/sync")
class SyncController {

    private static final Logger log = LoggerFactory.getLogger(SyncController.class);

    private final Syncs syncs;

    SyncController(Syncs syncs) {
        this.syncs = syncs;
    }

    @PostMapping("/stream")
    @Requires(Permission.SYNC_STREAM)
    void stream(
            Caller caller, @Valid @RequestBody SyncStreamDto wanted, HttpServletResponse response) {
        var types = parse("types", wanted.types(), SyncRequestType::named);
        try {
            syncs.stream(
                    caller,
                    types.stream().collect(Collectors.toUnmodifiableSet()),
                    Boolean.TRUE.equals(wanted.reset()),
                    () -> {
                        response.setContentType("application/jsonlines+json");
                        return response.getOutputStream();
                    });
        } catch (IOException e) {
            log.debug("The phone has gone away; it goes on from its acks", e);
        } catch (RuntimeException e) {
            if (!response.isCommitted()) {
                throw e;
            }
            // Nothing can be said any more; without SyncCompleteV1 the phone tries again.
            log.error("A sync stream broke off", e);
        }
    }

    @GetMapping("/ack")
    @Requires(Permission.SYNC_CHECKPOINT_READ)
    List<SyncAckDto> acks(Caller caller) {
        return syncs.marks(caller).stream().map(SyncAckDto::of).toList();
    }

    @PostMapping("/ack")
    @Requires(Permission.SYNC_CHECKPOINT_UPDATE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void ack(Caller caller, @Valid @RequestBody SyncAckSetDto sent) {
        syncs.ack(caller, sent.acks());
    }

    @DeleteMapping("/ack")
    @Requires(Permission.SYNC_CHECKPOINT_DELETE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void forget(
            Caller caller, @Valid @RequestBody(required = false) @Nullable SyncAckDeleteDto which) {
        var types = which == null ? null : which.types();
        syncs.forget(caller, types == null ? null : parse("types", types, SyncEntityType::named));
    }

    private static <T> List<T> parse(
            String name, List<String> words, Function<String, Optional<T>> named) {
        return words.stream()
                .map(
                        word ->
                                named.apply(word)
                                        .orElseThrow(
                                                () ->
                                                        new Problem.Invalid(
                                                                "%s holds an unknown type: %s"
                                                                        .formatted(name, word))))
                .toList();
    }
}
