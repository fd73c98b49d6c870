package app.keepsake.worker.clip;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import app.keepsake.worker.onnx.ModelUnusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any tokenizer that Hugging Face's library reads, for SigLIP, nllb, XLM-Roberta and M-CLIP. DJL's
 * binding is asked directly: what it has above that reads the whole file several times over into
 * the heap, looks for graphics cards and asks Amazon's cloud who we are.
 */
final class HubTokenizer implements TextTokens {

    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    /** The library, loaded with the first model that needs it. */
    private static final class Library {

        static final TokenizersLibrary HUB = load();

        /** From the jar; once it is loaded its file is needed no more. */
        private static TokenizersLibrary load() {
            var machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
            var name = "/native/lib/linux-%s/cpu/libtokenizers.so".formatted(machine);
            try (var library = TokenizersLibrary.class.getResourceAsStream(name)) {
                if (library == null) {
                    throw new IOException(name + " did not come with the program");
                }
                var file = Files.createTempFile("keepsake-tokenizers-", ".so");
                try {
                    Files.write(file, library.readAllBytes());
                    System.load(file.toString());
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return TokenizersLibrary.LIB;
        }
    }

    private final Path file;
    private final long handle;
    private final int length;
    private final int padding;
    private final boolean isCanonical;
    private final boolean saysLanguage;

    /** Reads the tokenizer of the model in a folder. */
    static HubTokenizer read(Path folder, int length) throws IOException {
        var file = folder.resolve("textual/tokenizer.json");
        var json = ModelFiles.compact(file);
        long handle;
        try {
            handle = Library.HUB.createTokenizerFromString(json);
        } catch (LinkageError | IllegalStateException e) {
            throw new ModelUnusable(
                    file, "needs a library that cannot be loaded here: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new ModelUnusable(
                    file,
                    "cannot be read: download the model's whole folder again (%s)"
                            .formatted(e.getMessage()),
                    e);
        }
        try {
            return new HubTokenizer(folder, file, handle, length);
        } catch (IOException e) {
            Library.HUB.deleteTokenizer(handle);
            throw e;
        }
    }

    private HubTokenizer(Path folder, Path file, long handle, int length) throws IOException {
        this.file = file;
        this.handle = handle;
        this.length = length;
        // The file may ask for another padding, of which the library knows no end.
        Library.HUB.disablePadding(handle);
        Library.HUB.setTruncation(handle, length, "LONGEST_FIRST", 0);
        var name = ModelFiles.paddingName(folder);
        var ids = ids(name, false);
        if (ids.length != 1) {
            throw new ModelUnusable(file, "has no token " + name);
        }
        this.padding = Math.toIntExact(ids[0]);
        var text = ModelFiles.read(folder.resolve("config.json")).path("text_cfg");
        this.isCanonical = text.at("/tokenizer_kwargs/clean").asString("").equals("canonicalize");
        this.saysLanguage = String.valueOf(folder.getFileName()).startsWith("nllb");
    }

    private long[] ids(String text, boolean withEnds) throws ModelUnusable {
        try {
            long encoding = Library.HUB.encode(handle, text, withEnds);
            try {
                return Library.HUB.getTokenIds(encoding);
            } finally {
                Library.HUB.deleteEncoding(encoding);
            }
        } catch (RuntimeException e) {
            throw new ModelUnusable(file, "cannot read a text: " + e.getMessage(), e);
        }
    }

    @Override
    public Ids of(String text, @Nullable String language) throws ModelUnusable {
        var clean = SearchText.clean(text);
        if (isCanonical) {
            clean =
                    SearchText.clean(
                            PUNCTUATION.matcher(clean).replaceAll("").toLowerCase(Locale.ROOT));
        }
        var found = ids(saysLanguage ? Flores.name(language) + clean : clean, true);
        var all = new int[length];
        Arrays.fill(all, padding);
        int count = Math.min(found.length, length);
        for (int i = 0; i < count; i++) {
            all[i] = Math.toIntExact(found[i]);
        }
        return new Ids(all, count);
    }

    @Override
    public void close() {
        Library.HUB.deleteTokenizer(handle);
    }
}
