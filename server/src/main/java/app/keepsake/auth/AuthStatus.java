package app.keepsake.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks before it shows the locked folder.
 *
 * @param pinCode whether the account has a PIN
 * @param password whether it has a password
 * @param isElevated whether the session may see locked assets now
 * @param expiresAt when the session ends whatever happens; null for an API key
 * @param pinExpiresAt when the session was or will be locked again
 */
public record AuthStatus(
        boolean pinCode,
        boolean password,
        boolean isElevated,
        @Nullable Instant expiresAt,
        @Nullable Instant pinExpiresAt) {}
