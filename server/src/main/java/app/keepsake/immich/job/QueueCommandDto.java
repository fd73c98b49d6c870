package app.keepsake.immich.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/**
 * @param force with {@code start}: everything, not only what is missing
 */
record QueueCommandDto(@NotNull QueueCommand command, @Nullable Boolean force) {

    enum QueueCommand {
        start,
        pause,
        resume,
        empty,
        @JsonProperty("clear-failed")
        clearFailed
    }
}
