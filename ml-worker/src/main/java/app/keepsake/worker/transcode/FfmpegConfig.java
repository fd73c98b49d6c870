package app.keepsake.worker.transcode;

import app.keepsake.worker.video.ToneMap;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How administrators want films, in Immich's words; codecs and containers by ffmpeg's names.
 *
 * @param targetResolution of the shorter side in pixels, or "original"
 * @param maxBitrate as "4M" or "2500k"; without a letter in thousands; "0" = any
 * @param threads 0 = as many as there are processors; so with refs and gopSize, the encoder's own
 * @param bframes -1 = the encoder's own
 */
record FfmpegConfig(
        Policy transcode,
        String targetVideoCodec,
        List<String> acceptedVideoCodecs,
        String targetAudioCodec,
        List<String> acceptedAudioCodecs,
        List<String> acceptedContainers,
        String targetResolution,
        String preset,
        int crf,
        String maxBitrate,
        boolean twoPass,
        int threads,
        int bframes,
        int refs,
        int gopSize,
        ToneMap tonemap,
        Accel accel,
        boolean accelDecode,
        String preferredHwDevice) {

    private static final Pattern BITRATE = Pattern.compile("\\s*(\\d{1,9})\\s*([kKmM]?).*");

    /** Which films are transcoded. */
    enum Policy {
        /** Every one. */
        @JsonProperty("all")
        ALL,
        /** What browsers cannot play, and what is larger than the target. */
        @JsonProperty("optimal")
        OPTIMAL,
        /** What browsers cannot play, and what has more bits a second than wanted. */
        @JsonProperty("bitrate")
        BITRATE,
        /** What browsers cannot play. */
        @JsonProperty("required")
        REQUIRED,
        /** None. */
        @JsonProperty("disabled")
        DISABLED
    }

    /** What encodes. Those that Keepsake cannot use (yet) are as if disabled. */
    enum Accel {
        @JsonProperty("nvenc")
        NVENC,
        @JsonProperty("qsv")
        QSV,
        @JsonProperty("vaapi")
        VAAPI,
        @JsonProperty("rkmpp")
        RKMPP,
        /** A Raspberry Pi 4's. Immich has no word for it: the worker's own setting names it. */
        V4L2M2M,
        @JsonProperty("disabled")
        DISABLED
    }

    /** The same, but encoded by other means. */
    FfmpegConfig with(Accel other) {
        return new FfmpegConfig(
                transcode,
                targetVideoCodec,
                acceptedVideoCodecs,
                targetAudioCodec,
                acceptedAudioCodecs,
                acceptedContainers,
                targetResolution,
                preset,
                crf,
                maxBitrate,
                twoPass,
                threads,
                bframes,
                refs,
                gopSize,
                tonemap,
                other,
                accelDecode,
                preferredHwDevice);
    }

    /** Thousands of bits a second; 0 = any. */
    int maxKilobits() {
        var bitrate = BITRATE.matcher(maxBitrate);
        if (!bitrate.matches()) {
            return 0;
        }
        long number = Long.parseLong(bitrate.group(1));
        return (int) Math.min(1_000_000, number * (bitrate.group(2).matches("[mM]") ? 1000 : 1));
    }

    /** The shorter side that a film of this one gets. */
    int shorterSide(int original) {
        return targetResolution.equals("original")
                ? original
                : Math.min(original, Integer.parseInt(targetResolution));
    }
}
