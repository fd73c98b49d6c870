package app.keepsake.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import app.keepsake.support.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
        assertHasSidecar(original(target) + ".xmp");
    }

    private void assertHasSidecar(String path) {
        assertThat(
                        jdbc.sql("select sidecar_path from asset where id = ?")
                                .param(target)
                                .query(String.class)
                                .single())
                .isEqualTo(path);
        assertThat(library.resolve(path)).hasContent(SIDECAR);
    }

    private void copy() {
        wire.call(
                ana,
                HttpMethod.PUT,
                "/api/assets/copy",
                "{\"sourceId\": \"%s\", \"targetId\": \"%s\"}".formatted(source, target),
                204);
    }

    @Test
    void aSidecarIsGivenToAnother() {
        copy();
        assertHasSidecar();
    }

    /** It would be nobody's, if another stood beside it. */
    @Test
    void oneUnderAnotherNameIsReplacedThere() throws IOException {
        var path = original(target).replaceFirst("\\.jpg$", ".xmp");
        Files.writeString(library.resolve(path), "<x/>");
        jdbc.sql("update asset set sidecar_path = ? where id = ?").params(path, target).update();
        copy();
        assertHasSidecar(path);
        assertThat(library.resolve(original(target) + ".xmp")).doesNotExist();
    }

    @Test
    void whatAPersonSaidOfTheOtherIsWrittenIntoIt() throws Exception {
        wire.put(
                ana,
                "/api/assets/" + target,
                """
                {"description": "Mine", "dateTimeOriginal": "2020-01-02T03:04:05.678+05:30"}
                """,
                200);
        var tag = wire.put(ana, "/api/tags", "{\"tags\": [\"Places/Sea\"]}", 200).path(0);
        wire.put(ana, "/api/tags/%s/assets".formatted(Wire.id(tag)), Wire.ids(target), 200);
        awaitTargetsWords();
        Files.writeString(
                library.resolve(original(source) + ".xmp"),
                """
                <x:xmpmeta xmlns:x="adobe:ns:meta/">
                 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
                   <dc:creator><rdf:Seq><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>
                   <dc:subject><rdf:Bag><rdf:li>Source</rdf:li></rdf:Bag></dc:subject>
                   <dc:description><rdf:Alt>
                    <rdf:li xml:lang="x-default">The source</rdf:li>
                   </rdf:Alt></dc:description>
                  </rdf:Description>
                 </rdf:RDF>
                </x:xmpmeta>
                """);
        copy();
        awaitTargetsWords();
        var sidecar = read(original(target) + ".xmp");
        assertThat(texts(sidecar.path("Creator"))).containsExactly("Bo");
        assertThat(texts(sidecar.path("Subject"))).contains("Sea").doesNotContain("Source");
        assertThat(library.resolve(original(source) + ".xmp")).content().contains("The source");
    }

    private void awaitTargetsWords() {
        await().untilAsserted(
                        () -> {
                            var sidecar = read(original(target) + ".xmp");
                            assertThat(sidecar.path("Description").asString()).isEqualTo("Mine");
                            assertThat(sidecar.path("DateTimeOriginal").asString())
                                    .isEqualTo("2020:01:02 03:04:05.678+05:30");
                            assertThat(texts(sidecar.path("TagsList"))).contains("Places/Sea");
                        });
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    private JsonNode read(String sidecar) throws Exception {
        var answer =
                Tool.run("exiftool", "-j", "-n", "-struct", library.resolve(sidecar).toString());
        return JsonMapper.shared().readTree(answer).path(0);
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
