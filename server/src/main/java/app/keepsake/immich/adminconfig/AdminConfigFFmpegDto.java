package app.keepsake.immich.adminconfig;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;

/** How films are transcoded. Its texts become arguments of ffmpeg. */
public record AdminConfigFFmpegDto(
        @NotNull TranscodeHWAccel accel,
        @NotNull Boolean accelDecode,
        @NotNull List<@NotNull AudioCodec> acceptedAudioCodecs,
        @NotNull List<@NotNull VideoContainer> acceptedContainers,
        @NotNull List<@NotNull VideoCodec> acceptedVideoCodecs,
        @NotNull @Whole @Min(-1) @Max(16) Integer bframes,
        @NotNull CQMode cqMode,
        @NotNull @Whole @Min(0) @Max(51) Integer crf,
        @NotNull @Whole @Min(0) Integer gopSize,
        @NotNull @Pattern(regexp = "\\d{1,9}[kKmM]?") String maxBitrate,
        @NotNull @Pattern(regexp = "(/dev/dri/)?[A-Za-z0-9]+") String preferredHwDevice,
        @NotNull @Pattern(regexp = "[a-z]+") String preset,
        @NotNull @Valid AdminConfigFFmpegRealtimeDto realtime,
        @NotNull @Whole @Min(0) @Max(6) Integer refs,
        @NotNull AudioCodec targetAudioCodec,
        @NotNull @Pattern(regexp = "original|[1-9]\\d{0,4}") String targetResolution,
        @NotNull VideoCodec targetVideoCodec,
        @NotNull Boolean temporalAQ,
        @NotNull @Whole @Min(0) Integer threads,
        @NotNull ToneMapping tonemap,
        @NotNull TranscodePolicy transcode,
        @NotNull Boolean twoPass) {

    public record AdminConfigFFmpegRealtimeDto(
            @NotNull Boolean enabled,
            @NotNull List<@NotNull Resolution> resolutions,
            @NotNull List<@NotNull VideoCodec> videoCodecs) {}

    enum TranscodeHWAccel {
        nvenc,
        qsv,
        vaapi,
        rkmpp,
        disabled
    }

    enum AudioCodec {
        mp3,
        aac,
        opus,
        @JsonProperty("pcm_s16le")
        pcm
    }

    enum VideoContainer {
        mov,
        mp4,
        ogg,
        webm
    }

    /** Of what is accepted, and made. */
    public enum VideoCodec {
        h264,
        hevc,
        vp9,
        av1
    }

    enum CQMode {
        auto,
        cqp,
        icq
    }

    enum ToneMapping {
        hable,
        mobius,
        reinhard,
        disabled
    }

    enum TranscodePolicy {
        all,
        optimal,
        bitrate,
        required,
        disabled
    }

    /** The shorter side in pixels, which is a number on the wire. */
    public enum Resolution {
        SD(480),
        HD(720),
        FULL_HD(1080),
        QUAD_HD(1440),
        ULTRA_HD(2160);

        private final int pixels;

        Resolution(int pixels) {
            this.pixels = pixels;
        }

        @JsonValue
        public int pixels() {
            return pixels;
        }
    }
}
