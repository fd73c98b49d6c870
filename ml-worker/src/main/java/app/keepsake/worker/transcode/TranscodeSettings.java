package app.keepsake.worker.transcode;

import app.keepsake.worker.transcode.FfmpegConfig.Accel;
import app.keepsake.worker.video.FilmFacts;
import app.keepsake.worker.video.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What transcoding may cost on this machine (I7), and what it has for it.
 *
 * @param accel what encodes here, whatever the system config says; null = as it says
 * @param cpuPerSecond processor seconds for each second of a film. The slowest that there is, large
 *     HDR on a Raspberry Pi, takes some 30.
 * @param silence after which a run without progress is ended
 * @param maxMemory bytes of address space
 */
@ConfigurationProperties("keepsake.transcode")
record TranscodeSettings(
        @Nullable Accel accel,
        @DefaultValue("60") int cpuPerSecond,
        @DefaultValue("30m") Duration silence,
        @DefaultValue("3221225472") long maxMemory) {

    private static final Duration LEAST = Duration.ofMinutes(10);

    /** Also of a film that does not tell its length, or lies. */
    private static final Duration MOST = Duration.ofDays(7);

    private static final long LEAST_OUTPUT = 1L << 30;

    /** Wall-clock time says little in the background: who stands still is found by that. */
    Limits limits(FilmFacts film, long size) {
        var cpu = Duration.ofMillis((long) film.durationMs() * cpuPerSecond);
        return new Limits(
                MOST,
                film.durationMs() == 0 || cpu.compareTo(MOST) > 0
                        ? MOST
                        : cpu.compareTo(LEAST) < 0 ? LEAST : cpu,
                maxMemory,
                Math.max(LEAST_OUTPUT, size * 4));
    }

    FfmpegConfig over(FfmpegConfig config) {
        return accel == null ? config : config.with(accel);
    }
}
