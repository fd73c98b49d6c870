package app.keepsake.copy;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Access;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.MoveOriginal;
import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.HouseholdTest;
import app.keepsake.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.transaction.support.TransactionTemplate;

/** Sidecars that are given to another photo. */
@SuppressWarnings("NullAway.Init") // set before each test
class CopiesTests extends HouseholdTest {

    private static final String SIDECAR =
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><!-- the source's --></x:xmpmeta>";

    @Autowired Access access;
    @Autowired TransactionTemplate transaction;
    @Autowired Library library;
    @Autowired Volume volume;
    @Autowired ConfigFixtures config;
    @Autowired JobHandler<MoveOriginal> mover;

    private UUID source;
    private UUID target;

    @BeforeEach
    void twoPhotos() throws IOException {
        source = given.upload(ana, Tool.sample("gps.jpg"), Map.of());
        target = given.upload(ana, Tool.sample("tanners_ridge.jpg"), Map.of());
        var sidecar = original(source) + ".xmp";
        Files.writeString(library.resolve(sidecar), SIDECAR);
        jdbc.sql("update asset set sidecar_path = ? where id = ?").params(sidecar, source).update();
    }

    @AfterEach
    void noTemplate() {
        config.reset();
    }

    private String original(UUID id) {
        return jdbc.sql("select original_path from asset where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }

    private void assertHasSidecar() {
        var path = original(target) + ".xmp";
        assertThat(
                        jdbc.sql("select sidecar_path from asset where id = ?")
                                .param(target)
                                .query(String.class)
                                .single())
                .isEqualTo(path);
        assertThat(library.resolve(path)).hasContent(SIDECAR);
    }

    @Test
    void aSidecarIsGivenToAnother() {
        wire.call(
                ana,
                HttpMethod.PUT,
                "/api/assets/copy",
                "{\"sourceId\": \"%s\", \"targetId\": \"%s\"}".formatted(source, target),
                204);
        assertHasSidecar();
    }

    @Test
    void whatMovesMeanwhileHasItAtItsNewPlace() {
        config.set("/storageTemplate/template", "\"{{filename}}\"");
        config.set("/storageTemplate/enabled", "true");
        var old = library.resolve(original(target) + ".xmp");
        var disk =
                new ForwardingVolume(volume) {
                    @Override
                    public Sink create(Path file) throws IOException {
                        try {
                            mover.run(new MoveOriginal(target));
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                        return super.create(file);
                    }
                };
        new Copies(
                        access,
                        jdbc,
                        transaction,
                        library,
                        OriginalsOn.volume(library.root(), disk, jdbc),
                        _ -> {})
                .copy(ana, source, target, Set.of(Part.SIDECAR));
        assertThat(original(target)).startsWith("library/");
        assertHasSidecar();
        assertThat(old).doesNotExist();
    }
}
