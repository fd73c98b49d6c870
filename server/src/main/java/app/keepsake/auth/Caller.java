package app.keepsake.auth;

import app.keepsake.problem.Problem;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request. Passed as a parameter everywhere; nothing hides in a thread.
 *
 * @param sessionId the session that authenticated the call, or null for an API key
 * @param apiKeyId the API key that authenticated the call, or null for a session
 * @param isElevated whether the session has shown its PIN lately, so that it may see locked assets
 * @param permissions what this call may do: {@link Permission#ALL} for a session
 */
public record Caller(
        UUID userId,
        boolean isAdmin,
        @Nullable UUID sessionId,
        @Nullable UUID apiKeyId,
        boolean isElevated,
        Set<Permission> permissions) {

    public Caller {
        permissions = Set.copyOf(permissions);
    }

    /** Whether this call may do what {@code permission} names, to things that it may see. */
    public boolean may(Permission permission) {
        return permissions.contains(Permission.ALL) || permissions.contains(permission);
    }

    /** Throws {@link Problem.Forbidden} unless this call {@link #may}. */
    public void require(Permission permission) {
        if (!may(permission)) {
            throw new Problem.Forbidden("Missing required permission: " + permission.wireName());
        }
    }
}
