package app.keepsake.storage;

import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Where files arrive: {@code upload/.tmp/<one folder per server process>/}. A process holds a lock
 * in its folder while it lives, so that a starting server can tell what a dead one left behind from
 * what another is receiving, without guessing by age.
 */
@Component
class ArrivalFolder {

    private static final Logger log = LoggerFactory.getLogger(ArrivalFolder.class);
    private static final String LOCK = "lock";

    private final Path all;
    private final Path own;
    private @Nullable FileChannel lock;

    @Autowired
    ArrivalFolder(Library library) {
        this(library, "upload");
    }

    /**
     * @param folder of the library, on whose disk the files stay
     */
    ArrivalFolder(Library library, String folder) {
        all = library.root().resolve(folder).resolve(".tmp");
        own = all.resolve(UUID.randomUUID().toString());
    }

    /** A path for a new file. */
    Path newFile() throws IOException {
        open();
        return own.resolve(UUID.randomUUID().toString());
    }

    private synchronized void open() throws IOException {
        if (lock != null && Files.exists(own.resolve(LOCK))) {
            return;
        }
        close();
        Files.createDirectories(own);
        var channel =
                FileChannel.open(
                        own.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        lock = channel;
        if (!Files.exists(own.resolve(LOCK))) {
            open(); // a starting server took the folder for a dead one's before it was locked
        }
    }

    /**
     * Removes what processes that are no more left behind, and returns how many files that were.
     */
    int removeStale() throws IOException {
        int removed = 0;
        if (!Files.isDirectory(all)) {
            return removed;
        }
        try (var folders = Files.newDirectoryStream(all)) {
            for (var folder : folders) {
                if (!folder.equals(own) && Files.isDirectory(folder)) {
                    removed += removeIfDead(folder);
                }
            }
        }
        return removed;
    }

    private static int removeIfDead(Path folder) throws IOException {
        int removed = 0;
        try (var channel =
                        FileChannel.open(
                                folder.resolve(LOCK),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock dead = channel.tryLock()) {
            if (dead == null) {
                return removed;
            }
            try (var files = Files.newDirectoryStream(folder)) {
                for (var file : files) {
                    if (!file.endsWith(LOCK)) {
                        Files.delete(file);
                        removed++;
                    }
                }
            }
            Files.delete(folder.resolve(LOCK));
            Files.delete(folder);
        } catch (OverlappingFileLockException e) {
            return removed; // another server in this very process
        }
        return removed;
    }

    @PreDestroy
    synchronized void close() {
        var channel = lock;
        lock = null;
        if (channel == null) {
            return;
        }
        try (channel) {
            Files.deleteIfExists(own.resolve(LOCK));
            Files.deleteIfExists(own);
        } catch (IOException e) {
            log.debug("{} stays until the next start", own, e);
        }
    }
}
