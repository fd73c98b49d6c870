package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.ModelUnusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON files beside a CLIP model's graphs. */
final class ModelFiles {

    private static final JsonMapper JSON = new JsonMapper();

    /** Hundreds of thousands of names, none of which comes twice. */
    private static final JsonFactory STREAMS =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build();

    private static final int LONGEST_CONTEXT = 4_096;

    private ModelFiles() {}

    static JsonNode read(Path file) throws ModelUnusable {
        try {
            return JSON.readTree(file);
        } catch (JacksonException e) {
            throw notJson(file, e);
        }
    }

    private static ModelUnusable notJson(Path file, JacksonException e) {
        return new ModelUnusable(
                file,
                Files.exists(file)
                        ? "is not JSON: download the model's whole folder again"
                        : "does not exist: download the model's whole folder again",
                e);
    }

    /** A member that must be there, by its path, as {@code /text_cfg/context_length}. */
    static JsonNode required(JsonNode json, String path, Path file) throws ModelUnusable {
        var member = json.at(path);
        if (member.isMissingNode() || member.isNull()) {
            throw new ModelUnusable(file, "lacks " + path);
        }
        return member;
    }

    /** How many tokens a text has; CLIP's number where nobody says one. */
    static int contextLength(Path folder) throws ModelUnusable {
        var file = folder.resolve("config.json");
        int length = read(file).at("/text_cfg/context_length").asInt(77);
        if (length < 2 || length > LONGEST_CONTEXT) {
            throw new ModelUnusable(file, "has a context_length of " + length);
        }
        return length;
    }

    /** The token that fills up what a text leaves free; its name stands there bare or in one. */
    static String paddingName(Path folder) throws ModelUnusable {
        var file = folder.resolve("textual/tokenizer_config.json");
        var padding = required(read(file), "/pad_token", file);
        return padding.isObject() ? padding.path("content").asString("") : padding.asString("");
    }

    /**
     * A file's JSON as the smallest string that Java can make of it: without what is for people,
     * all of it ASCII, and never twice in the heap, which is small beside 34 MB of 256,000 words of
     * all scripts.
     */
    static String compact(Path file) throws IOException {
        var draft = Files.createTempFile("keepsake-tokenizer-", ".json");
        try {
            try (var from = STREAMS.createParser(ObjectReadContext.empty(), file);
                    var to =
                            STREAMS.createGenerator(
                                    ObjectWriteContext.empty(), draft, JsonEncoding.UTF8)) {
                while (from.nextToken() != null) {
                    to.copyCurrentEventExact(from);
                }
            } catch (JacksonException e) {
                throw notJson(file, e);
            }
            long needed = Files.size(draft) * 3 >> 20;
            if (needed > Runtime.getRuntime().maxMemory() >> 20) {
                throw new ModelUnusable(
                        file,
                        "needs a larger heap: start the worker with -Xmx%dm".formatted(needed));
            }
            return Files.readString(draft, StandardCharsets.US_ASCII);
        } finally {
            Files.delete(draft);
        }
    }
}
