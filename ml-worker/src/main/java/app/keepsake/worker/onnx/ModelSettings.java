package app.keepsake.worker.onnx;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which models the worker uses and what they may cost.
 *
 * @param models the folder of the models that come along, as {@code clip/<name>} and {@code
 *     facial-recognition/<name>}; those of the library's folder {@code models} go before
 * @param modelPrecision which form of a model is used; {@code auto} is the faster
 * @param modelThreads threads that one run of a model may use
 * @param modelIdle how long an unused model stays in memory
 */
@ConfigurationProperties("keepsake")
public record ModelSettings(
        Path models,
        Path library,
        @DefaultValue("auto") Precision.Wish modelPrecision,
        @DefaultValue("1") int modelThreads,
        @DefaultValue("300s") Duration modelIdle) {

    public ModelSettings {
        if (modelThreads < 1) {
            throw new IllegalArgumentException(
                    "keepsake.model-threads must be at least 1: " + modelThreads);
        }
    }
}
