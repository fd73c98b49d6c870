package app.keepsake.worker.transcode;

import app.keepsake.worker.video.FilmFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What ffmpeg is told to make of a film.
 *
 * @param toneMapping the filters for one that is brighter than ordinary screens
 */
record Recipe(
        FfmpegConfig config, Encoder encoder, FilmFacts film, Plan plan, List<String> toneMapping) {

    private static final List<String> END =
            List.of(
                    // Those who may see the film need not learn where it was taken.
                    "-map_metadata",
                    "-1",
                    "-map_chapters",
                    "-1",
                    // The index goes first, so that a player begins before it has all.
                    "-movflags",
                    "+faststart",
                    "-f",
                    "mp4");

    /** What is said before the film is opened. */
    List<String> before() {
        return plan.picture() ? encoder.before(film.picture().codec()) : List.of();
    }

    /** What is made of it, in one run or in two. */
    List<List<String>> runs(Path target) {
        var last = new ArrayList<>(picture());
        if (!plan.picture() || !encoder.isTwoPass()) {
            last.addAll(soundAndEnd(target));
            return List.of(last);
        }
        var first = new ArrayList<>(picture());
        first.addAll(pass(1, target));
        first.addAll(List.of("-an", "-f", "null", "/dev/null"));
        last.addAll(pass(2, target));
        last.addAll(soundAndEnd(target));
        return List.of(first, last);
    }

    private static List<String> pass(int number, Path target) {
        // Beside the film, whose folder has room for it.
        return List.of("-pass", String.valueOf(number), "-passlogfile", target.toString());
    }

    private List<String> picture() {
        var picture = film.picture();
        var options = new ArrayList<>(List.of("-map", "0:" + picture.index()));
        if (!plan.picture()) {
            options.addAll(List.of("-c:v", "copy"));
            if (picture.codec().equals("hevc")) {
                options.addAll(List.of("-tag:v", "hvc1"));
            }
            return options;
        }
        options.addAll(List.of("-vf", String.join(",", filters())));
        options.addAll(encoder.options((double) width() * height() * fps()));
        // Frames stay where they are in time: phones do not take them evenly.
        options.addAll(List.of("-fps_mode", "passthrough"));
        return options;
    }

    private List<String> filters() {
        var filters = new ArrayList<>(film.picture().deinterlacing());
        filters.addAll(List.of("scale=%d:%d".formatted(width(), height()), "setsar=1"));
        filters.addAll(toneMapping);
        filters.addAll(encoder.filters());
        return filters;
    }

    private double fps() {
        return film.picture().fps() > 0 ? film.picture().fps() : 30;
    }

    /** Encoders want even numbers. */
    private int width() {
        return even(film.width() * scale());
    }

    private int height() {
        return even(film.height() * scale());
    }

    private double scale() {
        int shorter = Math.min(film.width(), film.height());
        return (double) config.shorterSide(shorter) / shorter;
    }

    private static int even(double pixels) {
        return Math.max(2, (int) Math.round(pixels) / 2 * 2);
    }

    private List<String> soundAndEnd(Path target) {
        var options = new ArrayList<String>();
        var sound = film.sound();
        if (sound == null) {
            options.add("-an");
        } else {
            options.addAll(List.of("-map", "0:" + sound.index()));
            options.addAll(List.of("-c:a", plan.sound() ? soundEncoder() : "copy"));
            if (plan.sound() && sound.channels() > 2) {
                options.addAll(List.of("-ac", "2")); // of some layouts an encoder knows nothing
            }
        }
        options.addAll(END);
        options.add("file:" + target);
        return options;
    }

    private String soundEncoder() {
        return switch (config.targetAudioCodec()) {
            case "mp3" -> "libmp3lame";
            case "opus" -> "libopus";
            default -> "aac";
        };
    }
}
