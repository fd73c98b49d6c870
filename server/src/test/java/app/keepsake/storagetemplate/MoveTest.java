package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Form;
import app.keepsake.support.HouseholdTest;
import app.keepsake.support.Tool;
import app.keepsake.upload.Uploads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** Originals in a library, and a template for them. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class MoveTest extends HouseholdTest {

    /** Where an asset's files are, by its row. */
    record Place(String originalPath, @Nullable String sidecarPath) {}

    static final String SIDECAR = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>";

    static final String BY_MONTH = "{{y}}/{{MM}}/{{filename}}";
    private static final String QUEUE = "/api/jobs/storageTemplateMigration";

    @Autowired Uploads uploads;
    @Autowired ConfigFixtures config;
    @Autowired Library library;
    @Autowired MoveOriginalHandler handler;
    @Autowired MoveRows rows;
    @Autowired DiscardedFiles discardedFiles;
    @Autowired TransactionTemplate transaction;
    @TempDir Path folder;

    @AfterEach
    void noTemplate() {
        config.reset();
    }

    void template(String template) {
        config.set("/storageTemplate/template", "\"" + template + "\"");
        config.set("/storageTemplate/enabled", "true");
    }

    String home(Caller owner) {
        return "library/" + owner.userId() + "/";
    }

    UUID receive(Caller owner, String name, byte[] bytes) {
        return uploads.receive(owner, null, Form.photo(name, bytes).body()).assetId();
    }

    void awaitPlace(UUID id, String path) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(place(id).originalPath()).isEqualTo(path));
    }

    void startMigration() {
        var admin = users.admin();
        // An upload's own move may be running, which is refused.
        Awaitility.await().untilAsserted(() -> tell(admin, "start"));
        Awaitility.await()
                .until(
                        () -> {
                            var counts =
                                    wire.get(admin, "/api/jobs").at("/storageTemplateMigration");
                            return !counts.at("/queueStatus/isActive").asBoolean()
                                    && counts.at("/jobCounts/waiting").asInt() == 0;
                        });
    }

    void tell(Caller admin, String command) {
        wire.put(admin, QUEUE, "{\"command\": \"%s\", \"force\": false}".formatted(command), 200);
    }

    /** A real photo that is like no other, in its owner's upload folder. */
    UUID photo(Caller owner, String name) throws IOException {
        return photo(owner, name, Map.of());
    }

    UUID photo(Caller owner, String name, Map<String, String> columns) throws IOException {
        return upload(owner, Files.write(folder.resolve(name), newPhoto()), columns);
    }

    /** One whose metadata are as the columns say, and were read long ago. */
    UUID upload(Caller owner, Path file, Map<String, String> columns) throws IOException {
        return Objects.requireNonNull(
                transaction.execute(
                        _ -> {
                            try {
                                var id = given.upload(owner, file, columns);
                                jdbc.sql(
                                                """
                                                insert into asset_job_status
                                                    (asset_id, metadata_extracted_at)
                                                values (?, '2020-01-01')
                                                """)
                                        .param(id)
                                        .update();
                                return id;
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }));
    }

    /** With a sidecar beside it. */
    UUID photoWithSidecar(Caller owner, String name) throws IOException {
        var id = photo(owner, name);
        var path = place(id).originalPath() + ".xmp";
        Files.writeString(library.resolve(path), SIDECAR);
        jdbc.sql("update asset set sidecar_path = ? where id = ?").params(path, id).update();
        return id;
    }

    static byte[] newPhoto() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Files.readAllBytes(Tool.sample("gps.jpg")));
        var trailer = new byte[20];
        new Random().nextBytes(trailer);
        bytes.writeBytes(trailer);
        return bytes.toByteArray();
    }

    /** What a job does for one asset, and what follows from it. */
    Place move(UUID assetId) throws Exception {
        handler.run(new MoveOriginal(assetId));
        removeDiscarded();
        return place(assetId);
    }

    /** Ana's and Bo's that are due: others' may be more all the while. */
    void removeDiscarded() {
        discardedFiles.wake();
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql(
                                                        """
                                                select count(*) from discarded_file
                                                where remove_after <= now()
                                                    and split_part(path, '/', 2)
                                                        in (:ana, :bo)
                                                """)
                                                .param("ana", ana.userId().toString())
                                                .param("bo", bo.userId().toString())
                                                .query(Integer.class)
                                                .single()
                                        == 0);
    }

    Place place(UUID assetId) {
        return jdbc.sql("select original_path, sidecar_path from asset where id = ?")
                .param(assetId)
                .query(Place.class)
                .single();
    }

    byte[] bytes(UUID assetId) throws IOException {
        return Files.readAllBytes(library.resolve(place(assetId).originalPath()));
    }

    byte[] download(UUID id) {
        return http.get()
                .uri("/api/assets/{id}/original", id)
                .header("Authorization", users.bearer(ana))
                .exchange()
                .getResponse()
                .getContentAsByteArray();
    }

    /** All files in the library's folders of an owner, but those that are about to go. */
    Map<String, byte[]> filesOf(Caller owner) throws IOException {
        var files = new TreeMap<String, byte[]>();
        for (var name : List.of("upload/", "library/")) {
            var home = library.resolve(name + owner.userId());
            if (Files.exists(home)) {
                try (var walk = Files.walk(home)) {
                    for (var file : walk.filter(Files::isRegularFile).toList()) {
                        files.put(library.relative(file), Files.readAllBytes(file));
                    }
                }
            }
        }
        return files;
    }
}
