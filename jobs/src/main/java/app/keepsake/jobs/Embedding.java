package app.keepsake.jobs;

/**
 * A place among the pictures.
 *
 * @param model that made it: embeddings of two models cannot be compared
 * @param vector of length 1
 */
public record Embedding(String model, float[] vector) {}
