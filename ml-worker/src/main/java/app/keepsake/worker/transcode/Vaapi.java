package app.keepsake.worker.transcode;

import java.util.ArrayList;
import java.util.List;

/** Encodes by an Intel or AMD graphics chip; it decodes and scales as always. */
record Vaapi(FfmpegConfig config) implements Encoder {

    private static final String FIRST_DEVICE = "/dev/dri/renderD128";

    @Override
    public List<String> before(String codecOfFilm) {
        var device = config.preferredHwDevice();
        return List.of(
                "-init_hw_device",
                "vaapi=accel:" + (device.equals("auto") ? FIRST_DEVICE : device),
                "-filter_hw_device",
                "accel");
    }

    @Override
    public List<String> filters() {
        return List.of("format=nv12", "hwupload");
    }

    @Override
    public boolean isTwoPass() {
        return false;
    }

    @Override
    public List<String> options(double pixelsPerSecond) {
        var codec = config.targetVideoCodec();
        var options = new ArrayList<>(List.of("-c:v", codec + "_vaapi"));
        if (codec.equals("hevc")) {
            options.addAll(List.of("-tag:v", "hvc1"));
        }
        int most = config.maxKilobits();
        options.addAll(
                most > 0
                        ? List.of(
                                "-rc_mode",
                                "VBR",
                                "-b:v",
                                Math.ceilDiv(most * 2, 3) + "k",
                                "-maxrate",
                                most + "k")
                        : List.of("-rc_mode", "CQP", "-qp", String.valueOf(config.crf())));
        options.addAll(Encoder.frames(config));
        return options;
    }
}
