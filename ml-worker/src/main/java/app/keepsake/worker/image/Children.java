package app.keepsake.worker.image;

import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.video.LimitedProcess;
import app.keepsake.worker.video.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.springframework.stereotype.Component;

/** Programs of the distribution that read what the engines do not, each as a limited process. */
@Component
class Children {

    private static final int UPRIGHT = 1;

    /** What exiftool calls the pictures that cameras and programs put into files. */
    private static final List<String> PREVIEWS =
            List.of(
                    "-JpgFromRaw",
                    "-JpgFromRaw2",
                    "-PreviewImage",
                    "-OtherImage",
                    "-PhotoshopThumbnail",
                    "-ThumbnailImage");

    /** exiftool holds all pictures of a file in memory; cameras' have some that are small. */
    private static final long PREVIEWS_MEMORY = 512 << 20;

    private final MemoryGate memory;
    private final LimitedProcess limited;
    private final LimitedProcess exiftool;

    Children(ChildSettings settings, MemoryGate memory) {
        this.memory = memory;
        var limits = settings.limits();
        this.limited = new LimitedProcess(limits);
        this.exiftool =
                new LimitedProcess(
                        new Limits(
                                limits.wallTime(),
                                limits.cpuTime(),
                                Math.min(PREVIEWS_MEMORY, limits.memory()),
                                limits.output()));
    }

    /** A JPEG out of the file: of those with so long a shorter side, the largest. */
    Source preview(Path original, int shorter, Path folder) throws IOException, Unrecoverable {
        var command =
                new ArrayList<>(
                        List.of(
                                "exiftool",
                                "-config",
                                "",
                                "-q",
                                "-q",
                                "-m",
                                "-a",
                                "-b",
                                "-W",
                                folder.resolve("%t%-c.%s").toString(),
                                "-Orientation#"));
        command.addAll(PREVIEWS);
        command.add(original.toString());
        try {
            exiftool.run(original, List.of(folder), command);
        } catch (Unrecoverable e) {
            // Its status also tells of a tag that is not there.
        }
        var largest =
                jpegsIn(folder)
                        .max(Comparator.comparingLong(jpeg -> jpeg.size.pixels()))
                        .filter(jpeg -> jpeg.size.shorter() >= shorter)
                        .orElseThrow(
                                () ->
                                        new Unrecoverable(
                                                "The file holds no preview of %d pixels"
                                                        .formatted(shorter)));
        JpegSegments.requireFew(largest.file);
        return new Source(PictureFormat.JPEG, largest.file, orientationIn(folder));
    }

    private record Jpeg(Path file, Size size) {}

    private static Stream<Jpeg> jpegsIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jpg")).toList().stream()
                    .flatMap(Children::jpeg);
        }
    }

    /** None, if it is another kind of JPEG, such as a sensor's data. */
    private static Stream<Jpeg> jpeg(Path file) {
        try {
            return Stream.of(new Jpeg(file, sizeOf(file)));
        } catch (IOException | RuntimeException e) {
            return Stream.empty();
        }
    }

    private static Size sizeOf(Path jpeg) throws IOException {
        var reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (var input = ImageIO.createImageInputStream(jpeg.toFile())) {
            reader.setInput(input, true, true);
            return new Size(reader.getWidth(0), reader.getHeight(0));
        } finally {
            reader.dispose();
        }
    }

    /** How the camera was held: what is in a raw file lies as it does. */
    private static int orientationIn(Path folder) throws IOException {
        var told = folder.resolve("Orientation.txt");
        var text = Files.exists(told) ? Files.readString(told).strip() : "";
        return text.matches("[1-8]") ? Integer.parseInt(text) : UPRIGHT;
    }

    /** Made of what the sensor saw, upright, in sRGB. */
    Source developed(Path raw, boolean isWhole, Path folder) throws IOException, Unrecoverable {
        // dcraw_emu writes beside its input, and reads what it is given by any name.
        var link = Files.createSymbolicLink(folder.resolve("raw"), raw.toAbsolutePath());
        try (var _ = memory.enterAlone()) {
            limited.run(
                    raw,
                    List.of(folder),
                    List.of(
                            "dcraw_emu",
                            "-T",
                            "-w",
                            "-o",
                            "1",
                            // What is shown smaller needs no careful interpolation.
                            "-q",
                            isWhole ? "3" : "0",
                            link.toString()));
        }
        return made(PictureFormat.TIFF, folder.resolve("raw.tiff"));
    }

    /** By ffmpeg, which is told the format: it is not to guess, nor to read any other file. */
    Source decoded(Path original, PictureFormat format, Path folder)
            throws IOException, Unrecoverable {
        var demuxer = format.name().toLowerCase(Locale.ROOT) + "_pipe";
        var tiff = folder.resolve("decoded.tiff");
        try (var _ = memory.enterAlone()) {
            limited.run(
                    original,
                    List.of(folder),
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
                            demuxer,
                            "-f",
                            demuxer,
                            "-i",
                            "file:" + original,
                            "-frames:v",
                            "1",
                            "-c:v",
                            "tiff",
                            "-compression_algo",
                            "raw",
                            "-f",
                            "image2",
                            "-update",
                            "1",
                            "file:" + tiff));
        }
        return made(PictureFormat.TIFF, tiff);
    }

    /** In its own size. Piped, since librsvg reads other files that a named one refers to. */
    Source rasterised(Path svg, Path folder) throws IOException, Unrecoverable {
        return rasterised(svg, folder, List.of());
    }

    /** For one that says that it is huge. */
    Source rasterisedWithinLimits(Path svg, Path folder) throws IOException, Unrecoverable {
        return rasterised(
                svg, folder, List.of("--width", "4096", "--height", "4096", "--keep-aspect-ratio"));
    }

    private Source rasterised(Path svg, Path folder, List<String> size)
            throws IOException, Unrecoverable {
        var png = folder.resolve("drawn.png");
        var command = new ArrayList<>(List.of("rsvg-convert", "--output", png.toString()));
        command.addAll(size);
        try (var _ = memory.enterAlone()) {
            limited.pipe(svg, List.of(folder), command);
        }
        return made(PictureFormat.PNG, png);
    }

    private static Source made(PictureFormat format, Path file) throws IOException, Unrecoverable {
        if (!Files.exists(file) || Files.size(file) == 0) {
            throw new Unrecoverable("The file has no picture that can be decoded");
        }
        return new Source(format, file, UPRIGHT);
    }
}
