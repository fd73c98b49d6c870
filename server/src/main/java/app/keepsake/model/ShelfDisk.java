package app.keepsake.model;

import app.keepsake.onnx.Int8;
import app.keepsake.storage.Library;
import app.keepsake.storage.Reserve;
import app.keepsake.storage.Volume;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Puts models onto the shelf. All files of one arrive in a folder that nobody reads; it gets its
 * name in one step when everything is on disk.
 */
@Component
class ShelfDisk {

    private static final Logger log = LoggerFactory.getLogger(ShelfDisk.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long LARGEST_GRAPH = 16 << 20; // without its weights

    private final Shelf shelf;
    private final Library library;
    private final Volume volume;
    private final Reserve reserve;

    ShelfDisk(Shelf shelf, Library library, Volume volume, Reserve reserve) {
        this.shelf = shelf;
        this.library = library;
        this.volume = volume;
        this.reserve = reserve;
    }

    /**
     * The folder in which a model arrives.
     *
     * @throws app.keepsake.problem.Problem.Unavailable when the library's disk is away
     */
    Path arriving(Model model) {
        library.requireStillPresent();
        return shelf.arriving(model);
    }

    static void requireWhole(Model model, Hub.Repository repository) throws Hub.Refused {
        for (var needed : model.task().files()) {
            if (repository.files().stream().noneMatch(file -> file.path().equals(needed))) {
                throw new Hub.Refused("The repository lacks " + needed);
            }
        }
    }

    /** What a model takes in the end, with its form of 8 bits. */
    static long size(Model model, Hub.Repository repository) {
        return repository.size() + rounded(model, repository);
    }

    /** What the form of 8 bits takes: a quarter of the weights, and the graph itself once more. */
    private static long rounded(Model model, Hub.Repository repository) {
        return model.task() == Task.CLIP ? repository.size() / 4 + 2 * LARGEST_GRAPH : 0;
    }

    void requireRoom(long bytes) throws Hub.Refused {
        var room = reserve.room();
        if (bytes > room) {
            throw new Hub.Refused(
                    "The model needs %d MB more, and %d MB are free beside what is kept for photos"
                            .formatted(bytes / 1_000_000, Math.max(0, room) / 1_000_000));
        }
    }

    void makeDirectories(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            makeDirectories(parent(folder));
            volume.makeDirectory(folder);
            volume.syncDirectory(parent(folder));
        }
    }

    /** A small file, whole or not at all. */
    void write(Path file, byte[] bytes) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + ".new");
        volume.delete(draft);
        try (var sink = volume.create(draft)) {
            sink.write(ByteBuffer.wrap(bytes));
            sink.sync();
        }
        rename(draft, file);
    }

    void rename(Path from, Path to) throws IOException {
        volume.rename(from, to);
        syncName(to);
    }

    /** Makes a file's name durable. */
    void syncName(Path file) throws IOException {
        volume.syncDirectory(parent(file));
    }

    static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    /** Hears how many bytes of a file are there. */
    @FunctionalInterface
    interface Progress {
        void written(long bytes) throws IOException;
    }

    /**
     * Writes a file, durably, from where it is on, and adds what it writes to a sum.
     *
     * @throws WrongSum when it is longer than it should be
     */
    static void copy(
            InputStream from, FileChannel to, HubFile file, Checksum sum, Progress progress)
            throws IOException {
        long at = to.position();
        var buffer = new byte[1 << 16];
        for (int read; (read = from.read(buffer)) >= 0; ) {
            at += read;
            if (at > file.size()) {
                throw new WrongSum("%s is longer than the list says".formatted(file.path()));
            }
            sum.add(buffer, read);
            for (var bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining(); ) {
                to.write(bytes);
            }
            progress.written(at);
        }
        if (at < file.size()) {
            throw new IOException("the line was cut in the middle of " + file.path());
        }
        to.force(true);
    }

    /** Everything is there: from now on it is a model. */
    void keep(Model model, String from, Hub.Repository repository, Download.Watcher watcher)
            throws IOException {
        var folder = shelf.arriving(model);
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
        rename(files, place);
        remove(folder);
    }

    /** The form of 8 bits, which the worker tries; a model of which there is none works without. */
    private void round(Model model, Hub.Repository repository, Path files) throws IOException {
        if (model.task() != Task.CLIP) {
            return; // detectors and recognisers of faces convolve, which is no faster so
        }
        if (rounded(model, repository) > reserve.room()) {
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

    static final class WrongSum extends IOException {
        WrongSum(String reason) {
            super(reason);
        }
    }
}
