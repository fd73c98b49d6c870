package app.keepsake.auth;

import java.util.UUID;

/** A session was ended: by logging out, from another device, or with the password. */
public record SessionClosed(UUID sessionId) {}
