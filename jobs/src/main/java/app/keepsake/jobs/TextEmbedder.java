package app.keepsake.jobs;

import org.jspecify.annotations.Nullable;

/** Turns words into the vector by which pictures are found. The worker has one. */
public interface TextEmbedder {

    /**
     * The vector of a text, of length 1.
     *
     * @param language of the text as the client said it, or null
     */
    float[] embed(String text, @Nullable String language) throws Exception;
}
