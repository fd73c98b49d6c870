package app.keepsake.worker.transcode;

import app.keepsake.worker.transcode.FfmpegConfig.Accel;
import java.util.ArrayList;
import java.util.List;

/** ffmpeg's options for making pictures in one way. */
sealed interface Encoder permits SoftwareEncoder, Vaapi, V4l2m2m {

    static Encoder of(FfmpegConfig config) {
        if (config.accel() == Accel.VAAPI) {
            return new Vaapi(config);
        }
        return config.accel() == Accel.V4L2M2M && config.targetVideoCodec().equals("h264")
                ? new V4l2m2m(config)
                : new SoftwareEncoder(config);
    }

    /** Said before the film is opened. */
    List<String> before(String codecOfFilm);

    /** The last filters of the pictures, that make them what the encoder takes. */
    List<String> filters();

    /**
     * The encoder and how it encodes.
     *
     * @param pixelsPerSecond of the film that is made
     */
    List<String> options(double pixelsPerSecond);

    /** Whether it needs to see the film twice. */
    boolean isTwoPass();

    /** The distances between frames, which all encoders know. */
    static List<String> frames(FfmpegConfig config) {
        var options = new ArrayList<String>();
        if (config.bframes() > -1) {
            options.addAll(List.of("-bf", String.valueOf(config.bframes())));
        }
        if (config.refs() > 0) {
            options.addAll(List.of("-refs", String.valueOf(config.refs())));
        }
        if (config.gopSize() > 0) {
            options.addAll(List.of("-g", String.valueOf(config.gopSize())));
        }
        return options;
    }
}
