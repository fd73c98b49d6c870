package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.film;
import static app.keepsake.metadata.MetadataFixtures.instant;
import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.ServerTest;
import app.keepsake.support.Tool;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

@ServerTest
class FilmMetadataTests {

    Path folder;
    MetadataFixtures given;

    @BeforeEach
    void setUp(@Autowired ApplicationContext server, @TempDir Path folder) {
        this.folder = folder;
        given = new MetadataFixtures(server);
    }

    @Test
    void aFilmHasDatePlaceLengthAndRate() throws Exception {
        var row = given.extract(film(folder.resolve("film.mp4")), Map.of("type", "VIDEO"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-05-06T07:08:09Z");
        assertThat(row)
                .containsEntry("local_date_time", "2021-05-06 09:08:09")
                .containsEntry("time_zone", "Europe/Vienna")
                .containsEntry("country", "Austria")
                .containsEntry("duration_ms", 1500)
                .containsEntry("fps", 30.0)
                .containsEntry("width", 320)
                .containsEntry("height", 180)
                .containsEntry("latitude", 48.2082)
                .containsEntry("longitude", 16.3738);
    }

    @Test
    void aFilmHeldUprightIsShownUpright() throws Exception {
        var upright = film(folder.resolve("upright.mp4"));
        Tool.run("exiftool", "-q", "-overwrite_original", "-Rotation=90", upright.toString());
        assertThat(Tool.run("exiftool", "-s3", "-Rotation", upright.toString()).strip())
                .isEqualTo("90");
        assertThat(given.extract(upright, Map.of("type", "VIDEO")))
                .containsEntry("orientation", "6")
                .containsEntry("exif_image_width", 320)
                .containsEntry("width", 180)
                .containsEntry("height", 320);
    }

    @Test
    void anAppleFilmsLocalDateWins() throws Exception {
        var film =
                withKeys(
                        "film.mov",
                        "com.apple.quicktime.creationdate=2021-07-08T09:10:11+0200",
                        "com.apple.quicktime.make=Apple");
        var row = given.extract(film, Map.of("type", "VIDEO"));
        assertThat(instant(row, "file_created_at")).isEqualTo("2021-07-08T07:10:11Z");
        assertThat(row)
                .containsEntry("local_date_time", "2021-07-08 09:10:11")
                .containsEntry("make", "Apple");
    }

    @Test
    void anAndroidFilmSaysItsCamera() throws Exception {
        var film =
                withKeys(
                        "film.mp4",
                        "com.android.manufacturer=samsung",
                        "com.android.model=SM-G991B");
        assertThat(given.extract(film, Map.of("type", "VIDEO")))
                .containsEntry("make", "samsung")
                .containsEntry("model", "SM-G991B");
    }

    /** A film with QuickTime's keys, each as {@code com.android.model=SM-G991B}. */
    private Path withKeys(String name, String... keys) throws Exception {
        var film = folder.resolve(name);
        var command =
                new ArrayList<>(
                        List.of(
                                "ffmpeg",
                                "-v",
                                "error",
                                "-i",
                                film(folder.resolve("source.mp4")).toString(),
                                "-c",
                                "copy",
                                "-movflags",
                                "use_metadata_tags"));
        for (var key : keys) {
            command.addAll(List.of("-metadata", key));
        }
        command.add(film.toString());
        Tool.run(command.toArray(String[]::new));
        return film;
    }

    @Test
    void aFilmOfMoreThanTwoGigabytesIsRead() throws Exception {
        var small = Files.readAllBytes(film(folder.resolve("small.mp4")));
        var big = folder.resolve("big.mp4");
        try (var out = new RandomAccessFile(big.toFile(), "rw")) {
            // A hole of 3 GB where a camera has its frames, then the index, as cameras write it.
            var ftyp = ByteBuffer.wrap(small).getInt();
            out.write(small, 0, ftyp);
            long frames = 3L << 30;
            out.write(
                    ByteBuffer.allocate(16)
                            .putInt(1)
                            .put("mdat".getBytes())
                            .putLong(frames)
                            .array());
            out.seek(ftyp + frames);
            out.write(small, ftyp, small.length - ftyp);
        }
        var path = Library.originalPath(given.ana.userId(), UUID.randomUUID(), "mp4");
        Files.createDirectories(given.library.resolve(path).getParent());
        Files.move(big, given.library.resolve(path));
        var id = given.asset(Map.of("original_path", path, "type", "VIDEO"));
        given.run(id);
        Files.delete(given.library.resolve(path));
        assertThat(instant(given.row(id), "file_created_at")).isEqualTo("2021-05-06T07:08:09Z");
    }
}
