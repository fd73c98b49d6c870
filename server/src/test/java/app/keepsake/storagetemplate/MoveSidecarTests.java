package app.keepsake.storagetemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.WriteSidecar;
import app.keepsake.storage.Originals;
import app.keepsake.support.Tool;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What stands beside an original goes along, also what people say meanwhile. */
class MoveSidecarTests extends MoveTest {

    @Autowired Originals originals;
    @Autowired JobHandler<WriteSidecar> writer;

    @Test
    void aSidecarGoesAlong() throws Exception {
        template("{{filename}}");
        var id = photoWithSidecar(ana, "IMG.jpg");
        assertThat(move(id)).isEqualTo(new Place(home(ana) + "IMG.jpg", home(ana) + "IMG.jpg.xmp"));
        assertThat(library.resolve(home(ana) + "IMG.jpg.xmp")).hasContent(SIDECAR);
        assertThat(filesOf(ana)).hasSize(2);
    }

    @Test
    void aSidecarThatComesLaterIsFetched() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "IMG.jpg");
        var late = place(id).originalPath() + ".xmp";
        move(id);
        Files.writeString(library.resolve(late), SIDECAR);
        // What an interrupted move may have left.
        Files.writeString(library.resolve(home(ana) + "IMG.jpg.xmp"), "older");
        jdbc.sql("update asset set sidecar_path = ? where id = ?").params(late, id).update();
        assertThat(move(id).sidecarPath()).isEqualTo(home(ana) + "IMG.jpg.xmp");
        assertThat(library.resolve(home(ana) + "IMG.jpg.xmp")).hasContent(SIDECAR);
        assertThat(library.resolve(late)).doesNotExist();
    }

    @Test
    void aSidecarThatIsMissingHoldsNothingUp() throws Exception {
        template("{{filename}}");
        var id = photo(ana, "IMG.jpg");
        jdbc.sql("update asset set sidecar_path = 'upload/gone.xmp' where id = ?")
                .param(id)
                .update();
        assertThat(move(id)).isEqualTo(new Place(home(ana) + "IMG.jpg", "upload/gone.xmp"));
        assertThat(move(id).originalPath()).isEqualTo(home(ana) + "IMG.jpg");
    }

    private void describe(UUID id, String words) {
        wire.put(ana, "/api/assets/" + id, "{\"description\": \"%s\"}".formatted(words), 200);
    }

    private void awaitSidecar(UUID id, String path, String words) {
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            assertThat(place(id)).isEqualTo(new Place(path, path + ".xmp"));
                            assertThat(Files.readString(library.resolve(path + ".xmp")))
                                    .contains(words);
                        });
    }

    @Test
    void whatPeopleSayGoesAlongAndTheirDatesMoveIt() throws Exception {
        template(BY_MONTH);
        var file = Files.write(folder.resolve("IMG_2.jpg"), newPhoto());
        Tool.tag(file, "-DateTimeOriginal=2021:07:04 13:05:09");
        var bytes = Files.readAllBytes(file);
        var id = receive(ana, "IMG_2.jpg", bytes);
        awaitPlace(id, home(ana) + "2021/07/IMG_2.jpg");
        describe(id, "Am Meer");
        awaitSidecar(id, home(ana) + "2021/07/IMG_2.jpg", "Am Meer");

        template("{{y}}/{{filename}}");
        startMigration();
        awaitSidecar(id, home(ana) + "2021/IMG_2.jpg", "Am Meer");

        wire.put(ana, "/api/assets/" + id, "{\"dateTimeOriginal\": \"2019-03-04T05:06:07Z\"}", 200);
        awaitSidecar(id, home(ana) + "2019/IMG_2.jpg", "2019-03-04");
        awaitSidecar(id, home(ana) + "2019/IMG_2.jpg", "Am Meer");
        removeDiscarded();
        assertThat(filesOf(ana)).hasSize(2);
        assertThat(bytes(id)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource(
            value = Milestone.class,
            names = {"TAKEN", "ORIGINAL_PLACED", "SIDECAR_PLACED"})
    void whatIsSaidDuringAMoveGoesAlong(Milestone milestone) throws Exception {
        template("{{filename}}");
        // What is said is read again, and moved; but only this test's mover is to do it.
        tell(users.admin(), "pause");
        var id = photo(ana, "IMG.jpg");
        say(id, "the first words");
        writer.run(new WriteSidecar(id));
        var isSaid = new AtomicBoolean();
        var mover =
                MoverOn.originals(
                        originals,
                        rows,
                        discardedFiles,
                        reached -> {
                            if (reached == milestone && !isSaid.getAndSet(true)) {
                                say(id, "the last words");
                                assertThatCode(() -> writer.run(new WriteSidecar(id)))
                                        .doesNotThrowAnyException();
                            }
                        });
        mover.move(id, StorageTemplate.parse("{{filename}}"), true);
        removeDiscarded();
        awaitSidecar(id, home(ana) + "IMG.jpg", "the last words");
        assertThat(filesOf(ana)).hasSize(2);
    }

    @AfterEach
    void goOn() {
        tell(users.admin(), "resume");
    }

    /** As a person does, but no job is queued for it. */
    private void say(UUID id, String words) {
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, description, locked_properties)
                        values (:id, :words, '{description}')
                        on conflict (asset_id) do update set description = :words
                        """)
                .param("id", id)
                .param("words", words)
                .update();
    }
}
