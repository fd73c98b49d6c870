package app.keepsake.support;

import app.keepsake.storage.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk that keeps only what it was told to: {@link #cutPower} takes from the real folder all
 * bytes of files that were not synced, and all names in directories that were not. Any one sync can
 * be left out ({@link #skipSync}), to prove that a test notices.
 *
 * <p>It is stricter than a journaling file system, which keeps more than it promises.
 */
public final class DroppingVolume implements Volume {

    /** What a name stands for: a directory (durable names) or a file (durable bytes). */
    private static final class Node {
        final boolean isDirectory;
        final Map<String, Node> names = new HashMap<>();
        Map<String, Node> durableNames = Map.of();
        byte[] durableBytes = {};

        Node(boolean isDirectory) {
            this.isDirectory = isDirectory;
        }
    }

    private final Path root;
    private final Node rootNode;
    private final List<String> syncs = new ArrayList<>();
    private int skipped = -1;

    /** Takes over a folder; what lies in it now is durable. */
    public DroppingVolume(Path root) {
        this.root = root;
        try {
            rootNode = load(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The syncs so far, in order: "file" or a directory's name. */
    public synchronized List<String> syncs() {
        return List.copyOf(syncs);
    }

    /** Leaves out the nth sync from now on (0 is the next one). */
    public synchronized void skipSync(int number) {
        skipped = syncs.size() + number;
    }

    /** Loses all that is not durable, and goes on as after a restart. */
    public synchronized void cutPower() throws IOException {
        try (var all = Files.walk(root)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(root)) {
                    Files.delete(path);
                }
            }
        }
        restore(rootNode, root);
    }

    private void restore(Node node, Path path) throws IOException {
        node.names.clear();
        node.names.putAll(node.durableNames);
        for (var entry : new TreeMap<>(node.durableNames).entrySet()) {
            var child = path.resolve(entry.getKey());
            if (entry.getValue().isDirectory) {
                Files.createDirectory(child);
                restore(entry.getValue(), child);
            } else {
                Files.write(child, entry.getValue().durableBytes);
            }
        }
    }

    private static Node load(Path path) throws IOException {
        var node = new Node(Files.isDirectory(path));
        if (!node.isDirectory) {
            node.durableBytes = Files.readAllBytes(path);
            return node;
        }
        try (var children = Files.list(path)) {
            for (var child : children.toList()) {
                node.names.put(child.getFileName().toString(), load(child));
            }
        }
        node.durableNames = Map.copyOf(node.names);
        return node;
    }

    @Override
    public synchronized Sink create(Path file) throws IOException {
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var node = new Node(false);
        directory(file.getParent()).names.put(name(file), node);
        return new Sink() {
            private byte[] written = {};

            @Override
            public void write(ByteBuffer bytes) throws IOException {
                var more = new byte[bytes.remaining()];
                bytes.get(more);
                int length = written.length;
                written = Arrays.copyOf(written, length + more.length);
                System.arraycopy(more, 0, written, length, more.length);
                channel.write(ByteBuffer.wrap(more));
            }

            @Override
            public void sync() {
                if (counts("file")) {
                    node.durableBytes = written;
                }
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        var node = directory(from.getParent()).names.remove(name(from));
        if (node == null) {
            throw new NoSuchFileException(from.toString());
        }
        directory(to.getParent()).names.put(name(to), node);
    }

    @Override
    public synchronized void link(Path file, Path name) throws IOException {
        Files.createLink(name, file);
        var node = directory(file.getParent()).names.get(name(file));
        if (node == null) {
            throw new NoSuchFileException(file.toString());
        }
        directory(name.getParent()).names.put(name(name), node);
    }

    @Override
    public synchronized void makeDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Files.createDirectory(directory);
            directory(directory.getParent()).names.put(name(directory), new Node(true));
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (counts(name(directory))) {
            settle(directory);
        }
    }

    /** Makes a directory's names durable, as the kernel does on its own when it likes. */
    public synchronized void settle(Path directory) {
        var node = directory(directory);
        node.durableNames = Map.copyOf(node.names);
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            directory(file.getParent()).names.remove(name(file));
        }
    }

    @Override
    public synchronized void deleteDirectory(Path directory) throws IOException {
        try {
            if (Files.deleteIfExists(directory)) {
                directory(directory.getParent()).names.remove(name(directory));
            }
        } catch (DirectoryNotEmptyException e) {
            return;
        }
    }

    @Override
    public void setModified(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    @Override
    public Space space(Path directory) {
        return new Space(1L << 40, 1L << 40, 1L << 40);
    }

    private synchronized boolean counts(String what) {
        syncs.add(what);
        return syncs.size() - 1 != skipped;
    }

    /** The node of a directory; one that was made behind our back (by Files) is taken up. */
    private Node directory(@Nullable Path path) {
        if (path == null || path.equals(root)) {
            return rootNode;
        }
        return directory(path.getParent()).names.computeIfAbsent(name(path), _ -> new Node(true));
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
