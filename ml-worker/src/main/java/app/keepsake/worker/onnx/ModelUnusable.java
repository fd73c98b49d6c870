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
                        "does not exist: download the model again, or choose another as its modelName"
                                + " below machineLearning in the system config (docs/models.md)",
                        cause);
    }
}
