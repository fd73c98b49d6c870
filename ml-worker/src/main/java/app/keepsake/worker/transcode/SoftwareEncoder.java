package app.keepsake.worker.transcode;

import java.util.ArrayList;
import java.util.List;

/** Encodes by the processor: x264, x265, libvpx or SVT-AV1. */
record SoftwareEncoder(FfmpegConfig config) implements Encoder {

    /** Of x264, slowest first; for other encoders they are numbers. */
    private static final List<String> PRESETS =
            List.of(
                    "veryslow",
                    "slower",
                    "slow",
                    "medium",
                    "fast",
                    "faster",
                    "veryfast",
                    "superfast",
                    "ultrafast");

    /** What a film may have on average if it never may have more than the most. */
    private static final double AVERAGE = 1 / 1.45;

    @Override
    public List<String> before(String codecOfFilm) {
        return List.of();
    }

    @Override
    public List<String> filters() {
        return List.of("format=yuv420p");
    }

    @Override
    public boolean isTwoPass() {
        return config.twoPass()
                && switch (config.targetVideoCodec()) {
                    case "vp9" -> true;
                    case "av1" -> false;
                    default -> config.maxKilobits() > 0;
                };
    }

    @Override
    public List<String> options(double pixelsPerSecond) {
        var options = new ArrayList<String>();
        options.addAll(
                switch (config.targetVideoCodec()) {
                    case "hevc" ->
                            List.of(
                                    "-c:v",
                                    "libx265",
                                    // Or Apple does not play it.
                                    "-tag:v",
                                    "hvc1",
                                    "-preset",
                                    config.preset(),
                                    "-x265-params",
                                    config.threads() > 0
                                            ? "log-level=error:pools=" + config.threads()
                                            : "log-level=error");
                    case "vp9" ->
                            List.of(
                                    "-c:v",
                                    "libvpx-vp9",
                                    "-row-mt",
                                    "1",
                                    // Above 5 it would encode as for a live broadcast.
                                    "-cpu-used",
                                    String.valueOf(Math.clamp(speed(), 0, 5)));
                    case "av1" ->
                            List.of(
                                    "-c:v",
                                    "libsvtav1",
                                    "-preset",
                                    String.valueOf(Math.clamp(speed() + 4, 4, 12)));
                    default -> List.of("-c:v", "libx264", "-preset", config.preset());
                });
        options.addAll(quality());
        options.addAll(Encoder.frames(config));
        if (config.threads() > 0 && !config.targetVideoCodec().equals("av1")) {
            options.addAll(List.of("-threads", String.valueOf(config.threads())));
        }
        return options;
    }

    private int speed() {
        return PRESETS.indexOf(config.preset());
    }

    private List<String> quality() {
        int most = config.maxKilobits();
        var crf = String.valueOf(config.crf());
        if (config.targetVideoCodec().equals("av1")) {
            var limits = new ArrayList<String>();
            if (config.threads() > 0) {
                limits.add("lp=" + config.threads());
            }
            if (most > 0) {
                limits.add("mbr=" + most);
            }
            return limits.isEmpty()
                    ? List.of("-crf", crf)
                    : List.of("-crf", crf, "-svtav1-params", String.join(":", limits));
        }
        if (isTwoPass() && most > 0) {
            long average = Math.round(most * AVERAGE);
            return List.of(
                    "-b:v",
                    average + "k",
                    "-minrate",
                    average / 2 + "k",
                    "-maxrate",
                    most + "k",
                    "-bufsize",
                    most * 2 + "k");
        }
        if (config.targetVideoCodec().equals("vp9")) {
            return List.of("-crf", crf, "-b:v", most + "k");
        }
        return most > 0
                ? List.of("-crf", crf, "-maxrate", most + "k", "-bufsize", most * 2 + "k")
                : List.of("-crf", crf);
    }
}
