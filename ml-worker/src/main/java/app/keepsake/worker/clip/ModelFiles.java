package app.keepsake.worker.clip;

import app.keepsake.worker.onnx.ModelUnusable;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON files beside a CLIP model's graphs. */
final class ModelFiles {

    private static final JsonMapper JSON = new JsonMapper();

    private ModelFiles() {}

    static JsonNode read(Path file) throws ModelUnusable {
        try {
            return JSON.readTree(file);
        } catch (JacksonException e) {
            throw new ModelUnusable(
                    file,
                    Files.exists(file)
                            ? "is not JSON: download the model's whole folder again"
                            : "does not exist: download the model's whole folder again",
                    e);
        }
    }

    /** A member that must be there, by its path, as {@code /text_cfg/context_length}. */
    static JsonNode required(JsonNode json, String path, Path file) throws ModelUnusable {
        var member = json.at(path);
        if (member.isMissingNode() || member.isNull()) {
            throw new ModelUnusable(file, "lacks " + path);
        }
        return member;
    }
}
