package app.keepsake.metadata;

import static java.util.Objects.requireNonNull;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.ExtractMetadata;
import app.keepsake.jobs.JobHandler;
import app.keepsake.place.Places;
import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One user's uploads, files with metadata of one's choice, and what was read of them. */
final class MetadataFixtures {

    final Library library;
    final JdbcClient jdbc;
    final Caller ana;
    private final AssetFixtures assets;
    final JobHandler<ExtractMetadata> handler;

    MetadataFixtures(ApplicationContext server) {
        library = server.getBean(Library.class);
        jdbc = server.getBean(JdbcClient.class);
        ana = server.getBean(Fixtures.class).user();
        assets = new AssetFixtures(jdbc, library);
        handler = server.getBean(ExtractMetadataHandler.class);
    }

    UUID asset(Map<String, String> columns) {
        return assets.asset(ana, columns);
    }

    UUID upload(Path file, Map<String, String> columns) throws IOException {
        return assets.upload(ana, file, columns);
    }

    /** Where an upload's original lies. */
    Path original(UUID id) {
        return library.resolve(
                jdbc.sql("select original_path from asset where id = ?")
                        .param(id)
                        .query(String.class)
                        .single());
    }

    /** The place of a new sidecar, which an upload names by its path in the library. */
    Path sidecar() throws IOException {
        var place = library.resolve("upload/" + UUID.randomUUID() + ".xmp");
        Files.createDirectories(place.getParent());
        return place;
    }

    void run(UUID id) throws Exception {
        handler.run(new ExtractMetadata(id));
    }

    /** What an owner sees of a file's metadata, by column. */
    Map<String, @Nullable Object> extract(Path file, Map<String, String> upload) throws Exception {
        var id = upload(file, upload);
        run(id);
        return row(id);
    }

    Map<String, @Nullable Object> extract(Path file) throws Exception {
        return extract(file, Map.of());
    }

    Map<String, @Nullable Object> row(UUID id) {
        return jdbc.sql(
                        """
                        select a.file_created_at, a.local_date_time::text, a.duration_ms,
                            a.width, a.height, e.*, s.metadata_extracted_at
                        from asset a
                        left join asset_exif e on e.asset_id = a.id
                        left join asset_job_status s on s.asset_id = a.id
                        where a.id = :id
                        """)
                .param("id", id)
                .query()
                .singleRow();
    }

    static OffsetDateTime instant(Map<String, @Nullable Object> row, String column) {
        return ((Timestamp) requireNonNull(row.get(column))).toInstant().atOffset(ZoneOffset.UTC);
    }

    /** A reader of its own, as the server's, for files anywhere. */
    static OriginalReader reader(Duration timeLimit) {
        return new OriginalReader(
                new Exiftool(
                        () -> Exiftool.staying(Path.of("/")), timeLimit, Duration.ofSeconds(5)),
                new Places(),
                timeLimit);
    }

    /** A sample with tags set by exiftool. */
    static Path tagged(Path folder, String sample, String... tags) throws Exception {
        var file = folder.resolve(UUID.randomUUID() + sample.substring(sample.lastIndexOf('.')));
        return Tool.tag(Files.copy(Tool.sample(sample), file), tags);
    }

    /** A drawn PNG of 320 x 180 with tags set by exiftool. */
    static Path png(Path folder, String... tags) throws Exception {
        var png = folder.resolve(UUID.randomUUID() + ".png");
        draw("testsrc=size=320x180", png, "-frames:v", "1");
        return Tool.tag(png, tags);
    }

    /** A film of 1.5 s, 320 x 180 at 30 a second, of 2021-05-06T07:08:09Z in Vienna. */
    static Path film(Path to) throws Exception {
        draw(
                "testsrc=size=320x180:rate=30:duration=1.5",
                to,
                "-metadata",
                "creation_time=2021-05-06T07:08:09Z",
                "-pix_fmt",
                "yuv420p");
        // As Android writes it; ffmpeg has another way, which nobody's phone uses.
        return Tool.tag(to, "-UserData:GPSCoordinates=48.2082 16.3738");
    }

    /** Has ffmpeg draw a picture or a film. */
    static void draw(String source, Path to, String... options) throws Exception {
        var command =
                new ArrayList<>(List.of("ffmpeg", "-v", "error", "-f", "lavfi", "-i", source));
        command.addAll(List.of(options));
        command.add(to.toString());
        Tool.run(command.toArray(String[]::new));
    }
}
