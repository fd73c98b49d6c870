package app.keepsake.worker.transcode;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.worker.support.FakeMachine;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import tools.jackson.databind.json.JsonMapper;

/** The worker, and films that were uploaded. */
@WorkerTest
@SuppressWarnings("NullAway.Init") // set before each test
abstract class TranscodeTest {

    @Autowired WorkerFixtures given;
    @Autowired TranscodeVideoHandler handler;
    @Autowired FakeMachine machine;

    @Value("${keepsake.library}")
    Path library;

    @TempDir Path folder;

    @BeforeEach
    void theServerHasMarkedTheLibrary() throws IOException {
        Files.writeString(library.resolve(".keepsake"), "an installation\n");
    }

    /** An asset whose original is a copy of this film. */
    UUID assetOf(Path film) throws IOException {
        var id = given.asset();
        var original = library.resolve("upload/" + id);
        Files.createDirectories(original.getParent());
        Files.copy(film, original);
        given.server().sql("update asset set type = 'VIDEO' where id = ?").param(id).update();
        return id;
    }

    /** What an administrator has set; apostrophes stand for quotation marks. */
    static SystemConfig configOf(String ffmpeg) {
        var json = "{'ffmpeg': {%s}}".formatted(ffmpeg).replace('\'', '"');
        var document = JsonMapper.shared().readTree(json);
        return new SystemConfig(() -> document);
    }

    TranscodeVideoHandler whereConfigIs(String ffmpeg) {
        return new TranscodeVideoHandler(
                handler.library(),
                handler.films(),
                handler.rows(),
                configOf(ffmpeg),
                handler.settings(),
                handler.jobProgress(),
                handler.governor());
    }

    /** The film that is made, or none. */
    Optional<Path> transcode(UUID id, String ffmpeg) throws Exception {
        whereConfigIs(ffmpeg).run(new TranscodeVideo(id));
        return encodedOf(id);
    }

    /** The film that a row names. */
    Optional<Path> encodedOf(UUID id) {
        return given.server()
                .sql("select path from asset_file where asset_id = ? and type = 'encoded_video'")
                .param(id)
                .query(String.class)
                .optional()
                .map(library::resolve);
    }

    /** All that lies where transcoded films of an asset do. */
    List<String> filesOf(UUID id) throws IOException {
        var root = library.resolve(EncodedFilms.FOLDER);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(id.toString()))
                    .toList();
        }
    }
}
