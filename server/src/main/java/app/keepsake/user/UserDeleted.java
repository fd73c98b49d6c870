package app.keepsake.user;

import java.util.UUID;

/** An account is gone for good. */
public record UserDeleted(UUID userId) {}
