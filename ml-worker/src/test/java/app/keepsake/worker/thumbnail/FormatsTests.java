package app.keepsake.worker.thumbnail;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.GenerateThumbnails;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Samples;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/**
 * docs/formats.md against what happens: each file type that it calls shown goes through the job and
 * comes out with its colours; each that it calls untested has no sample here. That the list is that
 * of server/media-types is the server's MediaTypesTests' matter.
 */
@WorkerTest
class FormatsTests {

    private static final Pattern ROW =
            Pattern.compile("\\| (\\.[^|]*) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final Pattern EXTENSION = Pattern.compile("\\.(\\w+)");

    /**
     * What ffmpeg is told to write into each container, where its own choice is not that of
     * cameras.
     */
    private static final Map<String, List<String>> CODECS =
            Map.of(
                    "3gp", List.of("-c:v", "h263", "-s", "352x288"),
                    "3gpp", List.of("-c:v", "h263", "-s", "352x288", "-f", "3gp"),
                    "insv", List.of("-f", "mp4"),
                    "m2t", List.of("-f", "mpegts"),
                    "mpe", List.of("-f", "mpeg"),
                    "mxf", List.of("-c:v", "mpeg2video"),
                    "webm", List.of("-c:v", "libvpx", "-deadline", "realtime"));

    private final WorkerFixtures given;
    private final GenerateThumbnailsHandler handler;
    private final Path library;

    @SuppressWarnings("NullAway.Init") // JUnit sets it
    @TempDir
    Path folder;

    @Autowired
    FormatsTests(
            WorkerFixtures given,
            GenerateThumbnailsHandler handler,
            @Value("${keepsake.library}") Path library) {
        this.given = given;
        this.handler = handler;
        this.library = library;
    }

    /** A line of a table: extensions, how they are read, and whether that was tested. */
    record Row(List<String> extensions, String status) {}

    static List<Row> rows() throws IOException {
        var text =
                Files.readString(
                        Path.of(System.getProperty("keepsake.root", ".."), "docs/formats.md"));
        var rows = new ArrayList<Row>();
        ROW.matcher(text)
                .results()
                .forEach(
                        row ->
                                rows.add(
                                        new Row(
                                                EXTENSION
                                                        .matcher(row.group(1))
                                                        .results()
                                                        .map(one -> one.group(1))
                                                        .toList(),
                                                row.group(3).strip())));
        return rows;
    }

    private static Stream<String> withStatus(String status) throws IOException {
        return rows().stream()
                .filter(row -> row.status().startsWith(status))
                .flatMap(row -> row.extensions().stream());
    }

    static Stream<String> shown() throws IOException {
        return withStatus("shown");
    }

    static Stream<String> small() throws IOException {
        return withStatus("opened");
    }

    static Stream<String> refused() throws IOException {
        return withStatus("not shown");
    }

    static Stream<String> films() throws IOException {
        return withStatus("poster");
    }

    @BeforeEach
    void theServerHasMarkedTheLibrary() throws IOException {
        Files.writeString(library.resolve(".keepsake"), "an installation\n");
        given.config(
                "{\"image\": {\"preview\": {\"size\": 240}, \"fullsize\": {\"enabled\": true}}}");
    }

    /** What browsers show as it is. */
    private static final Set<String> OF_THE_WEB =
            Set.of("avif", "gif", "insp", "jpe", "jpeg", "jpg", "png", "webp");

    @ParameterizedTest
    @MethodSource
    void shown(String extension) throws Exception {
        var id = made(Samples.of(extension, folder), "IMAGE");
        if (OF_THE_WEB.contains(extension)) {
            assertThat(fileOf(id, "fullsize")).isEmpty();
        } else {
            assertColours(fileOf(id, "fullsize").orElseThrow());
        }
        assertColours(fileOf(id, "preview").orElseThrow());
    }

    private static void assertColours(BufferedImage preview) {
        assertThat(preview.getWidth()).isEqualTo(320);
        assertThat(preview.getHeight()).isEqualTo(240);
        assertThat(ink(preview, 80, 60)).isEqualTo("r");
        assertThat(ink(preview, 240, 60)).isEqualTo("g");
        assertThat(ink(preview, 80, 180)).isEqualTo("b");
        assertThat(ink(preview, 240, 180)).isEqualTo("rgb");
    }

    /** Their samples hold tiny pictures only. */
    @ParameterizedTest
    @MethodSource
    void small(String extension) throws Exception {
        assertThat(previewOf(Samples.of(extension, folder), "IMAGE").getWidth()).isBetween(8, 160);
    }

    @ParameterizedTest
    @MethodSource
    void refused(String extension) throws Exception {
        var file = Files.write(folder.resolve("file." + extension), new byte[1000]);
        try {
            previewOf(file, "IMAGE");
        } catch (Unrecoverable e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @ParameterizedTest
    @MethodSource
    void films(String extension) throws Exception {
        var film = folder.resolve("film." + extension);
        var command =
                new ArrayList<>(
                        List.of(
                                "ffmpeg",
                                "-nostdin",
                                "-v",
                                "error",
                                "-y",
                                "-f",
                                "lavfi",
                                "-i",
                                "color=red:size=352x288:rate=25:duration=1"));
        command.addAll(CODECS.getOrDefault(extension, List.of()));
        command.add(film.toString());
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        var preview = previewOf(film, "VIDEO");
        assertThat(ink(preview, preview.getWidth() / 2, preview.getHeight() / 2)).isEqualTo("r");
    }

    /** Which of its three colours a pixel has. */
    private static String ink(BufferedImage image, int x, int y) {
        int rgb = image.getRGB(x, y);
        var ink = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            int value = rgb >> 16 - 8 * i & 0xff;
            assertThat(value)
                    .satisfiesAnyOf(
                            v -> assertThat(v).isLessThan(64),
                            v -> assertThat(v).isGreaterThan(192));
            ink.append(value > 192 ? "rgb".substring(i, i + 1) : "");
        }
        return ink.toString();
    }

    private BufferedImage previewOf(Path file, String type) throws Exception {
        return fileOf(made(file, type), "preview").orElseThrow();
    }

    /** The asset, after its job has run. */
    private UUID made(Path file, String type) throws Exception {
        var id = given.asset();
        var name = file.getFileName().toString();
        var path = "upload/" + id + name.substring(name.lastIndexOf('.'));
        Files.createDirectories(library.resolve("upload"));
        Files.copy(file, library.resolve(path));
        given.server()
                .sql("update asset set type = ?, original_path = ? where id = ?")
                .params(type, path, id)
                .update();
        handler.run(new GenerateThumbnails(id));
        return id;
    }

    private Optional<BufferedImage> fileOf(UUID id, String type) throws IOException {
        var path =
                given.server()
                        .sql("select path from asset_file where asset_id = ? and type = ?")
                        .params(id, type)
                        .query(String.class)
                        .optional();
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(ImageIO.read(library.resolve(path.get()).toFile()));
    }
}
