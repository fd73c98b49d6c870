package app.keepsake.auth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session as its user sees it; the token is not part of it.
 *
 * @param updatedAt when it was last used, to the hour
 * @param expiresAt null = as long as it is used
 * @param isPendingSyncReset whether its phone is to be told to sync from the start
 */
public record SessionView(
        UUID id,
        String deviceType,
        String deviceOs,
        @Nullable String appVersion,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        boolean isPendingSyncReset) {

    static final String COLUMNS =
            """
             id, device_type, device_os, app_version, created_at, updated_at, expires_at,
             is_pending_sync_reset \
            """;
}
