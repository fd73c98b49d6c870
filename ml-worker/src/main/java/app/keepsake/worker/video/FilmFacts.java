package app.keepsake.worker.video;

/**
 * What a film's container says of it.
 *
 * @param width in square pixels, as shown upright
 * @param height in square pixels, as shown upright
 * @param durationMs in milliseconds; 0 if it does not say
 */
public record FilmFacts(int width, int height, int durationMs) {}
