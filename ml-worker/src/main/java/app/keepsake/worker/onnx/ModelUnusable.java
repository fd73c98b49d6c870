package app.keepsake.worker.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model cannot be used as it lies on disk. The message tells the admin which and what to do. */
public final class ModelUnusable extends IOException {

    public ModelUnusable(Path file, String reason) {
        this(file, reason, null);
    }

    public ModelUnusable(Path file, String reason, @Nullable Throwable cause) {
        super("The model file %s %s".formatted(file, reason), cause);
    }

    static ModelUnusable notOpened(Path file, Throwable cause) {
        return Files.exists(file)
                ? new ModelUnusable(
                        file,
                        "cannot be read: download its whole folder again (%s)"
                                .formatted(cause.getMessage()),
                        cause)
                : new ModelUnusable(
                        file,
                        "does not exist: put the model there, or choose another with"
                                + " KEEPSAKE_MODELS, KEEPSAKE_CLIP_MODEL or KEEPSAKE_FACE_MODEL"
                                + " (of text: machineLearning.ocr.modelName)",
                        cause);
    }
}
