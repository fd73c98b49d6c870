package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.ModelUnusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text as a model takes it: exactly as many token ids as its context is long. */
interface TextTokens extends AutoCloseable {

    /** The text's tokens, and then padding. */
    record Ids(int[] all, int count) {}

    /**
     * @param language of the text as the client said it, for models that know several
     */
    Ids of(String text, @Nullable String language) throws IOException;

    @Override
    void close();

    /** Of the model in a folder: CLIP's own, or any that Hugging Face's library reads. */
    static TextTokens read(Path folder, int length) throws IOException {
        return isClip(folder.resolve("textual/tokenizer.json"))
                ? Tokenizer.read(folder, length)
                : HubTokenizer.read(folder, length);
    }

    /** The file's head says it; the whole may be larger than the heap. */
    private static boolean isClip(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ModelUnusable(
                    file, "does not exist: download the model's whole folder again");
        }
        try (var in = Files.newInputStream(file)) {
            var head = new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
            return Pattern.compile("\"end_of_word_suffix\"\\s*:\\s*\"</w>\"").matcher(head).find();
        }
    }
}
