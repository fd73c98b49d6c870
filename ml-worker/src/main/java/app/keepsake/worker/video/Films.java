package app.keepsake.worker.video;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads films by ffprobe and ffmpeg, the distribution's. */
@Component
public class Films {

    /**
     * The containers that cameras write. None of them names another file: a playlist (HLS, DASH,
     * concat) would let a film read whatever the worker can.
     */
    private static final String CONTAINERS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,mxf,3gp";

    private static final Pattern RATIO = Pattern.compile("([1-9]\\d*):([1-9]\\d*)");

    private final LimitedProcess limited;
    private final JsonMapper json;

    Films(VideoSettings settings, JsonMapper json) {
        this.limited = new LimitedProcess(settings.limits());
        this.json = json;
    }

    /**
     * Length and size.
     *
     * @throws Unrecoverable if it is no film that ffmpeg reads, or has no picture
     */
    public FilmFacts factsOf(Path film) throws IOException, Unrecoverable {
        var answer =
                limited.run(
                        film,
                        List.of(
                                "ffprobe",
                                "-v",
                                "error",
                                "-protocol_whitelist",
                                "file,pipe",
                                "-format_whitelist",
                                CONTAINERS,
                                "-select_streams",
                                "V:0",
                                "-show_entries",
                                "stream=width,height,sample_aspect_ratio,duration"
                                        + ":stream_side_data=rotation"
                                        + ":format=duration",
                                "-of",
                                "json",
                                "file:" + film));
        var facts = json.readTree(answer);
        var picture = facts.path("streams").path(0);
        int width = picture.path("width").asInt(0);
        int height = picture.path("height").asInt(0);
        if (width < 1 || height < 1) {
            throw new Unrecoverable("The film has no picture");
        }
        int shownWidth = (int) Math.clamp(Math.round(width * pixelShape(picture)), 1, 1 << 20);
        boolean onItsSide = Math.floorMod(rotationOf(picture), 180) == 90;
        double seconds =
                facts.path("format")
                        .path("duration")
                        .asDouble(picture.path("duration").asDouble(0));
        return new FilmFacts(
                onItsSide ? height : shownWidth,
                onItsSide ? shownWidth : height,
                (int) Math.clamp(Math.round(seconds * 1000), 0, Integer.MAX_VALUE));
    }

    /** How many times wider than high a pixel is: "4:3" of camcorders, mostly "1:1" or unknown. */
    private static double pixelShape(JsonNode picture) {
        var ratio = RATIO.matcher(picture.path("sample_aspect_ratio").asString(""));
        return ratio.matches()
                ? Double.parseDouble(ratio.group(1)) / Double.parseDouble(ratio.group(2))
                : 1;
    }

    private static int rotationOf(JsonNode picture) {
        for (var data : picture.path("side_data_list")) {
            if (data.has("rotation")) {
                return data.path("rotation").asInt(0);
            }
        }
        return 0;
    }

    /**
     * Writes the first frame, upright, as a JPEG of the film's size.
     *
     * @throws Unrecoverable if no frame can be decoded
     */
    public void firstFrame(Path film, Path jpeg) throws IOException, Unrecoverable {
        limited.run(
                film,
                List.of(
                        "ffmpeg",
                        "-nostdin",
                        "-v",
                        "error",
                        "-y",
                        "-threads",
                        "1",
                        "-protocol_whitelist",
                        "file,pipe",
                        "-format_whitelist",
                        CONTAINERS,
                        "-i",
                        "file:" + film,
                        // Not an attached cover; and square pixels, which not all films have.
                        "-map",
                        "0:V:0",
                        "-vf",
                        "scale=trunc(iw*sar/2)*2:ih,setsar=1",
                        "-frames:v",
                        "1",
                        "-q:v",
                        "2",
                        "-f",
                        "mjpeg",
                        "file:" + jpeg));
        if (Files.size(jpeg) == 0) {
            throw new Unrecoverable("The film has no frame that can be decoded");
        }
    }
}
