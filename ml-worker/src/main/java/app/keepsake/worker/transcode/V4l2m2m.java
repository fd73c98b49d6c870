package app.keepsake.worker.transcode;

import java.util.ArrayList;
import java.util.List;

/** Encodes by what the kernel drives, as a Raspberry Pi 4 has for H.264, and for nothing else. */
record V4l2m2m(FfmpegConfig config) implements Encoder {

    /** It knows no quality, only bits: so many a pixel look well. */
    private static final double BITS_PER_PIXEL = 0.1;

    @Override
    public List<String> before(String codecOfFilm) {
        return config.accelDecode() && codecOfFilm.equals("h264")
                ? List.of("-c:v", "h264_v4l2m2m")
                : List.of();
    }

    @Override
    public List<String> filters() {
        return List.of("format=yuv420p");
    }

    @Override
    public boolean isTwoPass() {
        return false;
    }

    @Override
    public List<String> options(double pixelsPerSecond) {
        long wanted = Math.clamp(Math.round(pixelsPerSecond * BITS_PER_PIXEL / 1000), 500, 20_000);
        long kilobits = config.maxKilobits() > 0 ? Math.min(config.maxKilobits(), wanted) : wanted;
        var options = new ArrayList<>(List.of("-c:v", "h264_v4l2m2m", "-b:v", kilobits + "k"));
        if (config.gopSize() > 0) { // it knows neither references nor frames between
            options.addAll(List.of("-g", String.valueOf(config.gopSize())));
        }
        return options;
    }
}
