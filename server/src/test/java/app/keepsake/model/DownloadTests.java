package app.keepsake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import app.keepsake.storage.Library;
import app.keepsake.storage.OriginalsOn;
import app.keepsake.storage.Volume;
import app.keepsake.support.ForwardingVolume;
import app.keepsake.support.ServerTest;
import app.keepsake.support.TestHub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The real small model, from a hub in this process, into the real library. */
@ServerTest
@SuppressWarnings("NullAway.Init") // set before each test
class DownloadTests {

    private static final Model MODEL = Catalogue.find("RN50x4__openai").orElseThrow();
    private static final Download.Watcher NOBODY = (_, _) -> {};

    @Autowired Shelf shelf;
    @Autowired Library library;
    @Autowired Volume volume;
    @Autowired ShelfDisk disk;
    @Autowired JdbcClient jdbc;
    TestHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = new TestHub();
    }

    @AfterEach
    void stop() throws IOException {
        hub.close();
        ShelfDisk.remove(shelf.folder(MODEL));
        ShelfDisk.remove(shelf.arriving(MODEL));
    }

    private Download from(URI base) {
        return new Download(new Hub(base), disk, Duration.ofMillis(1));
    }

    private void download() throws IOException {
        from(hub.base()).run(MODEL, null, NOBODY);
    }

    private void assertWhole() throws IOException {
        assertThat(shelf.has(MODEL)).isTrue();
        for (var path : Task.CLIP.files()) {
            assertThat(shelf.folder(MODEL).resolve(path)).hasBinaryContent(hub.file(path));
        }
    }

    private void assertRefused(String reason) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(this::download)
                .withMessageContaining(reason);
        assertThat(shelf.folder(MODEL)).doesNotExist();
        assertThat(shelf.has(MODEL)).isFalse();
    }

    @Test
    void takesWhatAModelNeedsAndWritesDownWhereItCameFrom() throws IOException {
        download();
        assertWhole();
        var folder = shelf.folder(MODEL);
        assertThat(folder.resolve("README.md")).doesNotExist();
        assertThat(folder.resolve("visual/model.armnn")).doesNotExist();
        var origin =
                JsonMapper.shared().readValue(folder.resolve("model.json").toFile(), Origin.class);
        assertThat(origin.revision()).isEqualTo(TestHub.REVISION);
        assertThat(origin.from()).isEqualTo(hub.base().toString());
        assertThat(origin.files())
                .filteredOn(file -> file.path().equals(TestHub.LARGE))
                .extracting(HubFile::sha256)
                .containsExactly(TestHub.sum("SHA-256", hub.file(TestHub.LARGE)));
        assertThat(shelf.arriving(MODEL)).doesNotExist();
    }

    /** What a hub, or a mirror of it, says of a file beside its bytes. */
    private enum Tags {
        STRONG {
            @Override
            @Nullable String of(@Nullable String tag) {
                return tag;
            }
        },
        WEAK {
            @Override
            String of(@Nullable String tag) {
                return "W/" + tag;
            }
        },
        NONE {
            @Override
            @Nullable String of(@Nullable String tag) {
                return null;
            }
        };

        abstract @Nullable String of(@Nullable String tag);
    }

    private List<String> askedOfLarge() {
        return hub.asked.stream().filter(asked -> asked.startsWith(TestHub.LARGE)).toList();
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereTheLineWasCut(Tags tags) throws IOException {
        hub.tag = tags::of;
        hub.cutAfter = 70_000;
        download();
        assertWhole();
        assertThat(askedOfLarge()).hasSize(2).first().isEqualTo(TestHub.LARGE + " 0");
        assertThat(askedOfLarge().getLast()).doesNotEndWith(" 0");
    }

    /** The half of another file is noticed by the sum alone. */
    @ParameterizedTest
    @EnumSource(names = {"WEAK", "NONE"})
    void beginsAnewWhereWhatCameBeforeWasOfAnotherFile(Tags tags) throws IOException {
        hub.tag = tags::of;
        mixTwoFiles();
        download();
        assertWhole();
        assertThat(askedOfLarge()).hasSize(3);
        assertThat(askedOfLarge().get(1)).doesNotEndWith(" 0");
        assertThat(askedOfLarge().getLast()).isEqualTo(TestHub.LARGE + " 0");
    }

    @Test
    void aServerThatDiedInTheMiddleLeavesNothingThatIsUsedAndTheNextOneGoesOn() throws IOException {
        var died = new AtomicLong();
        assertThatExceptionOfType(Download.Cancelled.class)
                .isThrownBy(
                        () ->
                                from(hub.base())
                                        .run(
                                                MODEL,
                                                null,
                                                (arrived, all) -> {
                                                    if (arrived > all / 2) {
                                                        died.set(arrived);
                                                        throw new Download.Cancelled();
                                                    }
                                                }));
        assertThat(died.get()).isPositive();
        assertThat(shelf.has(MODEL)).isFalse();
        assertThat(shelf.look(MODEL)).isEmpty();
        hub.asked.clear();
        download();
        assertWhole();
        assertThat(hub.asked).doesNotContain("list", "config.json 0");
    }

    /** The line is cut, and then there is another file of that name. */
    private void mixTwoFiles() {
        var right = hub.file(TestHub.LARGE);
        var former = new AtomicBoolean(true);
        hub.cutAfter = 70_000;
        hub.body =
                bytes -> {
                    if (bytes != right || !former.getAndSet(false)) {
                        return bytes;
                    }
                    var other = bytes.clone();
                    other[10] ^= 1;
                    return other;
                };
    }

    @Test
    void doesNotMixTwoFilesOfOneName() throws IOException {
        mixTwoFiles();
        download();
        assertWhole();
        assertThat(askedOfLarge()).containsExactly(TestHub.LARGE + " 0", TestHub.LARGE + " 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", TestHub.LARGE})
    void refusesAFileWhoseChecksumIsAnother(String path) {
        var right = hub.file(path);
        hub.body =
                bytes -> {
                    if (bytes != right) {
                        return bytes;
                    }
                    var other = bytes.clone();
                    other[other.length - 1] ^= 1;
                    return other;
                };
        assertRefused(path);
    }

    @Test
    void takesNoMoreBytesThanWereAnnounced() {
        hub.body = bytes -> java.util.Arrays.copyOf(bytes, bytes.length + 1);
        assertRefused("longer than the list says");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "visual/../../../../escaped",
                "/etc/escaped",
                "visual//escaped",
                "visual/./escaped",
                "visual\\..\\escaped",
                ""
            })
    void takesNothingFromAHubThatNamesAFileElsewhere(String path) {
        changeFirstFile("rfilename", path);
        assertRefused("outside its folder");
        assertThat(hub.asked).containsExactly("list");
    }

    @Test
    void refusesAModelThatIsTooLarge() {
        changeFirstFile("size", 1L << 40);
        assertRefused("GB");
    }

    /** The sum of two is less than nothing. */
    @Test
    void refusesFilesOfWhichNobodyCanTellTheSum() {
        change("config.json", "size", Long.MAX_VALUE);
        var first = hub.list;
        change("textual/tokenizer.json", "size", Long.MAX_VALUE);
        var second = hub.list;
        hub.list = answer -> second.apply(first.apply(answer));
        assertRefused("GB");
        assertThat(hub.asked).containsExactly("list");
    }

    /** A disk that has so many bytes free beside what an administrator wants kept. */
    private Download onto(LongSupplier free, Path root) throws IOException {
        OriginalsOn.mark(root, library);
        var full =
                new ForwardingVolume(volume) {
                    @Override
                    public Space space(Path directory) {
                        long usable = OriginalsOn.RESERVE + free.getAsLong();
                        return new Space(10_000_000_000L, usable, usable);
                    }
                };
        var small = OriginalsOn.library(root, full, jdbc);
        var disk = new ShelfDisk(new Shelf(small), small, full, OriginalsOn.reserve(small));
        return new Download(new Hub(hub.base()), disk, Duration.ofMillis(1));
    }

    private long bytes() {
        return Task.CLIP.files().stream().mapToLong(path -> hub.file(path).length).sum();
    }

    @Test
    void beginsNothingThatHasNoRoomWithItsSecondForm(@TempDir Path root) throws IOException {
        var download = onto(this::bytes, root);
        assertThatExceptionOfType(Hub.Refused.class)
                .isThrownBy(() -> download.run(MODEL, null, NOBODY))
                .withMessageContaining("MB are free");
        assertThat(hub.asked).containsExactly("list");
    }

    @Test
    void endsBeforeTheFileForWhichThereIsNoRoomAnyMore(@TempDir Path root) throws IOException {
        var download = onto(() -> hub.asked.size() > 1 ? 1 : 1 << 30, root);
        assertThatExceptionOfType(Hub.Refused.class)
                .isThrownBy(() -> download.run(MODEL, null, NOBODY))
                .withMessageContaining("MB are free");
        assertThat(hub.asked).containsExactly("list", "config.json 0");
    }

    @Test
    void refusesAFileWithoutAChecksum() {
        changeFirstFile("blobId", "");
        assertRefused("no checksum");
    }

    /** The first is config.json, which no model lacks. */
    private void changeFirstFile(String key, Object value) {
        change("config.json", key, value);
    }

    @SuppressWarnings("unchecked")
    private void change(String path, String key, Object value) {
        hub.list =
                answer -> {
                    var siblings =
                            (List<Map<String, Object>>)
                                    Objects.requireNonNull(
                                            ((Map<String, Object>) answer).get("siblings"));
                    siblings.stream()
                            .filter(it -> path.equals(it.get("rfilename")))
                            .findFirst()
                            .orElseThrow()
                            .put(key, value);
                    return answer;
                };
    }

    @Test
    void refusesARepositoryThatIsNoModel() {
        hub.list = answer -> Map.of("sha", TestHub.REVISION, "siblings", List.of());
        assertRefused("0 files");
        hub.list = answer -> List.of();
        assertRefused("no revision");
    }

    @Test
    void followsTheHubToWhereItKeepsLargeFiles() throws IOException {
        hub.redirects = true;
        download();
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/model", "again"})
    void doesNotFollowItAnywhere(String location) {
        hub.redirects = true;
        hub.location = location;
        assertRefused(location.equals("again") ? "without end" : "elsewhere than by https");
    }

    @Test
    void mendsABrokenModel() throws IOException {
        download();
        Files.write(shelf.folder(MODEL).resolve(TestHub.LARGE), new byte[9]);
        assertThat(shelf.look(MODEL).orElseThrow().problem())
                .contains(TestHub.LARGE)
                .contains("9 bytes");
        assertThat(shelf.has(MODEL)).isFalse();
        download();
        assertWhole();
        Files.delete(shelf.folder(MODEL).resolve("config.json"));
        assertThat(shelf.look(MODEL).orElseThrow().problem()).contains("config.json is missing");
    }

    @Test
    void takesAModelFromAFolderWithoutAnyNetwork(@TempDir Path stick) throws IOException {
        copySmall(stick.resolve("clip").resolve(MODEL.name()));
        hub.close();
        new OfflineFolder(disk, stick).copy(MODEL, NOBODY);
        assertWhole();
        var origin =
                JsonMapper.shared()
                        .readValue(
                                shelf.folder(MODEL).resolve("model.json").toFile(), Origin.class);
        assertThat(origin.from()).isEqualTo(stick.resolve("clip").resolve(MODEL.name()).toString());
    }

    @Test
    void holdsAFolderOfAnotherKeepsakeAgainstItsRecord(@TempDir Path stick) throws IOException {
        download();
        var theirs = stick.resolve(MODEL.name());
        copySmall(theirs);
        Files.copy(shelf.folder(MODEL).resolve("model.json"), theirs.resolve("model.json"));
        ShelfDisk.remove(shelf.folder(MODEL));
        new OfflineFolder(disk, stick).copy(MODEL, NOBODY);
        assertWhole();
        ShelfDisk.remove(shelf.folder(MODEL));
        var bytes = hub.file(TestHub.LARGE).clone();
        bytes[5] ^= 1;
        Files.write(theirs.resolve(TestHub.LARGE), bytes);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new OfflineFolder(disk, stick).copy(MODEL, NOBODY))
                .withMessageContaining(TestHub.LARGE);
        assertThat(shelf.has(MODEL)).isFalse();
    }

    @Test
    void saysWhichModelAFolderLacks(@TempDir Path stick) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new OfflineFolder(disk, stick).copy(MODEL, NOBODY))
                .withMessageContaining(stick.toString())
                .withMessageContaining(MODEL.name());
    }

    private void copySmall(Path to) throws IOException {
        for (var path : Task.CLIP.files()) {
            Files.createDirectories(to.resolve(path).getParent());
            Files.write(to.resolve(path), hub.file(path));
        }
    }
}
