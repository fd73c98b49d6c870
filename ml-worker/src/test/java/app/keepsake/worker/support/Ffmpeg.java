package app.keepsake.worker.support;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes films to test with, and looks at films that were made. */
public final class Ffmpeg {

    /** Red over blue, 320 x 240, as the fixtures have it. */
    public static final String RED_OVER_BLUE =
            "color=red:size=320x120:rate=25,pad=320:240:0:0:blue";

    private Ffmpeg() {}

    /** Makes a film from sources as lavfi knows them, the first of which is its picture. */
    public static Path film(Path to, List<String> sources, String... options)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y"));
        for (var source : sources) {
            command.addAll(List.of("-f", "lavfi", "-i", source));
        }
        command.addAll(List.of(options));
        command.add(to.toString());
        run(command);
        return to;
    }

    /** A film whose picture is brighter than ordinary screens, as a phone's: by PQ or HLG. */
    public static Path hdr(Path to, String transfer, String source)
            throws IOException, InterruptedException {
        return film(
                to,
                List.of(source + ",format=gbrp"),
                "-t",
                "1",
                "-vf",
                "zscale=tin=bt709:min=gbr:pin=bt709:rin=pc:t=%s:m=bt2020nc:p=bt2020:r=tv:npl=203"
                                .formatted(transfer)
                        + ",format=yuv420p10le",
                "-c:v",
                "libx265",
                "-x265-params",
                "log-level=none",
                "-color_trc",
                transfer,
                "-color_primaries",
                "bt2020",
                "-colorspace",
                "bt2020nc",
                "-tag:v",
                "hvc1");
    }

    /**
     * A film of a camcorder, 320 x 240, in which a white bar moves: between the two moments of
     * which a frame has the lines, eight pixels.
     */
    public static Path interlaced(Path to) throws IOException, InterruptedException {
        return film(
                to,
                List.of(
                        "nullsrc=size=320x240:rate=50,format=yuv420p,"
                                + "geq=lum='if(between(X,N*8,N*8+80),235,16)':cb=128:cr=128"),
                "-t",
                "0.5",
                "-vf",
                "tinterlace=interleave_top,setfield=tff",
                "-flags",
                "+ilme+ildct",
                "-c:v",
                "libx264",
                "-x264-params",
                "tff=1");
    }

    /** How many pixels of a line differ much from those above, as the teeth of a bar that moves. */
    public static long teeth(BufferedImage image) {
        int line = image.getHeight() / 2;
        return IntStream.range(0, image.getWidth())
                .filter(
                        x ->
                                Math.abs(
                                                pixel(image, x, line).getGreen()
                                                        - pixel(image, x, line + 1).getGreen())
                                        > 80)
                .count();
    }

    /** What ffprobe says of a film: its format and its streams. */
    public static JsonNode probe(Path film) throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(
                        run(
                                List.of(
                                        "ffprobe",
                                        "-v",
                                        "error",
                                        "-show_format",
                                        "-show_streams",
                                        "-of",
                                        "json",
                                        film.toString())));
    }

    /** The first stream of a kind. */
    public static JsonNode stream(Path film, String kind) throws IOException, InterruptedException {
        for (var stream : probe(film).path("streams")) {
            if (stream.path("codec_type").asString("").equals(kind)) {
                return stream;
            }
        }
        return JsonMapper.shared().missingNode();
    }

    /** A frame as a player shows it: upright. */
    public static BufferedImage frame(Path film, double second)
            throws IOException, InterruptedException {
        var png = Files.createTempFile("frame-", ".png");
        try {
            run(
                    List.of(
                            "ffmpeg",
                            "-v",
                            "error",
                            "-y",
                            "-ss",
                            String.valueOf(second),
                            "-i",
                            film.toString(),
                            "-frames:v",
                            "1",
                            png.toString()));
            return Objects.requireNonNull(ImageIO.read(png.toFile()));
        } finally {
            Files.delete(png);
        }
    }

    public static Color pixel(BufferedImage image, int x, int y) {
        return new Color(image.getRGB(x, y));
    }

    public static String run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
