package app.keepsake.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Models that somebody brought in a folder: on a USB stick, or another Keepsake's. */
final class OfflineFolder {

    private final ShelfDisk disk;
    private final Path root;

    OfflineFolder(ShelfDisk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    /** Copies a model onto the shelf, from the beginning, whatever was there of it. */
    void copy(Model model, Download.Watcher watcher) throws IOException {
        var folder = disk.arriving(model);
        var source = source(model);
        var known = record(source.resolve(Shelf.RECORD));
        var repository = new Hub.Repository(known == null ? "" : known.revision(), files(source));
        ShelfDisk.requireWhole(model, repository);
        ShelfDisk.remove(folder);
        long all = ShelfDisk.size(model, repository);
        long before = 0;
        var copied = new ArrayList<HubFile>();
        for (var file : repository.files()) {
            disk.requireRoom(all - before);
            var to = folder.resolve("files").resolve(file.path());
            var offset = before;
            copied.add(
                    copy(
                            source.resolve(file.path()),
                            to,
                            file,
                            expected(known, file.path()),
                            bytes -> watcher.arrived(offset + bytes, repository.size())));
            before += file.size();
        }
        disk.keep(
                model,
                source.toString(),
                new Hub.Repository(repository.revision(), copied),
                watcher);
    }

    private Path source(Model model) throws Hub.Refused {
        for (var name : List.of(model.task().wireName() + "/" + model.name(), model.name())) {
            if (Files.isDirectory(root.resolve(name))) {
                return root.resolve(name);
            }
        }
        throw new Hub.Refused("The folder %s holds no %s".formatted(root, model.name()));
    }

    private static @Nullable Origin record(Path file) throws IOException {
        try {
            return JsonMapper.shared().readValue(Files.readAllBytes(file), Origin.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (JacksonException e) {
            throw new Hub.Refused("The file %s is no record of a model".formatted(file));
        }
    }

    private static List<HubFile> files(Path source) throws IOException {
        try (var found = Files.walk(source)) {
            return found.filter(Files::isRegularFile)
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
            Path from,
            Path to,
            HubFile file,
            @Nullable HubFile expected,
            ShelfDisk.Progress progress)
            throws IOException {
        disk.makeDirectories(ShelfDisk.parent(to));
        var sum = Checksum.sha256();
        try (var in = Files.newInputStream(from);
                var out =
                        FileChannel.open(
                                to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ShelfDisk.copy(in, out, file, sum, progress);
        }
        disk.syncName(to);
        var copied = new HubFile(file.path(), file.size(), sum.hex(), null);
        if (expected != null && !isSame(copied, expected, to)) {
            throw new Hub.Refused(
                    "%s is not what %s says it is".formatted(file.path(), Shelf.RECORD));
        }
        return copied;
    }

    /** Of a small file the record may have git's sum alone. */
    private static boolean isSame(HubFile copied, HubFile expected, Path file) throws IOException {
        if (expected.sha256() != null) {
            return expected.sha256().equals(copied.sha256());
        }
        var sum = Checksum.of(expected);
        sum.add(file);
        return sum.isOf(expected);
    }
}
