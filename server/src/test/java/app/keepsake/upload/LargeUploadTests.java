package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import app.keepsake.storage.Library;
import app.keepsake.support.Film;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ServerTest;
import app.keepsake.support.UploadClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Uploads stream: what they take of the memory does not grow with the file (I7). */
@ServerTest
class LargeUploadTests {

    private static final Logger log = LoggerFactory.getLogger(LargeUploadTests.class);

    /** More than 32 bits count. */
    private static final long LENGTH = 5_000_000_000L;

    private static final long NEEDED = 12_000_000_000L;

    @Autowired Fixtures given;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;

    @Tag("long")
    @Test
    void takesAFilmThatIsManyTimesItsMemory(@TempDir Path folder) throws Exception {
        var free = Files.getFileStore(library.root()).getUsableSpace();
        if (free < NEEDED) {
            log.warn("Skipped: 12 GB must be free under {}, and {} are", library.root(), free);
        }
        assumeThat(free).isGreaterThanOrEqualTo(NEEDED);
        var ana = given.user();
        try (var server = ChildServer.start(folder, library.root(), "64m")) {
            var client = new UploadClient(server.port(), given.bearer(ana));
            var answer = client.upload(new Form().contentType(), Film.form(LENGTH));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            var id = UploadClient.json(answer).path("id").asString();
            var end = client.range("/api/assets/" + id + "/original", LENGTH - 3, LENGTH + 10);
            assertThat(end.statusCode()).isEqualTo(206);
            assertThat(end.headers().firstValue("Content-Range"))
                    .contains("bytes %d-%d/%d".formatted(LENGTH - 3, LENGTH - 1, LENGTH));
            assertThat(end.body()).isEqualTo("\1\1\1");
        }
        var path =
                jdbc.sql("select original_path from asset where owner_id = ?")
                        .param(ana.userId())
                        .query(String.class)
                        .single();
        assertThat(library.resolve(path)).hasSize(LENGTH);
        Files.delete(library.resolve(path));
        jdbc.sql("delete from asset where owner_id = ?").param(ana.userId()).update();
    }
}
