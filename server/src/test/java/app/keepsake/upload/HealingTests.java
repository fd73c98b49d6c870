package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.Fixtures;
import app.keepsake.support.Form;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.ServerTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Originals that were missing, and come again while names go from one asset to another. */
@ServerTest
class HealingTests {

    @Autowired Fixtures given;
    @Autowired Uploads uploads;
    @Autowired UploadRows rows;
    @Autowired Originals originals;
    @Autowired Library library;
    @Autowired Volume volume;
    @Autowired JdbcClient jdbc;

    Caller ana;

    @BeforeEach
    void somebody() {
        ana = given.user();
    }

    @Test
    void anUploadHealsNoOtherFile() throws Exception {
        var photo = "a photo".getBytes();
        var id = receive("a.jpg", photo);
        var path = pathOf(id);
        var other = receive("b.jpg", "another photo".getBytes());
        Files.delete(library.resolve(path));
        var slow =
                UploadsOn.originals(
                        originals,
                        rows,
                        milestone -> {
                            if (milestone == Milestone.SYNCED) {
                                giveName(id, other);
                            }
                        });
        assertThatExceptionOfType(Problem.Unavailable.class)
                .isThrownBy(() -> slow.receive(ana, null, Form.photo("a.jpg", photo).body()));
        assertThat(pathOf(other)).isEqualTo(path);
        assertThat(library.resolve(path)).hasContent("another photo");
        assertThat(receive("a.jpg", photo)).isEqualTo(id);
        assertThat(library.resolve(pathOf(id))).hasBinaryContent(photo);
        assertThat(library.resolve(path)).hasContent("another photo");
    }

    @Test
    void aMotionPhotoHealsNoOtherFile() throws Exception {
        var film = receive("film.mp4", "a film".getBytes());
        var path = pathOf(film);
        var other = receive("b.mp4", "another film".getBytes());
        var still = receive("still.jpg", "a still and a film".getBytes());
        Files.delete(library.resolve(path));
        var slow =
                new ForwardingVolume(volume) {
                    @Override
                    public Sink create(Path file) throws IOException {
                        return new ForwardingSink(super.create(file)) {
                            @Override
                            public void sync() throws IOException {
                                super.sync();
                                giveName(film, other);
                            }
                        };
                    }
                };
        var films =
                new EmbeddedFilms(
                        library,
                        OriginalsOn.volume(library.root(), slow, jdbc),
                        rows,
                        (Object _) -> {});
        assertThatExceptionOfType(Problem.Unavailable.class)
                .isThrownBy(() -> films.keep(still, "a still and ".length(), "a film".length()));
        assertThat(pathOf(other)).isEqualTo(path);
        assertThat(library.resolve(path)).hasContent("another film");
    }

    @Test
    void whatStandsInItsPlaceIsPutAside() throws Exception {
        var photo = "a photo".getBytes();
        var path = pathOf(receive("a.jpg", photo));
        Files.writeString(library.resolve(path), "something else");
        receive("a.jpg", photo);
        assertThat(library.resolve(path)).hasBinaryContent(photo);
        assertThat(library.resolve("quarantine/" + path)).hasContent("something else");
    }

    /** As moves by a storage template do, in the end. */
    private void giveName(UUID from, UUID to) {
        var path = pathOf(from);
        var file = library.resolve(pathOf(to));
        setPath(from, path + ".moved.jpg");
        setPath(to, path);
        try {
            Files.move(file, library.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void setPath(UUID id, String path) {
        jdbc.sql("update asset set original_path = ? where id = ?").params(path, id).update();
    }

    private UUID receive(String name, byte[] bytes) {
        return uploads.receive(ana, null, Form.photo(name, bytes).body()).assetId();
    }

    private String pathOf(UUID id) {
        return jdbc.sql("select original_path from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }
}
