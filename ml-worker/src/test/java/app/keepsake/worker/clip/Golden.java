package app.keepsake.worker.clip;

import app.keepsake.jobs.Embedding;
import app.keepsake.worker.support.WorkerFixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the reference pipeline (Pillow, tokenizers, ONNX Runtime for Python) says of the drawn
 * pictures and of some queries with the tiny model.
 */
record Golden(Map<String, float[]> images, Map<String, Query> queries) {

    /**
     * @param topMustBe the picture to be found first: names parted by {@code |}, or none
     */
    record Query(
            int[] ids, float[] embedding, List<List<Object>> order, @Nullable String topMustBe) {}

    static Golden read() {
        return JsonMapper.builder()
                .propertyNamingStrategy(tools.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
                .build()
                .readValue(WorkerFixtures.golden("clip.json"), Golden.class);
    }

    /** What the model says of one picture. */
    static Embedding seen(Clip clip, String model, Path picture) throws IOException {
        return clip.ofPictures(model, List.of(picture)).getFirst();
    }

    static double cosine(float[] a, float[] b) {
        double product = 0;
        double lengths = 1;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
        }
        for (float[] v : List.of(a, b)) {
            double sum = 0;
            for (float x : v) {
                sum += (double) x * x;
            }
            lengths *= Math.sqrt(sum);
        }
        return product / lengths;
    }
}
