package app.keepsake.worker.video;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a film's container says of it.
 *
 * @param width in square pixels, as shown upright
 * @param height in square pixels, as shown upright
 * @param durationMs in milliseconds; 0 if it does not say
 * @param container ffmpeg's name of its kind, as "matroska,webm"
 * @param picture the one of its pictures that players show
 * @param sound the one that players play, or null
 */
public record FilmFacts(
        int width,
        int height,
        int durationMs,
        String container,
        Picture picture,
        @Nullable Sound sound) {

    /**
     * Codec, pixels and colours by ffmpeg's names; "" where it does not say.
     *
     * @param index of the stream in the file
     * @param isInterlaced whether a frame's lines were taken at two moments, as camcorders do
     * @param rotation in degrees counter-clockwise, by which players turn it
     * @param fps frames a second on average; 0 if it does not say
     * @param bitrate bits a second; 0 if it does not say
     */
    public record Picture(
            int index,
            String codec,
            String pixelFormat,
            String transfer,
            String primaries,
            String matrix,
            String range,
            boolean isInterlaced,
            int rotation,
            double fps,
            long bitrate) {

        private static final Set<String> HDR = Set.of("smpte2084", "arib-std-b67");

        /** Whether it is brighter than ordinary screens, by PQ or HLG. */
        public boolean isHdr() {
            return HDR.contains(transfer);
        }

        /** The filters that make whole frames of it: without, what moves has teeth. */
        public List<String> deinterlacing() {
            return isInterlaced ? List.of("bwdif=mode=send_frame:deint=interlaced") : List.of();
        }
    }

    /**
     * @param index of the stream in the file
     * @param codec ffmpeg's name
     */
    public record Sound(int index, String codec, int channels) {}
}
