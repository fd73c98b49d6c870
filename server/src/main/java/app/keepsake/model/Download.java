package app.keepsake.model;

import app.keepsake.model.ShelfDisk.WrongSum;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings models from the hub, each file held against its checksum. It may end anywhere, and goes on
 * from there (I4).
 */
final class Download {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ATTEMPTS = 6;

    /** Hears how far it is; what it throws ends the download. */
    interface Watcher {
        void arrived(long bytes, long all) throws IOException;

        /** All files are of this commit, also of those that arrive after a restart. */
        default void pinned(String revision) {}

        /** Waits for a line that was cut to come back. */
        default void pause(Duration time) throws IOException {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancelled();
            }
        }
    }

    /** Somebody wants it no more, or the server stops. */
    static final class Cancelled extends IOException {
        Cancelled() {
            super("cancelled");
        }
    }

    private final Hub hub;
    private final ShelfDisk disk;
    private final Duration pause;

    /**
     * @param pause before the second try of what failed; before each further one twice as long
     */
    Download(Hub hub, ShelfDisk disk, Duration pause) {
        this.hub = hub;
        this.disk = disk;
        this.pause = pause;
    }

    /**
     * Downloads a model onto the shelf.
     *
     * @param revision to be taken; null is the newest
     */
    void run(Model model, @Nullable String revision, Watcher watcher) throws IOException {
        var folder = disk.arriving(model);
        var repository = begun(folder, revision);
        if (repository == null) {
            repository = patiently(() -> hub.list(model.repository(), revision), folder, watcher);
            ShelfDisk.requireWhole(model, repository);
            ShelfDisk.remove(folder);
            disk.makeDirectories(folder);
            disk.write(folder.resolve("list.json"), JSON.writeValueAsBytes(repository));
        }
        watcher.pinned(repository.revision());
        long all = ShelfDisk.size(model, repository);
        long size = repository.size();
        long before = 0;
        for (var file : repository.files()) {
            disk.requireRoom(all - Shelf.bytes(folder)); // others write meanwhile
            var offset = before;
            var arriving = new ArrivingFile(model, repository.revision(), file, folder);
            fetch(arriving, watcher, bytes -> watcher.arrived(offset + bytes, size));
            before += file.size();
        }
        disk.keep(model, hub.base().toString(), repository, watcher);
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

    /**
     * @param folder that of the whole model
     */
    private record ArrivingFile(Model model, String revision, HubFile file, Path folder) {

        Path whole() {
            return folder.resolve("files").resolve(file.path());
        }

        /** As far as it is there. */
        Path part() {
            return folder.resolve("part");
        }

        Path partOf() {
            return folder.resolve("part.json");
        }
    }

    private void fetch(ArrivingFile arriving, Watcher watcher, ShelfDisk.Progress progress)
            throws IOException {
        var whole = arriving.whole();
        var size = arriving.file.size();
        if (Files.exists(whole) && Files.size(whole) == size) {
            progress.written(size);
            return; // it has this name since its sum was right
        }
        disk.makeDirectories(ShelfDisk.parent(whole));
        patiently(
                () -> {
                    receive(arriving, progress);
                    return whole;
                },
                arriving.part(),
                watcher);
        disk.rename(arriving.part(), whole);
    }

    /** What the half of a file belongs to. */
    private record Part(String path, @Nullable String tag) {}

    private void receive(ArrivingFile arriving, ShelfDisk.Progress progress) throws IOException {
        var file = arriving.file;
        var part = arriving.part();
        var known = known(arriving.partOf());
        var isBegun = known != null && known.path.equals(file.path()) && Files.exists(part);
        long there = isBegun ? Files.size(part) : 0;
        if (there == file.size() && there > 0 && isWhole(part, file)) {
            sync(part);
            return;
        }
        var isHalf = there > 0 && there < file.size();
        try (var body =
                hub.open(
                        arriving.model.repository(),
                        arriving.revision,
                        file.path(),
                        isHalf ? there : 0,
                        isHalf && known != null ? known.tag : null)) {
            disk.write(
                    arriving.partOf(), JSON.writeValueAsBytes(new Part(file.path(), body.tag())));
            var sum = Checksum.of(file);
            try (var to =
                    FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                to.truncate(body.from());
                sum.add(part);
                to.position(body.from());
                ShelfDisk.copy(body.bytes(), to, file, sum, progress);
            }
            if (!sum.isOf(file)) {
                throw new WrongSum(
                        "%s is not what the list says: its checksum is another"
                                .formatted(file.path()));
            }
        } catch (WrongSum e) {
            Files.deleteIfExists(part);
            throw e;
        }
    }

    private static @Nullable Part known(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Part.class);
        } catch (NoSuchFileException | JacksonException e) {
            return null;
        }
    }

    private static boolean isWhole(Path part, HubFile file) throws IOException {
        var sum = Checksum.of(file);
        sum.add(part);
        return sum.isOf(file);
    }

    private static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    /** Lines of a household are cut, and come back. A sum that is wrong twice stays wrong. */
    private <T> T patiently(Attempt<T> attempt, Path growing, Watcher watcher) throws IOException {
        var wait = pause;
        long before = growing.toFile().length();
        var isWrong = false;
        for (int number = 1; ; number++) {
            try {
                return attempt.make();
            } catch (Hub.Refused | Cancelled e) {
                throw e;
            } catch (WrongSum e) {
                if (isWrong) {
                    throw new Hub.Refused(String.valueOf(e.getMessage()));
                }
                isWrong = true;
                before = growing.toFile().length();
            } catch (IOException e) {
                if (growing.toFile().length() > before) {
                    before = growing.toFile().length();
                    number = 1;
                    wait = pause;
                } else if (number >= ATTEMPTS) {
                    throw e;
                }
            }
            watcher.pause(wait);
            wait = wait.multipliedBy(2);
        }
    }
}
