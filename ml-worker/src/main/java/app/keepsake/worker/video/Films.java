package app.keepsake.worker.video;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.video.FilmFacts.Picture;
import app.keepsake.worker.video.FilmFacts.Sound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads films by ffprobe and ffmpeg, the distribution's. */
@Component
public class Films {

    private static final Logger log = LoggerFactory.getLogger(Films.class);

    /**
     * What keeps a film from other files and from the network. These containers are those that
     * cameras write, and none of them names another file: a playlist (HLS, DASH, concat) would let
     * a film read whatever the worker can.
     */
    private static final List<String> CONFINED =
            List.of(
                    "-protocol_whitelist",
                    "file",
                    "-format_whitelist",
                    "mov,matroska,webm,avi,mpegts,mpeg,flv,asf,mxf,3gp");

    private static final String FACTS =
            "stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt,"
                    + "color_range,color_space,color_transfer,color_primaries,field_order,avg_frame_rate,"
                    + "bit_rate,duration,channels"
                    + ":stream_disposition=default,attached_pic,timed_thumbnails"
                    + ":stream_side_data=rotation"
                    + ":format=format_name,duration,bit_rate";

    private static final Pattern RATIO = Pattern.compile("([1-9]\\d*)[:/]([1-9]\\d*)");

    /** Which lines of a frame were taken first, and which are shown first: top or bottom. */
    private static final Set<String> INTERLACED = Set.of("tt", "bb", "tb", "bt");

    /** How ffprobe names codecs that it does not know, or does not name them. */
    private static final Set<String> UNKNOWN = Set.of("", "unknown", "none");

    private static final Pattern LUMA = Pattern.compile("signalstats\\.YAVG=([\\d.]+)");

    /** Darker than this on average, of 255, is black, or nearly. */
    private static final double BLACK = 24;

    /** Where to look for a frame that is not black, as shares of the film's length. */
    private static final double[] PLACES = {0, 0.1, 0.3, 0.6};

    /** The same in seconds, of a film that does not tell its length. */
    private static final double[] PLACES_OF_UNKNOWN = {0, 1, 5, 15};

    private final LimitedProcess limited;
    private final Duration timeLimit;
    private final JsonMapper json;

    Films(VideoSettings settings, JsonMapper json) {
        this.limited = new LimitedProcess(settings.limits());
        this.timeLimit = settings.timeLimit();
        this.json = json;
    }

    /**
     * What a film is made of.
     *
     * @throws Unrecoverable if it is no film that ffmpeg reads, or has no picture
     */
    public FilmFacts factsOf(Path film) throws IOException, Unrecoverable {
        var command = new ArrayList<>(List.of("ffprobe", "-v", "error"));
        command.addAll(CONFINED);
        command.addAll(List.of("-show_entries", FACTS, "-of", "json=compact=1", "file:" + film));
        var answer = json.readTree(limited.run(film, List.of(), command));
        var format = answer.path("format");
        var stream =
                best(answer, "video", Films::pixels)
                        .orElseThrow(() -> new Unrecoverable("The film has no picture"));
        var picture = pictureOf(stream, format);
        int shownWidth =
                (int)
                        Math.clamp(
                                Math.round(stream.path("width").asInt() * pixelShape(stream)),
                                1,
                                1 << 20);
        int height = stream.path("height").asInt();
        boolean onItsSide = Math.floorMod(picture.rotation(), 180) == 90;
        double seconds = format.path("duration").asDouble(stream.path("duration").asDouble(0));
        return new FilmFacts(
                onItsSide ? height : shownWidth,
                onItsSide ? shownWidth : height,
                (int) Math.clamp(Math.round(seconds * 1000), 0, Integer.MAX_VALUE),
                format.path("format_name").asString(""),
                picture,
                soundOf(answer));
    }

    /**
     * The stream of a kind that players choose: what is marked as such, then the largest. Covers
     * are no film, and of a codec that ffmpeg does not know nobody sees or hears anything.
     */
    private static Optional<JsonNode> best(
            JsonNode answer, String kind, ToLongFunction<JsonNode> size) {
        Comparator<JsonNode> order =
                Comparator.comparing(
                        (JsonNode stream) -> stream.path("disposition").path("default").asInt(0));
        return StreamSupport.stream(answer.path("streams").spliterator(), false)
                .filter(stream -> stream.path("codec_type").asString("").equals(kind))
                .filter(stream -> !UNKNOWN.contains(stream.path("codec_name").asString("")))
                .filter(stream -> stream.path("disposition").path("attached_pic").asInt(0) == 0)
                .filter(stream -> stream.path("disposition").path("timed_thumbnails").asInt(0) == 0)
                .filter(stream -> size.applyAsLong(stream) > 0)
                .min(order.reversed().thenComparing(Comparator.comparingLong(size).reversed()));
    }

    private static long pixels(JsonNode stream) {
        return stream.path("width").asLong(0) * stream.path("height").asLong(0);
    }

    private static Picture pictureOf(JsonNode stream, JsonNode format) {
        return new Picture(
                stream.path("index").asInt(),
                stream.path("codec_name").asString(""),
                stream.path("pix_fmt").asString(""),
                stream.path("color_transfer").asString(""),
                stream.path("color_primaries").asString(""),
                stream.path("color_space").asString(""),
                stream.path("color_range").asString(""),
                INTERLACED.contains(stream.path("field_order").asString("")),
                rotationOf(stream),
                ratio(stream.path("avg_frame_rate").asString(""), 0),
                stream.path("bit_rate").asLong(format.path("bit_rate").asLong(0)));
    }

    private static @Nullable Sound soundOf(JsonNode answer) {
        return best(answer, "audio", stream -> stream.path("channels").asLong(0))
                .map(
                        stream ->
                                new Sound(
                                        stream.path("index").asInt(),
                                        stream.path("codec_name").asString(""),
                                        stream.path("channels").asInt()))
                .orElse(null);
    }

    /** How many times wider than high a pixel is: "4:3" of camcorders, mostly "1:1" or unknown. */
    private static double pixelShape(JsonNode stream) {
        return ratio(stream.path("sample_aspect_ratio").asString(""), 1);
    }

    private static double ratio(String text, double otherwise) {
        var ratio = RATIO.matcher(text);
        return ratio.matches()
                ? Double.parseDouble(ratio.group(1)) / Double.parseDouble(ratio.group(2))
                : otherwise;
    }

    private static int rotationOf(JsonNode stream) {
        for (var data : stream.path("side_data_list")) {
            if (data.has("rotation")) {
                return data.path("rotation").asInt(0);
            }
        }
        return 0;
    }

    /**
     * Writes a frame that shows something, upright, as a JPEG of the film's size: the first, unless
     * it is black, as where a film is faded in.
     *
     * @throws Unrecoverable if no frame can be decoded
     */
    public void poster(Path film, FilmFacts facts, Path jpeg) throws IOException, Unrecoverable {
        double seconds = facts.durationMs() / 1000.0;
        double brightest = -1;
        long end = System.nanoTime() + timeLimit.toNanos();
        @Nullable Unrecoverable failure = null;
        var frame = Files.createTempFile("keepsake-frame-", ".jpeg");
        try {
            for (double place : seconds > 0 ? PLACES : PLACES_OF_UNKNOWN) {
                double luma = -1;
                try {
                    luma =
                            frame(
                                    film,
                                    facts.picture(),
                                    seconds > 0 ? place * seconds : place,
                                    frame);
                } catch (Unrecoverable e) {
                    failure = failure == null ? e : failure;
                }
                if (luma > brightest) {
                    brightest = luma;
                    // It stays, since the next child may write to it only if it is there.
                    Files.copy(frame, jpeg, StandardCopyOption.REPLACE_EXISTING);
                }
                if (luma >= BLACK || System.nanoTime() > end) {
                    break; // with what there is: the next place would take as long
                }
            }
        } finally {
            Files.deleteIfExists(frame);
        }
        if (brightest < 0) {
            throw failure != null
                    ? failure
                    : new Unrecoverable("The film has no frame that can be decoded");
        }
    }

    /** Writes one frame; returns how bright it is on average, of 255, or -1 if there is none. */
    private double frame(Path film, Picture picture, double second, Path jpeg)
            throws IOException, Unrecoverable {
        var command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of("-threads", "1"));
        if (second > 0) {
            command.addAll(List.of("-ss", String.format(Locale.ROOT, "%.3f", second)));
        }
        command.addAll(input(film));
        command.addAll(
                List.of(
                        "-map",
                        "0:" + picture.index(),
                        "-vf",
                        String.join(",", frameFilters(film, picture)),
                        "-frames:v",
                        "1",
                        "-q:v",
                        "2",
                        "-f",
                        "mjpeg",
                        "file:" + jpeg));
        var luma = LUMA.matcher(limited.run(film, List.of(jpeg), command));
        return luma.find() && Files.size(jpeg) > 0 ? Double.parseDouble(luma.group(1)) : -1;
    }

    private List<String> frameFilters(Path film, Picture picture)
            throws IOException, Unrecoverable {
        return Stream.of(
                        picture.deinterlacing().stream(),
                        // Square pixels, which not all films have.
                        Stream.of("scale=trunc(iw*sar/2)*2:ih", "setsar=1"),
                        toneMapping(film, picture, ToneMap.HABLE).stream(),
                        Stream.of(
                                "format=yuvj420p",
                                "signalstats",
                                "metadata=mode=print:key=lavfi.signalstats.YAVG:file=-"))
                .flatMap(filters -> filters)
                .toList();
    }

    /** The filters of a tone map, if the film needs them and this ffmpeg has them. */
    public List<String> toneMapping(Path film, Picture picture, ToneMap map)
            throws IOException, Unrecoverable {
        var filters = map.filters(picture);
        if (filters.isEmpty()) {
            return filters;
        }
        var known = limited.run(film, List.of(), List.of("ffmpeg", "-v", "error", "-filters"));
        if (known.contains(" zscale ") && known.contains(" tonemap ")) {
            return filters;
        }
        log.warn("This ffmpeg has no zscale and tonemap: HDR films look pale");
        return List.of();
    }

    /** What of ffmpeg's command opens a film, and nothing else. */
    static List<String> input(Path film) {
        var input = new ArrayList<>(CONFINED);
        input.addAll(List.of("-i", "file:" + film));
        return input;
    }

    /**
     * Runs an ffmpeg of one's own on a film.
     *
     * @param before options of the film's reading
     * @param after what is made of it
     * @param folder where that comes to lie
     */
    public void make(
            Path film,
            List<String> before,
            List<String> after,
            Path folder,
            Limits limits,
            Watch watch)
            throws IOException, Unrecoverable, NotNow {
        var command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of("-nostats", "-progress", "pipe:1"));
        command.addAll(before);
        command.addAll(input(film));
        command.addAll(after);
        new LimitedProcess(limits).run(film, List.of(folder), command, watch);
    }
}
