package app.keepsake.download;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.storage.Library;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class DownloadsTests {

    @Autowired Downloads downloads;
    @Autowired Library library;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;

    /** A large archive takes hours, in which a storage template may move what is in it. */
    @Test
    void anOriginalThatMovesWhileAnArchiveIsReadIsInIt(@TempDir Path folder) throws Exception {
        var ana = users.user();
        var id = given.upload(ana, Files.writeString(folder.resolve("a.jpg"), "photo"), Map.of());
        var archive = downloads.archive(ana, List.of(id), false);

        move(id, library.resolve("library/%s/a.jpg".formatted(ana.userId())));

        assertHoldsPhoto(archive);
    }

    /** Who downloads it may not be allowed to see that one. */
    @Test
    void whatHasAnOriginalsOldPlaceByThenIsNotTakenForIt(@TempDir Path folder) throws Exception {
        var ana = users.user();
        var id = given.upload(ana, Files.writeString(folder.resolve("a.jpg"), "photo"), Map.of());
        var bosFile = Files.writeString(folder.resolve("b.jpg"), "other");
        var bos = given.upload(users.user(), bosFile, Map.of());
        var archive = downloads.archive(ana, List.of(id), false);

        var old = original(id);
        move(id, library.resolve("library/%s/a.jpg".formatted(ana.userId())));
        move(bos, old);

        assertHoldsPhoto(archive);
    }

    private void move(UUID id, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Files.move(original(id), place);
        jdbc.sql("update asset set original_path = ? where id = ?")
                .params(library.relative(place), id)
                .update();
    }

    private static void assertHoldsPhoto(Downloads.Content archive) throws IOException {
        var bytes = new ByteArrayOutputStream();
        archive.writeTo(bytes);
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("a.jpg");
            assertThat(zip.readAllBytes()).asString().isEqualTo("photo");
            assertThat(zip.getNextEntry()).isNull();
        }
    }

    private Path original(UUID id) {
        return library.resolve(
                jdbc.sql("select original_path from asset where id = ?")
                        .param(id)
                        .query(String.class)
                        .single());
    }
}
