package app.keepsake.model;

import app.keepsake.onnx.Int8;
import app.keepsake.storage.Library;
import app.keepsake.storage.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings one model onto the shelf. All of it arrives in a folder that nobody reads; each file is
 * held against its checksum; the folder gets its name in one step when everything is on disk. It
 * may end anywhere, and goes on from there (I4).
 */
final class Download {

    private static final Logger log = LoggerFactory.getLogger(Download.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ATTEMPTS = 6;
    private static final long LARGEST_GRAPH = 16 << 20; // without its weights

    /** Hears how far it is; what it throws ends the download. */
    interface Watcher {
        void arrived(long bytes, long all) throws IOException;

        /** All files are of this commit, also of those that arrive after a restart. */
        default void pinned(String revision) {}
    }

    private final Hub hub;
    private final Shelf shelf;
    private final Library library;
    private final Volume volume;
    private final Duration pause;

    Download(Hub hub, Shelf shelf, Library library, Volume volume, Duration pause) {
        this.hub = hub;
        this.shelf = shelf;
        this.library = library;
        this.volume = volume;
        this.pause = pause;
    }

    /**
     * From the hub.
     *
     * @param revision to be taken; null is the newest
     */
    void run(Model model, @Nullable String revision, Watcher watcher) throws IOException {
        library.requireStillPresent();
        var folder = shelf.arriving(model);
        var repository = begun(folder, revision);
        if (repository == null) {
            repository = patiently(() -> hub.list(model.repository(), revision), folder);
            requireWhole(model, repository);
            remove(folder);
            makeDirectories(folder);
            write(folder.resolve("list.json"), JSON.writeValueAsBytes(repository));
        }
        watcher.pinned(repository.revision());
        long all = repository.size() + rounded(model, repository);
        long before = 0;
        for (var file : repository.files()) {
            requireRoom(all - Shelf.bytes(folder)); // others write meanwhile
            fetch(model, repository, file, folder, before, watcher);
            before += file.size();
        }
        keep(model, folder, hub.base().toString(), repository, watcher);
    }

    /** A download that was broken off goes on with what it was about. */
    private static Hub.@Nullable Repository begun(Path folder, @Nullable String revision)
            throws IOException {
        try {
            var begun =
                    JSON.readValue(
                            Files.readAllBytes(folder.resolve("list.json")), Hub.Repository.class);
            return revision == null || revision.equals(begun.revision()) ? begun : null;
        } catch (NoSuchFileException | JacksonException e) {
            return null;
        }
    }

    private static void requireWhole(Model model, Hub.Repository repository) throws Hub.Refused {
        for (var needed : model.task().files()) {
            if (repository.files().stream().noneMatch(file -> file.path().equals(needed))) {
                throw new Hub.Refused("The repository lacks " + needed);
            }
        }
    }

    /** What the form of 8 bits takes: a quarter of the weights, and the graph itself once more. */
    private static long rounded(Model model, Hub.Repository repository) {
        return model.task() == Task.CLIP ? repository.size() / 4 + 2 * LARGEST_GRAPH : 0;
    }

    private void requireRoom(long bytes) throws Hub.Refused {
        var room = room();
        if (bytes > room) {
            throw new Hub.Refused(
                    "The model needs %d MB more, and %d MB are free beside what is kept for photos"
                            .formatted(bytes / 1_000_000, Math.max(0, room) / 1_000_000));
        }
    }

    private long room() {
        var space = library.space();
        // As uploads do: what is left is for photos, the database and the worker.
        return space.usable() - Math.max(2_000_000_000L, space.total() / 50);
    }

    private void fetch(
            Model model,
            Hub.Repository repository,
            HubFile file,
            Path folder,
            long before,
            Watcher watcher)
            throws IOException {
        var whole = folder.resolve("files").resolve(file.path());
        if (Files.exists(whole) && Files.size(whole) == file.size()) {
            watcher.arrived(before + file.size(), repository.size());
            return; // it has this name since its sum was right
        }
        makeDirectories(parent(whole));
        var part = folder.resolve("part");
        var partOf = folder.resolve("part.json");
        patiently(
                () -> {
                    receive(model, repository, file, part, partOf, before, watcher);
                    return part;
                },
                part);
        volume.rename(part, whole);
        volume.syncDirectory(parent(whole));
    }

    /** What the half of a file belongs to. */
    private record Part(String path, @Nullable String tag) {}

    private void receive(
            Model model,
            Hub.Repository repository,
            HubFile file,
            Path part,
            Path partOf,
            long before,
            Watcher watcher)
            throws IOException {
        var known = partOf(partOf);
        var isSame = known != null && known.path.equals(file.path()) && Files.exists(part);
        long there = isSame ? Files.size(part) : 0;
        if (there > file.size()) {
            there = 0;
        }
        var tag = isSame && known != null ? known.tag : null;
        if (there > 0 && there == file.size() && matches(part, file)) {
            sync(part);
            return;
        }
        try (var body =
                hub.open(
                        model.repository(),
                        repository.revision(),
                        file.path(),
                        there == file.size() ? 0 : there,
                        there == file.size() ? null : tag)) {
            write(partOf, JSON.writeValueAsBytes(new Part(file.path(), body.tag())));
            var digest = digest(file);
            try (var to =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE)) {
                to.truncate(body.from());
                hash(part, digest);
                to.position(body.from());
                copy(
                        body.bytes(),
                        to,
                        digest,
                        file,
                        body.from(),
                        before,
                        repository.size(),
                        watcher);
                to.force(true);
            }
            requireSum(file, digest);
        } catch (WrongSum e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private static @Nullable Part partOf(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Part.class);
        } catch (NoSuchFileException | JacksonException e) {
            return null;
        }
    }

    private static void copy(
            InputStream from,
            FileChannel to,
            MessageDigest digest,
            HubFile file,
            long at,
            long before,
            long all,
            Watcher watcher)
            throws IOException {
        var buffer = new byte[1 << 16];
        for (int read; (read = from.read(buffer)) >= 0; ) {
            at += read;
            if (at > file.size()) {
                throw new WrongSum("%s is longer than the list says".formatted(file.path()));
            }
            digest.update(buffer, 0, read);
            for (var bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining(); ) {
                to.write(bytes);
            }
            watcher.arrived(before + at, all);
        }
        if (at < file.size()) {
            throw new IOException("the line was cut in the middle of " + file.path());
        }
    }

    private static MessageDigest digest(HubFile file) {
        try {
            if (file.sha256() != null) {
                return MessageDigest.getInstance("SHA-256");
            }
            var digest =
                    MessageDigest.getInstance("SHA-1"); // git's, of "blob <size>\0" and the bytes
            digest.update(("blob " + file.size() + '\0').getBytes(StandardCharsets.US_ASCII));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hash(Path file, MessageDigest digest) throws IOException {
        try (var from = Files.newInputStream(file)) {
            var buffer = new byte[1 << 16];
            for (int read; (read = from.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, read);
            }
        }
    }

    private static boolean matches(Path part, HubFile file) throws IOException {
        var digest = digest(file);
        hash(part, digest);
        return isSum(file, digest);
    }

    private static boolean isSum(HubFile file, MessageDigest digest) {
        var expected = file.sha256() != null ? file.sha256() : file.blob();
        return HexFormat.of().formatHex(digest.digest()).equals(expected);
    }

    private static void requireSum(HubFile file, MessageDigest digest) throws WrongSum {
        if (!isSum(file, digest)) {
            throw new WrongSum(
                    "%s is not what the list says: its checksum is another".formatted(file.path()));
        }
    }

    /** From a folder: a USB stick, or another Keepsake's models. */
    void copyFrom(Path from, Model model, Watcher watcher) throws IOException {
        library.requireStillPresent();
        var source = offline(from, model);
        var known = record(source.resolve(Shelf.RECORD));
        List<HubFile> files;
        try (var found = Files.walk(source)) {
            files =
                    found.filter(Files::isRegularFile)
                            .map(source::relativize)
                            .map(Path::toString)
                            .filter(path -> path.equals("config.json") || path.contains("/"))
                            .filter(path -> !path.startsWith("."))
                            .sorted()
                            .map(
                                    path ->
                                            new HubFile(
                                                    path,
                                                    source.resolve(path).toFile().length(),
                                                    null,
                                                    null))
                            .toList();
        }
        var repository = new Hub.Repository(known == null ? "" : known.revision(), files);
        requireWhole(model, repository);
        var folder = shelf.arriving(model);
        remove(folder);
        long all = repository.size() + rounded(model, repository);
        long before = 0;
        var copied = new ArrayList<HubFile>();
        for (var file : files) {
            requireRoom(all - before);
            var to = folder.resolve("files").resolve(file.path());
            makeDirectories(parent(to));
            var expected = expected(known, file.path());
            var offset = before;
            copied.add(
                    copy(
                            source.resolve(file.path()),
                            to,
                            file,
                            expected,
                            (bytes, _) -> watcher.arrived(offset + bytes, repository.size())));
            before += file.size();
        }
        keep(
                model,
                folder,
                source.toString(),
                new Hub.Repository(repository.revision(), copied),
                watcher);
    }

    private static @Nullable Origin record(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Origin.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (JacksonException e) {
            throw new Hub.Refused("The file %s is no record of a model".formatted(file));
        }
    }

    private static Path offline(Path from, Model model) throws Hub.Refused {
        for (var name : List.of(model.task().wireName() + "/" + model.name(), model.name())) {
            if (Files.isDirectory(from.resolve(name))) {
                return from.resolve(name);
            }
        }
        throw new Hub.Refused("The folder %s holds no %s".formatted(from, model.name()));
    }

    private static @Nullable HubFile expected(@Nullable Origin known, String path) {
        return known == null
                ? null
                : known.files().stream()
                        .filter(file -> file.path().equals(path))
                        .findFirst()
                        .orElse(null);
    }

    private HubFile copy(
            Path from, Path to, HubFile file, @Nullable HubFile expected, Watcher watcher)
            throws IOException {
        var sum = digest(new HubFile(file.path(), file.size(), "", null));
        try (var in = Files.newInputStream(from);
                var out =
                        FileChannel.open(
                                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(in, out, sum, file, 0, 0, file.size(), watcher);
            out.force(true);
        }
        volume.syncDirectory(parent(to));
        if (expected != null && !matches(to, expected)) {
            throw new Hub.Refused(
                    "%s is not what %s says it is".formatted(file.path(), Shelf.RECORD));
        }
        return new HubFile(file.path(), file.size(), HexFormat.of().formatHex(sum.digest()), null);
    }

    /** Everything is there: from now on it is a model. */
    private void keep(
            Model model, Path folder, String from, Hub.Repository repository, Watcher watcher)
            throws IOException {
        var files = folder.resolve("files");
        write(
                files.resolve(Shelf.RECORD),
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsBytes(
                                new Origin(
                                        model.name(),
                                        from,
                                        repository.revision(),
                                        Instant.now().toString(),
                                        repository.files())));
        round(model, repository, files);
        watcher.arrived(repository.size(), repository.size());
        library.requireStillPresent();
        var place = shelf.folder(model);
        makeDirectories(parent(place));
        var former = folder.resolve("former");
        remove(former);
        if (Files.exists(place)) {
            volume.rename(place, former);
        }
        volume.rename(files, place);
        volume.syncDirectory(parent(place));
        remove(folder);
    }

    /** The form of 8 bits, which the worker tries; a model of which there is none works without. */
    private void round(Model model, Hub.Repository repository, Path files) throws IOException {
        if (model.task() != Task.CLIP) {
            return; // detectors and recognisers of faces convolve, which is no faster so
        }
        if (rounded(model, repository) > room()) {
            log.warn("There is no room for a form of {} in 8 bits: it works without", model.name());
            return;
        }
        for (var half : List.of("visual", "textual")) {
            try {
                Int8.quantise(files.resolve(half).resolve("model.onnx"));
            } catch (IOException e) {
                log.warn("The model {} has no form of 8 bits ({})", model.name(), half, e);
            }
        }
    }

    private void makeDirectories(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            makeDirectories(parent(folder));
            volume.makeDirectory(folder);
            volume.syncDirectory(parent(folder));
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + ".new");
        try (var to =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
                to.write(left);
            }
            to.force(true);
        }
        volume.rename(draft, file);
        volume.syncDirectory(parent(file));
    }

    private static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Another server may be at the same: what is gone is gone. */
    static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // as wanted
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e.getCause();
            }
            remove(folder);
        }
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    /** Lines of a household are cut, and come back. A sum that is wrong twice stays wrong. */
    private <T> T patiently(Attempt<T> attempt, Path growing) throws IOException {
        var wait = pause;
        long before = growing.toFile().length();
        for (int number = 1; ; number++) {
            try {
                return attempt.make();
            } catch (Hub.Refused | Cancelled e) {
                throw e;
            } catch (WrongSum e) {
                if (number >= 2) {
                    throw new Hub.Refused(String.valueOf(e.getMessage()));
                }
            } catch (IOException e) {
                if (growing.toFile().length() > before) {
                    before = growing.toFile().length();
                    number = 1;
                    wait = pause;
                } else if (number >= ATTEMPTS) {
                    throw e;
                }
            }
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancelled();
            }
            wait = wait.multipliedBy(2);
        }
    }

    /** Somebody wants it no more, or the server stops. */
    static final class Cancelled extends IOException {
        Cancelled() {
            super("cancelled");
        }
    }

    private static final class WrongSum extends IOException {
        WrongSum(String reason) {
            super(reason);
        }
    }
}
