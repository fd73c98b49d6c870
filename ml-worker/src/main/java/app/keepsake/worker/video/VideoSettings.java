package app.keepsake.worker.video;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What one run of ffmpeg or ffprobe may cost (I7), but for those that transcode.
 *
 * @param timeLimit of CPU time; what others leave it may take five times as long
 * @param maxMemory bytes of address space
 * @param maxOutput bytes of the largest file that it may write
 */
@ConfigurationProperties("keepsake.video")
public record VideoSettings(
        @DefaultValue("60s") Duration timeLimit,
        @DefaultValue("1610612736") long maxMemory,
        @DefaultValue("67108864") long maxOutput) {

    Limits limits() {
        return new Limits(timeLimit.multipliedBy(5), timeLimit, maxMemory, maxOutput);
    }
}
