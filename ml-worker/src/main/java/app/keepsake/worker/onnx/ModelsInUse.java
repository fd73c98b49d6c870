package app.keepsake.worker.onnx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which models the server wants used, as it stands in the database now. */
@Component
public class ModelsInUse {

    /**
     * A model, and how many numbers its vectors have in the database.
     *
     * @param revision the commit that its files are of; null while the server does not know it
     */
    public record InUse(String task, String model, int dimension, @Nullable String revision) {

        /** Whether its vectors are made while those of another still answer. */
        public boolean isComing() {
            return task.equals(COMING);
        }
    }

    private static final String CLIP = "clip";
    private static final String COMING = "clip-next";
    private static final String FACES = "facial-recognition";

    private final JdbcClient jdbc;

    ModelsInUse(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The model by which words find pictures; empty while nobody has got one. */
    public Optional<InUse> forWords() {
        return find(CLIP);
    }

    /** The model that pictures are to be seen by: the coming one where there is one. */
    public Optional<InUse> forPictures() {
        return find(COMING).or(this::forWords);
    }

    public InUse faces() {
        return find(FACES)
                .orElseThrow(
                        () -> new IllegalStateException("the server has not chosen a face model"));
    }

    /** The pair that reads text, while the one that administrators chose is not there. */
    public Optional<String> texts() {
        return jdbc.sql("select model from ml_model where task = 'ocr'")
                .query(String.class)
                .optional();
    }

    private Optional<InUse> find(String task) {
        return jdbc.sql("select task, model, dimension, revision from ml_model where task = ?")
                .param(task)
                .query(InUse.class)
                .optional();
    }
}
