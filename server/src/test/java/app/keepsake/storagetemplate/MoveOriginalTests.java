package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.jobs.MoveOriginal;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Tool;
import app.keepsake.upload.Sweep;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

/** Where originals go when administrators have a template for that. */
class MoveOriginalTests extends MoveTest {

    @Autowired Sweep sweep;

    @Test
    void anUploadIsMovedOnceItsDateIsKnown() throws Exception {
        template(BY_MONTH);
        var file = Files.write(folder.resolve("IMG_1.JPG"), newPhoto());
        Tool.tag(file, "-DateTimeOriginal=2021:07:04 13:05:09");
        var bytes = Files.readAllBytes(file);
        var id = receive(ana, "IMG_1.JPG", bytes);
        awaitPlace(id, home(ana) + "2021/07/IMG_1.jpg");
        assertThat(bytes(id)).isEqualTo(bytes);
        removeDiscarded();
        assertThat(filesOf(ana)).hasSize(1);
        assertThat(download(id)).isEqualTo(bytes);
        assertThat(receive(ana, "again.jpg", bytes)).isEqualTo(id);
    }

    @Test
    void whatWasThereBeforeIsMovedByTheJobAndOnlyOnce() throws Exception {
        var bytes = newPhoto();
        var id = receive(ana, "old.jpg", bytes);
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql(
                                                """
                                                select exists (select from asset_job_status
                                                    where asset_id = ?
                                                        and metadata_extracted_at is not null)
                                                """)
                                        .param(id)
                                        .query(Boolean.class)
                                        .single());
        var before = place(id);
        template("{{filename}}");
        assertThat(place(id)).isEqualTo(before);
        startMigration();
        awaitPlace(id, home(ana) + "old.jpg");
        assertThat(bytes(id)).isEqualTo(bytes);

        var changed = changeOf(id);
        startMigration();
        assertThat(place(id).originalPath()).isEqualTo(home(ana) + "old.jpg");
        assertThat(changeOf(id)).isEqualTo(changed);

        template("{{filetype}}/{{filename}}");
        startMigration();
        awaitPlace(id, home(ana) + "IMG/old.jpg");
    }

    /** Of its row; phones hear of each. */
    private UUID changeOf(UUID id) {
        return jdbc.sql("select update_id from asset where id = ?")
                .param(id)
                .query(UUID.class)
                .single();
    }

    @Test
    void nothingMovesWithoutATemplate() throws Exception {
        var id = photo(ana, "a.jpg");
        var before = place(id);
        assertThat(move(id)).isEqualTo(before);
        startMigration();
        assertThat(place(id)).isEqualTo(before);
    }

    @Test
    void twoOfOneNameAreToldApartByANumberWhichTheyKeep() throws Exception {
        template("{{filename}}");
        var ids = List.of(photo(ana, "IMG.jpg"), photo(ana, "IMG.jpg"), photo(ana, "IMG.jpg"));
        var all = List.of(bytes(ids.get(0)), bytes(ids.get(1)), bytes(ids.get(2)));
        for (int turn = 0; turn < 2; turn++) {
            var places = List.of("IMG.jpg", "IMG+1.jpg", "IMG+2.jpg");
            for (int i = 0; i < ids.size(); i++) {
                assertThat(move(ids.get(i)).originalPath()).isEqualTo(home(ana) + places.get(i));
                assertThat(bytes(ids.get(i))).isEqualTo(all.get(i));
            }
        }
        assertThat(filesOf(ana)).hasSize(3);
    }

    @Test
    void manyOfOneNameAtOnceLoseNothing() throws Exception {
        template("{{y}}/same");
        var ids =
                IntStream.range(0, 24)
                        .mapToObj(
                                i -> {
                                    try {
                                        return photo(ana, "IMG_%d.jpg".formatted(i));
                                    } catch (IOException e) {
                                        throw new AssertionError(e);
                                    }
                                })
                        .toList();
        var all = checksums(filesOf(ana));
        try (var threads = Executors.newFixedThreadPool(8)) {
            var moves =
                    ids.stream()
                            .<Callable<Void>>map(
                                    id ->
                                            () -> {
                                                handler.run(new MoveOriginal(id));
                                                return null;
                                            })
                            .toList();
            for (var ended : threads.invokeAll(moves)) {
                ended.get();
            }
        }
        removeDiscarded();
        var files = filesOf(ana);
        assertThat(checksums(files)).isEqualTo(all);
        assertThat(files.keySet())
                .isEqualTo(new TreeSet<>(ids.stream().map(id -> place(id).originalPath()).toList()))
                .allMatch(path -> path.matches(home(ana) + "2024/same(\\+\\d+)?\\.jpg"));
    }

    private static Set<Integer> checksums(Map<String, byte[]> files) {
        return files.values().stream().map(Arrays::hashCode).collect(Collectors.toSet());
    }

    @Test
    void aFileThatSomebodyHasPutThereStays() throws Exception {
        template("{{filename}}");
        var other = library.resolve(home(ana) + "IMG.jpg");
        Files.createDirectories(other.getParent());
        Files.writeString(other, "by hand");
        var sidecar = library.resolve(home(ana) + "IMG+1.jpg.xmp");
        Files.writeString(sidecar, "by hand, too");
        assertThat(move(photo(ana, "IMG.jpg")).originalPath()).isEqualTo(home(ana) + "IMG+2.jpg");
        assertThat(other).hasContent("by hand");
        assertThat(sidecar).hasContent("by hand, too");
    }

    @Test
    void theFilmInAMotionPhotoStandsBesideIt() throws Exception {
        template(BY_MONTH);
        var id = receive(ana, "MP_1.heic", Files.readAllBytes(Tool.sample("samsung-motion.heic")));
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            assertThat(rows.film(id)).isPresent();
                            var film = rows.film(id).orElseThrow();
                            assertThat(place(id).originalPath())
                                    .startsWith(home(ana))
                                    .endsWith("/MP_1.heic");
                            assertThat(place(film).originalPath())
                                    .isEqualTo(place(id).originalPath().replace(".heic", ".mp4"));
                        });
    }

    @Test
    void theFilmOfALivePhotoStandsBesideItsStill() throws Exception {
        template(BY_MONTH);
        var film =
                upload(
                        ana,
                        Files.copy(Tool.sample("galaxy.mp4"), folder.resolve("VID_9.mp4")),
                        Map.of("type", "VIDEO", "visibility", "hidden"));
        var still =
                photo(
                        ana,
                        "IMG_9.jpg",
                        Map.of(
                                "live_photo_video_id",
                                film.toString(),
                                "local_date_time",
                                "2019-12-31T23:00:00"));
        move(still);
        assertThat(place(still).originalPath()).isEqualTo(home(ana) + "2019/12/IMG_9.jpg");
        assertThat(place(film).originalPath()).isEqualTo(home(ana) + "2019/12/IMG_9.mp4");
        assertThat(bytes(film)).isEqualTo(Files.readAllBytes(Tool.sample("galaxy.mp4")));
        assertThat(move(film).originalPath()).isEqualTo(home(ana) + "2019/12/IMG_9.mp4");
    }

    @Test
    void whatIsLockedOrInTheTrashMovesToo() throws Exception {
        template("{{filename}}");
        var locked = photo(ana, "locked.jpg", Map.of("visibility", "locked"));
        var trashed =
                photo(
                        ana,
                        "trashed.jpg",
                        Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        assertThat(move(locked).originalPath()).isEqualTo(home(ana) + "locked.jpg");
        assertThat(move(trashed).originalPath()).isEqualTo(home(ana) + "trashed.jpg");
    }

    @Test
    void filesOfExternalLibrariesAreNotTouched() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "external.jpg", Map.of("is_external", "true"));
        var before = filesOf(ana).keySet();
        move(id);
        startMigration();
        assertThat(filesOf(ana).keySet()).isEqualTo(before);
    }

    @Test
    void aStorageLabelNamesTheHome() throws Exception {
        template("{{y}}/{{filename}}");
        var label = "Ana " + ana.userId().toString().substring(0, 8);
        wire.put(
                users.admin(),
                "/api/admin/users/" + ana.userId(),
                "{\"storageLabel\": \"%s\"}".formatted(label),
                200);
        assertThat(move(photo(ana, "a.jpg")).originalPath())
                .isEqualTo("library/%s/2024/a.jpg".formatted(label));
        // Another's is another home, whatever the names.
        assertThat(move(photo(bo, "a.jpg")).originalPath()).isEqualTo(home(bo) + "2024/a.jpg");
    }

    @Test
    void albumsAndCamerasMayBeOfAName() throws Exception {
        template(
                "{{#if album}}{{album-startDate-y}}/{{album}}{{else}}Other/{{make}} {{model}}{{/if}}"
                        + "/{{filename}}");
        var first = photo(ana, "a.jpg", Map.of("local_date_time", "2018-01-01T00:00:00"));
        var last = photo(ana, "b.jpg", Map.of("local_date_time", "2020-01-01T00:00:00"));
        var alone = photo(ana, "c.jpg");
        var album = users.album(ana, bo, first, last);
        jdbc.sql("update album set album_name = 'Rome: ../../the trip' where id = ?")
                .param(album)
                .update();
        jdbc.sql("insert into asset_exif (asset_id, make, model) values (?, 'Acme', 'X/1')")
                .param(alone)
                .update();
        assertThat(move(last).originalPath()).isEqualTo(home(ana) + "2018/Rome the trip/b.jpg");
        assertThat(move(alone).originalPath()).isEqualTo(home(ana) + "Other/Acme X1/c.jpg");
    }

    @Test
    void foldersThatBecomeEmptyGo() throws Exception {
        template("{{y}}/{{MM}}/{{filename}}");
        var id = photo(ana, "a.jpg");
        move(id);
        template("{{filename}}");
        move(id);
        assertThat(library.resolve(home(ana) + "2024")).doesNotExist();
        assertThat(library.resolve(home(ana) + "a.jpg")).exists();
    }

    /** For a download that has just looked it up. */
    @Test
    void theOldNameIsKeptForAMoment() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "a.jpg");
        var old = place(id).originalPath();
        var slow = new MoveRows(jdbc, Duration.ofMinutes(1));
        var original = slow.find(id).orElseThrow();
        var place = home(ana) + "a.jpg";
        Files.createDirectories(library.resolve(place).getParent());
        Files.createLink(library.resolve(place), library.resolve(old));
        assertThat(slow.switchTo(original, place, null)).isTrue();
        removeDiscarded();
        assertThat(library.resolve(old)).exists();
        sweep.run();
        assertThat(library.resolve(old)).exists();
        jdbc.sql("update discarded_file set remove_after = now() where path = ?")
                .param(old)
                .update();
        removeDiscarded();
        assertThat(library.resolve(old)).doesNotExist();
        assertThat(library.resolve(place)).exists();
    }

    @Test
    void anAssetThatChangesMeanwhileIsLookedAtAgain() throws Exception {
        var id = photo(ana, "a.jpg");
        var original = rows.find(id).orElseThrow();
        jdbc.sql("update asset set is_favorite = true where id = ?").param(id).update();
        var before = place(id);
        assertThat(rows.switchTo(original, "library/elsewhere.jpg", null)).isFalse();
        assertThat(place(id)).isEqualTo(before);
    }

    @Test
    void anOriginalThatIsMissingFailsWithThatReason() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "a.jpg");
        Files.delete(library.resolve(place(id).originalPath()));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> move(id))
                .withMessageContaining("missing");
        assertThat(filesOf(ana)).isEmpty();
    }

    @Test
    void whatIsDeletedDuringItsMoveLeavesNothing() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "a.jpg");
        assertThat(rows.take(id, home(ana) + "a.jpg")).isTrue();
        wire.call(
                ana,
                HttpMethod.DELETE,
                "/api/assets",
                "{\"ids\": [\"%s\"], \"force\": true}".formatted(id),
                204);
        // The move that took the name goes on until it sees that.
        Files.createDirectories(library.resolve(home(ana)));
        Files.write(library.resolve(home(ana) + "a.jpg"), newPhoto());
        Awaitility.await()
                .until(
                        () ->
                                jdbc.sql("select count(*) from asset where id = ?")
                                                .param(id)
                                                .query(Integer.class)
                                                .single()
                                        == 0);
        removeDiscarded();
        sweep.run();
        assertThat(filesOf(ana).keySet()).containsExactly(home(ana) + "a.jpg");
        jdbc.sql("update discarded_file set remove_after = now() where path like ?")
                .param(home(ana) + "%")
                .update();
        removeDiscarded();
        assertThat(filesOf(ana)).isEmpty();
    }

    @Test
    void aPathThatIsTooLongFailsWithThatReason() throws Exception {
        template("{{filename}}/".repeat(20) + "{{filename}}");
        var id = photo(ana, "plain.jpg");
        var before = place(id);
        jdbc.sql("update asset set original_file_name = ? where id = ?")
                .params("x".repeat(250) + ".jpg", id)
                .update();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> move(id))
                .withMessageContaining("too long");
        assertThat(place(id)).isEqualTo(before);
        assertThat(bytes(id)).isNotEmpty();
    }

    @Test
    void whatIsNoTemplateIsRefused() {
        var admin = users.admin();
        var before = wire.get(admin, "/api/system-config");
        for (var bad :
                List.of(
                        "{{y}}/{{nonsense}}",
                        "{{y}",
                        "{{#if album}}{{album}}",
                        "{{/if}}{{filename}}",
                        "{{y}}/",
                        "..",
                        "{{#each album}}{{filename}}{{/each}}")) {
            var document =
                    ConfigFixtures.with(before, "/storageTemplate/template", "\"" + bad + "\"");
            assertThat(wire.refusal(admin, HttpMethod.PUT, "/api/system-config", document))
                    .as(bad)
                    .contains("torage template");
        }
        assertThat(wire.get(admin, "/api/system-config")).isEqualTo(before);
    }

    @Test
    void everyPresetNamesAFile() throws Exception {
        var id = photo(ana, "IMG_7.jpg");
        var presets =
                wire.get(users.admin(), "/api/system-config/storage-template-options")
                        .path("presetOptions");
        assertThat(presets).isNotEmpty();
        for (var preset : presets) {
            template(preset.asString());
            var path = move(id).originalPath();
            assertThat(path).startsWith(home(ana)).endsWith(".jpg");
            assertThat(library.resolve(path)).exists();
        }
    }

    @Test
    void namesThatPeopleGiveLeadNowhereElse() throws Exception {
        template("{{filename}}");
        for (var name : List.of("../../evil.jpg", "..jpg", "a\u202egpj.exe.jpg", "a\u0000b.jpg")) {
            var id = photo(ana, "plain.jpg");
            jdbc.sql("update asset set original_file_name = ? where id = ?")
                    .params(name.replace("\u0000", "\u0001"), id)
                    .update();
            assertThat(move(id).originalPath())
                    .startsWith(home(ana))
                    .doesNotContain("..", "\u202e", "\u0001");
        }
        var id = photo(ana, "plain.jpg");
        jdbc.sql("update asset set original_file_name = ? where id = ?")
                .params("ü".repeat(250) + ".jpg", id)
                .update();
        var path = move(id).originalPath();
        var name = path.substring(path.lastIndexOf('/') + 1);
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(200, 251);
    }
}
