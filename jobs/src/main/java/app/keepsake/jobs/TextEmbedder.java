package app.keepsake.jobs;

import org.jspecify.annotations.Nullable;

/** Turns words into the embedding by which pictures are found. The worker has one. */
public interface TextEmbedder {

    /**
     * Where a text lies among the pictures of the same model.
     *
     * @param language of the text as the client said it, or null
     */
    Embedding embed(String text, @Nullable String language) throws Exception;
}
