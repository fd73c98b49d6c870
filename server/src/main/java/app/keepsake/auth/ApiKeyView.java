package app.keepsake.auth;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An API key as its owner sees it; the secret is not part of it. */
public record ApiKeyView(
        UUID id, String name, List<Permission> permissions, Instant createdAt, Instant updatedAt) {}
