package app.keepsake.worker.transcode;

import app.keepsake.worker.video.FilmFacts;
import java.util.Set;

/**
 * What of a film is to be made anew. Without any of it, the original plays as it is.
 *
 * @param picture encoded, or else copied
 * @param sound encoded, or else copied
 * @param container another one
 */
record Plan(boolean picture, boolean sound, boolean container) {

    /** What an MP4 can hold; sound without compression, say, it cannot. */
    private static final Set<String> SOUNDS_OF_MP4 =
            Set.of("aac", "mp3", "opus", "ac3", "eac3", "flac", "alac");

    static Plan of(FilmFacts film, FfmpegConfig config) {
        var sound = film.sound();
        var picture = isPictureToEncode(film, config);
        return switch (config.transcode()) {
            case DISABLED -> new Plan(false, false, false);
            case ALL -> new Plan(true, sound != null, true);
            default -> {
                var hasOtherSound =
                        sound != null && !config.acceptedAudioCodecs().contains(sound.codec());
                var container = isContainerToChange(film, config);
                yield new Plan(
                        picture,
                        hasOtherSound
                                || sound != null
                                        && (picture || container)
                                        && !SOUNDS_OF_MP4.contains(sound.codec()),
                        container);
            }
        };
    }

    private static boolean isPictureToEncode(FilmFacts film, FfmpegConfig config) {
        var picture = film.picture();
        int shorter = Math.min(film.width(), film.height());
        return !config.acceptedVideoCodecs().contains(picture.codec())
                || !picture.pixelFormat().endsWith("420p")
                || picture.isInterlaced() // browsers show both halves of a frame at once
                || switch (config.transcode()) {
                    case OPTIMAL -> shorter > config.shorterSide(shorter);
                    case BITRATE ->
                            config.maxKilobits() > 0
                                    && picture.bitrate() > config.maxKilobits() * 1000L;
                    default -> false;
                };
    }

    /**
     * ffmpeg reads some containers as one. MP4 is always accepted, and MOV with it; WebM is a
     * Matroska of certain codecs.
     */
    private static boolean isContainerToChange(FilmFacts film, FfmpegConfig config) {
        var names = Set.of(film.container().split(","));
        if (names.contains("mp4")) {
            return false;
        } else if (names.contains("matroska")) {
            var name = isWebm(film) ? "webm" : "matroska";
            return !config.acceptedContainers().contains(name);
        }
        return names.stream().noneMatch(config.acceptedContainers()::contains);
    }

    private static boolean isWebm(FilmFacts film) {
        var sound = film.sound();
        return Set.of("vp8", "vp9", "av1").contains(film.picture().codec())
                && (sound == null || Set.of("vorbis", "opus").contains(sound.codec()));
    }

    boolean isNothing() {
        return !picture && !sound && !container;
    }
}
