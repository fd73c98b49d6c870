package app.keepsake.immich.session;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Device;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.auth.Sessions;
import app.keepsake.problem.Problem;
import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/sessions")
class SessionController {

    /**
     * @param duration in seconds
     */
    record SessionCreateDto(
            @Min(1) @Max((1L << 53) - 1) @Nullable Long duration,
            @Size(max = 300) @Nullable String deviceType,
            @Size(max = 300) @Nullable String deviceOS) {}

    record SessionUpdateDto(@Nullable Boolean isPendingSyncReset) {}

    /** The session, and its token for the only time. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SessionCreateResponseDto(
            UUID id,
            String token,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant expiresAt,
            boolean current,
            String deviceType,
            String deviceOS,
            @JsonInclude @Nullable String appVersion,
            boolean isPendingSyncReset) {

        static SessionCreateResponseDto of(Sessions.Opened opened) {
            var session = opened.session();
            return new SessionCreateResponseDto(
                    session.id(),
                    opened.token(),
                    session.createdAt(),
                    session.updatedAt(),
                    session.expiresAt(),
                    false,
                    session.deviceType(),
                    session.deviceOs(),
                    session.appVersion(),
                    session.isPendingSyncReset());
        }
    }

    private final Sessions sessions;

    SessionController(Sessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping
    @Requires(Permission.SESSION_READ)
    List<SessionResponseDto> list(Caller caller) {
        return sessions.of(caller.userId()).stream()
                .map(session -> SessionResponseDto.of(caller, session))
                .toList();
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.SESSION_CREATE)
    SessionCreateResponseDto create(Caller caller, @RequestBody @Valid SessionCreateDto body) {
        var device =
                new Device(
                        Objects.requireNonNullElse(body.deviceType(), ""),
                        Objects.requireNonNullElse(body.deviceOS(), ""),
                        null);
        var duration = body.duration() == null ? null : Duration.ofSeconds(body.duration());
        return SessionCreateResponseDto.of(sessions.openChild(caller, device, duration));
    }

    @RequestMapping(
            path = "/{id}",
            method = {RequestMethod.PUT, RequestMethod.PATCH})
    @Requires(Permission.SESSION_UPDATE)
    SessionResponseDto update(
            Caller caller, @PathVariable UUID id, @RequestBody SessionUpdateDto body) {
        if (body.isPendingSyncReset() == null) {
            throw new Problem.Invalid("No fields to update");
        }
        return SessionResponseDto.of(
                caller, sessions.setPendingSyncReset(caller, id, body.isPendingSyncReset()));
    }

    @PostMapping("/{id}/lock")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.SESSION_LOCK)
    void lock(Caller caller, @PathVariable UUID id) {
        sessions.lock(caller, id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.SESSION_DELETE)
    void close(Caller caller, @PathVariable UUID id) {
        sessions.close(caller, id);
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.SESSION_DELETE)
    void closeOthers(Caller caller) {
        sessions.closeOthers(caller);
    }
}
