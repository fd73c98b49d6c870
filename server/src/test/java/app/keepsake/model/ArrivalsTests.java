package app.keepsake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.TextVectors;
import app.keepsake.storage.Volume;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationEventPublisher;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class ArrivalsTests {

    private static final Model MODEL = OwnModels.CLIP;
    private static OwnDatabase database;

    @Autowired Volume volume;
    @Autowired TextVectors words;
    @Autowired ApplicationEventPublisher events;
    @TempDir Path root;
    OwnModels models;
    TestHub hub;

    @BeforeAll
    static void makeDatabase() {
        database = OwnDatabase.make("model_arrivals");
    }

    @BeforeEach
    void setUp() throws IOException {
        models = new OwnModels(database, root, volume, words, events);
        hub = new TestHub();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Arrivals server() {
        return models.arrivals(hub.base(), null);
    }

    private String revision() {
        return JsonMapper.shared()
                .readValue(models.shelf.folder(MODEL).resolve(Shelf.RECORD).toFile(), Origin.class)
                .revision();
    }

    /** One works in its folder, however long nothing is heard of it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noTwoServersDownloadOneModel() throws Exception {
        var goOn = new CountDownLatch(1);
        hub.body =
                bytes -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return bytes;
                };
        var one = server();
        one.want(MODEL);
        var done = CompletableFuture.runAsync(one::run);
        await().until(() -> hub.revisions.contains(TestHub.REVISION));
        hub.body = bytes -> bytes;
        server().run();
        assertThat(one.all()).singleElement().matches(wanted -> wanted.problem() == null);
        assertThat(hub.asked).containsExactly("list");
        goOn.countDown();
        done.get();
        assertThat(one.all()).isEmpty();
        assertThat(models.shelf.has(MODEL)).isTrue();
    }

    /** The pauses between tries grow to many seconds. */
    @Test
    void endsInAPauseWhenNobodyWantsItAnyMore() throws Exception {
        hub.list =
                answer -> {
                    throw new IllegalStateException("the line is cut");
                };
        var server = server();
        server.want(MODEL);
        var done = CompletableFuture.runAsync(server::run);
        await().until(() -> !hub.asked.isEmpty());
        server.cancel(MODEL);
        done.get();
        assertThat(hub.asked).hasSizeLessThan(3);
    }

    @Test
    void downloadsNothingAnewThatIsThere() throws IOException {
        var server = server();
        server.want(MODEL);
        models.put(MODEL);
        Files.createDirectories(models.shelf.arriving(MODEL).resolve("former"));
        server.run();
        assertThat(server.all()).isEmpty();
        assertThat(hub.asked).isEmpty();
        assertThat(models.shelf.arriving(MODEL)).doesNotExist();
    }

    @Test
    void removesWhatWasLeftOverByAServerThatDied() throws IOException {
        var server = server();
        database.jdbc()
                .sql("insert into model_download (model, problem) values (?, 'cut')")
                .param(MODEL.name())
                .update();
        var kept = models.shelf.arriving(MODEL).resolve("part");
        var cancelled = models.shelf.arriving(OwnModels.OTHER_CLIP).resolve("files/config.json");
        var deleted = models.shelf.arriving().resolve("gone-1/visual/model.onnx");
        for (var file : new Path[] {kept, cancelled, deleted}) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "bytes");
        }
        server.run();
        assertThat(kept).exists();
        assertThat(models.shelf.arriving())
                .isDirectoryNotContaining(it -> !it.equals(kept.getParent()));
    }

    @Test
    void takesAllFilesFromTheCommitThatItBeganWith() throws IOException {
        var right = hub.file(TestHub.LARGE);
        hub.body = bytes -> bytes == right ? new byte[bytes.length] : bytes;
        var server = server();
        server.want(MODEL);
        server.run();
        assertThat(server.all())
                .singleElement()
                .matches(wanted -> wanted.problem() != null)
                .extracting(Arrivals.Wanted::revision)
                .isEqualTo(TestHub.REVISION);
        hub.newest = "f".repeat(40);
        hub.body = bytes -> bytes;
        ShelfDisk.remove(models.shelf.arriving(MODEL));
        server.want(MODEL);
        server.run();
        assertThat(models.shelf.has(MODEL)).isTrue();
        assertThat(revision()).isEqualTo(TestHub.REVISION);
        assertThat(hub.revisions).containsExactly(TestHub.REVISION);
    }

    @Test
    void takesTheNewestCommitForWhoeverBeginsAnew() throws IOException {
        hub.body = bytes -> new byte[bytes.length];
        var server = server();
        server.want(MODEL);
        server.run();
        hub.newest = "f".repeat(40);
        hub.body = bytes -> bytes;
        server.cancel(MODEL);
        server.want(MODEL);
        server.run();
        assertThat(revision()).isEqualTo(hub.newest);
    }

    private void download(Model model) {
        var server = server();
        server.want(model);
        server.run();
        models.choice.run();
    }

    /** Vectors of two commits cannot be compared, and these are many. */
    @Test
    void mendsAModelInUseWithFilesOfItsCommit() throws IOException {
        download(MODEL);
        database.jdbc()
                .sql(
                        """
                        insert into model_timing (model, graph, machine, fp32_ms, int8_ms, distance)
                        values (?, 'visual', 'this', 9, 3, 0.001)
                        """)
                .param(MODEL.name())
                .update();
        assertThat(models.use.serving()).contains(MODEL.name());
        ShelfDisk.remove(models.shelf.folder(MODEL));
        hub.newest = "f".repeat(40);
        download(MODEL);
        assertThat(models.shelf.has(MODEL)).isTrue();
        assertThat(revision()).isEqualTo(TestHub.REVISION);
        assertThat(
                        database.jdbc()
                                .sql("select int8_ms from model_timing where model = ?")
                                .param(MODEL.name())
                                .query(Integer.class)
                                .list())
                .as("what its vectors were made by")
                .containsExactly(3);
    }

    @Test
    void saysWhatToDoWhenTheCommitOfAModelInUseIsGone() throws IOException {
        download(MODEL);
        ShelfDisk.remove(models.shelf.folder(MODEL));
        hub.gone.add(TestHub.REVISION);
        hub.newest = "f".repeat(40);
        var server = server();
        server.want(MODEL);
        server.run();
        assertThat(server.all())
                .singleElement()
                .extracting(Arrivals.Wanted::problem)
                .asString()
                .contains(TestHub.REVISION)
                .contains("begin anew");
        assertThat(models.shelf.folder(MODEL)).doesNotExist();
    }

    /** Whatever a folder holds that somebody put together. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "{\"files\": [{}]}", "[]", ""})
    void saysSoWhenAFolderIsOtherThanItShould(String record, @TempDir Path stick)
            throws IOException {
        var folder = Files.createDirectory(stick.resolve(MODEL.name()));
        Files.writeString(folder.resolve(Shelf.RECORD), record);
        var server = models.arrivals(hub.base(), stick);
        server.want(MODEL);
        server.run();
        assertThat(server.all())
                .singleElement()
                .extracting(Arrivals.Wanted::problem)
                .asString()
                .contains("model.json");
        assertThat(models.shelf.folder(MODEL)).doesNotExist();
    }

    @Test
    void noDownloadGoesOnForEverWhateverHappens() {
        var odd =
                new ForwardingVolume(volume) {
                    @Override
                    public void rename(Path from, Path to) throws IOException {
                        if (to.endsWith("list.json")) {
                            throw new IllegalStateException("nobody has thought of this");
                        }
                        super.rename(from, to);
                    }
                };
        models = new OwnModels(database, root, odd, words, events);
        var server = server();
        server.want(MODEL);
        server.run();
        assertThat(server.all())
                .singleElement()
                .extracting(Arrivals.Wanted::problem)
                .asString()
                .contains("nobody has thought of this")
                .contains("server's log");
    }

    @EnableConfigurationProperties(ModelSettings.class)
    static class Settings {}

    @ParameterizedTest
    @ValueSource(strings = {"huggingface.co", "hub:8080", "file:///srv/models", "https:///models"})
    void refusesToStartWithAMirrorThatIsNone(String mirror) {
        new ApplicationContextRunner()
                .withUserConfiguration(Settings.class)
                .withPropertyValues("keepsake.model-mirror=" + mirror)
                .run(
                        server ->
                                assertThat(server)
                                        .getFailure()
                                        .hasStackTraceContaining("KEEPSAKE_MODEL_MIRROR")
                                        .hasStackTraceContaining(mirror));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://hf-mirror.com", "http://10.0.0.2:8080/hub"})
    void startsWithAMirrorOrTheHub(String mirror) {
        new ApplicationContextRunner()
                .withUserConfiguration(Settings.class)
                .withPropertyValues("keepsake.model-mirror=" + mirror)
                .run(
                        server ->
                                assertThat(server.getBean(ModelSettings.class).modelMirror())
                                        .hasToString(
                                                mirror.isEmpty()
                                                        ? "https://huggingface.co"
                                                        : mirror));
    }
}
