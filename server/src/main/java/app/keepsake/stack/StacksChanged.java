package app.keepsake.stack;

import java.util.UUID;

/** Stacks were made, changed or dissolved. */
public record StacksChanged(UUID ownerId) {}
