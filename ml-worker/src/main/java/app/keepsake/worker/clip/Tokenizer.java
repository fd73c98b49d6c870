package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.ModelUnusable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * CLIP's tokenizer, read from a {@code tokenizer.json}: text becomes exactly as many token ids as
 * the model's context is long. Pairs of symbols are merged within each word, the most frequent of
 * the training text first (byte-level BPE; the last symbol of a word carries {@code </w>}).
 */
final class Tokenizer implements TextTokens {

    private static final Pattern WORD =
            Pattern.compile(
                    "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
                    Pattern.UNICODE_CHARACTER_CLASS);

    private final int length;
    private final int start;
    private final int end;
    private final int padding;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int[] byteIds = new int[256];
    private final int[] lastByteIds = new int[256];
    private final Map<Pair, Merge> merges = new HashMap<>();
    private final Pattern special;

    private record Pair(int left, int right) {}

    private record Merge(int rank, int id) {}

    /** Reads the tokenizer of the model in a folder. */
    static Tokenizer read(Path folder, int length) throws ModelUnusable {
        return new Tokenizer(
                folder.resolve("textual/tokenizer.json"), length, ModelFiles.paddingName(folder));
    }

    private Tokenizer(Path file, int length, String paddingName) throws ModelUnusable {
        this.length = length;
        var json = ModelFiles.read(file);
        var model = ModelFiles.required(json, "/model", file);
        for (var word : ModelFiles.required(model, "/vocab", file).properties()) {
            ids.put(word.getKey(), word.getValue().asInt());
        }
        readBytes(file);
        readMerges(ModelFiles.required(model, "/merges", file), file);
        var names = new ArrayList<String>();
        for (var token : ModelFiles.required(json, "/added_tokens", file)) {
            var name = token.path("content").asString();
            ids.put(name, token.path("id").asInt());
            names.add(Pattern.quote(name));
        }
        this.special = Pattern.compile(String.join("|", names));
        this.start = ModelFiles.required(json, "/post_processor/cls/1", file).asInt();
        this.end = ModelFiles.required(json, "/post_processor/sep/1", file).asInt();
        this.padding = id(paddingName, file);
    }

    /** GPT-2's table: a printable character for each byte, the byte's own where it has one. */
    private void readBytes(Path file) throws ModelUnusable {
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable =
                    (value > 32 && value < 127) || (value > 160 && value < 173) || value > 173;
            var symbol = Character.toString(printable ? value : next++);
            byteIds[value] = id(symbol, file);
            lastByteIds[value] = id(symbol + "</w>", file);
        }
    }

    /** Merges are written as {@code "a b"} or as {@code ["a", "b"]}. */
    private void readMerges(JsonNode merges, Path file) throws ModelUnusable {
        for (int rank = 0; rank < merges.size(); rank++) {
            var merge = merges.get(rank);
            var pair =
                    merge.isArray()
                            ? new String[] {merge.get(0).asString(), merge.get(1).asString()}
                            : merge.asString().split(" ", 2);
            this.merges.putIfAbsent(
                    new Pair(id(pair[0], file), id(pair[1], file)),
                    new Merge(rank, id(pair[0] + pair[1], file)));
        }
    }

    private int id(String symbol, Path file) throws ModelUnusable {
        var id = ids.get(symbol);
        if (id == null) {
            throw new ModelUnusable(file, "has no token " + symbol);
        }
        return id;
    }

    /** The text's ids: start, what fits, end, padding. */
    @Override
    public Ids of(String text, @Nullable String language) {
        var found = new ArrayList<Integer>();
        int from = 0;
        var clean = SearchText.clean(text);
        for (var name = special.matcher(clean); name.find(); from = name.end()) {
            addWords(clean.substring(from, name.start()), found);
            found.add(ids.get(name.group()));
        }
        addWords(clean.substring(from), found);

        var encoded = new int[length];
        Arrays.fill(encoded, padding);
        int count = Math.min(found.size(), length - 2);
        encoded[0] = start;
        for (int i = 0; i < count; i++) {
            encoded[i + 1] = found.get(i);
        }
        encoded[count + 1] = end;
        return new Ids(encoded, count + 2);
    }

    @Override
    public void close() {}

    private void addWords(String text, List<Integer> found) {
        var lower = new StringBuilder(text.length());
        // Each code point by itself, as the reference does: no rule for a final sigma.
        Normalizer.normalize(text, Normalizer.Form.NFC)
                .codePoints()
                .forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
        for (var word = WORD.matcher(lower); word.find(); ) {
            addWord(word.group(), found);
        }
    }

    private void addWord(String word, List<Integer> found) {
        var bytes = word.getBytes(StandardCharsets.UTF_8);
        var symbols = new ArrayList<Integer>(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            symbols.add((i == bytes.length - 1 ? lastByteIds : byteIds)[bytes[i] & 0xff]);
        }
        while (true) {
            int at = -1;
            Merge best = null;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                var merge = merges.get(new Pair(symbols.get(i), symbols.get(i + 1)));
                if (merge != null && (best == null || merge.rank < best.rank)) {
                    best = merge;
                    at = i;
                }
            }
            if (best == null) {
                break;
            }
            symbols.set(at, best.id);
            symbols.remove(at + 1);
        }
        found.addAll(symbols);
    }
}
