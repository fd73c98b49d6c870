package app.keepsake.worker.image;

import app.keepsake.worker.video.Limits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a program may cost that reads a picture which the engine does not (I7).
 *
 * @param timeLimit of CPU time; what others leave it may take five times as long
 * @param maxMemory bytes of address space
 * @param maxOutput bytes of the largest file that it may write
 */
@ConfigurationProperties("keepsake.image.child")
record ChildSettings(
        @DefaultValue("60s") Duration timeLimit,
        @DefaultValue("1610612736") long maxMemory,
        @DefaultValue("1073741824") long maxOutput) {

    Limits limits() {
        return new Limits(timeLimit.multipliedBy(5), timeLimit, maxMemory, maxOutput);
    }
}
