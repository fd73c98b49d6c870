package app.keepsake.immich.session;

import app.keepsake.auth.Caller;
import app.keepsake.auth.SessionView;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param appVersion always there, if need be as null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionResponseDto(
        UUID id,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        boolean current,
        String deviceType,
        String deviceOS,
        @JsonInclude @Nullable String appVersion,
        boolean isPendingSyncReset) {

    public static SessionResponseDto of(Caller caller, SessionView session) {
        return new SessionResponseDto(
                session.id(),
                session.createdAt(),
                session.updatedAt(),
                session.expiresAt(),
                session.id().equals(caller.sessionId()),
                session.deviceType(),
                session.deviceOs(),
                session.appVersion(),
                session.isPendingSyncReset());
    }
}
