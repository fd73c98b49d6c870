package app.keepsake.partner;

import java.util.UUID;

/**
 * The other one of a pair.
 *
 * @param inTimeline whether who is shared with wants to see it between their own
 */
public record Partner(UUID userId, boolean inTimeline) {}
