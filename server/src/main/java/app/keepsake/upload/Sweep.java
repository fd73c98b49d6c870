package app.keepsake.upload;

import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Puts right, after each start, what a crash may have left: temp files of dead processes go, files
 * that no row names are put aside in {@code quarantine/} (never deleted), unless they are what a
 * row misses; rows whose original is missing are flagged offline, and flagged ones whose original
 * is back are cleared.
 *
 * <p>It runs once, beside the server, with a batch of names in memory (I7), and stops at once when
 * the library's disk goes missing (I2).
 */
@Component
public class Sweep {

    /** What a sweep did. */
    public record Report(int tempFiles, int quarantined, int missing, int found) {}

    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final int BATCH = 500;

    /** More strays than this wait for the next start; a crash leaves a handful. */
    private static final int MAX_STRAYS = 100_000;

    private static final int MAX_LOGGED = 20;

    private final Library library;
    private final Originals originals;
    private final SweepRows rows;
    private final DiscardedFiles discardedFiles;
    private final Duration grace;

    /**
     * @param grace how long a file without a row may yet get one from an upload that is between its
     *     rename and its commit, in this server or another
     */
    Sweep(
            Library library,
            Originals originals,
            SweepRows rows,
            DiscardedFiles discardedFiles,
            @Value("${keepsake.sweep-grace:1m}") Duration grace) {
        this.library = library;
        this.originals = originals;
        this.rows = rows;
        this.discardedFiles = discardedFiles;
        this.grace = grace;
    }

    @EventListener(ApplicationReadyEvent.class)
    void startInBackground() {
        Thread.ofPlatform()
                .daemon()
                .name("sweep")
                .priority(Thread.MIN_PRIORITY)
                .start(this::tryRun);
    }

    private void tryRun() {
        try {
            if (!library.isPresent()) {
                return; // said at start; the sweep waits for the next one
            }
            var report = run();
            log.info("Swept the library: {}", report);
        } catch (IOException | RuntimeException e) {
            log.warn("The library could not be swept to its end; the next start tries again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Report run() throws IOException, InterruptedException {
        library.requirePresent();
        int tempFiles = originals.removeStaleArrivals();
        var lost = LostOriginals.find(originals, rows);
        int found = lost.isEmpty() ? 0 : bringBack(lost) + claim(lost);
        discardedFiles.swept();
        int quarantined = quarantine();
        var flags = flagMissing();
        return new Report(tempFiles, quarantined, flags[0], found + flags[1]);
    }

    /** What is in quarantine may be missing by now: the database is an older one, say. */
    private int bringBack(LostOriginals lost) throws IOException {
        var found = new AtomicInteger();
        walk(
                "quarantine",
                paths -> {
                    for (var path : paths) {
                        library.requirePresent();
                        found.addAndGet(lost.bringBack(path) ? 1 : 0);
                    }
                    return true;
                });
        return found.get();
    }

    /**
     * Also among files that are to get a row or to go: that may be of another time. Again, as long
     * as some are found: the name that one had by its row may have been another's.
     */
    private int claim(LostOriginals lost) throws IOException, InterruptedException {
        int found = 0;
        int more;
        do {
            var strays = strays(paths -> lost.among(rows.ofNoAsset(paths)));
            more = 0;
            if (!strays.isEmpty()) {
                Thread.sleep(grace);
                for (var path : strays) {
                    library.requirePresent();
                    more += lost.claim(path) ? 1 : 0;
                }
            }
            found += more;
        } while (more > 0);
        return found;
    }

    private int quarantine() throws IOException, InterruptedException {
        int quarantined = 0;
        var strays = strays(rows::unnamed);
        if (!strays.isEmpty()) {
            Thread.sleep(grace);
        }
        for (int from = 0; from < strays.size(); from += BATCH) {
            var batch = strays.subList(from, Math.min(from + BATCH, strays.size()));
            for (var path : rows.unnamed(batch)) {
                library.requirePresent();
                if (!originals.quarantine(path)) {
                    continue;
                }
                if (rows.unnamed(List.of(path)).isEmpty()) {
                    originals.takeBack(path); // its row was committed just now
                } else {
                    log.warn("{} belongs to no asset; it is in quarantine/ now", path);
                    quarantined++;
                }
            }
        }
        return quarantined;
    }

    private interface Filter {
        List<String> of(List<String> paths) throws IOException;
    }

    /** Files where originals stand that no row names, as stored paths. */
    private List<String> strays(Filter filter) throws IOException {
        var strays = new ArrayList<String>();
        for (var folder : List.of("upload", Library.TEMPLATED)) {
            walk(
                    folder,
                    paths -> {
                        strays.addAll(filter.of(paths));
                        return strays.size() < MAX_STRAYS;
                    });
        }
        return strays;
    }

    private interface Visitor {
        /** Returns whether it wants more. */
        boolean visit(List<String> paths) throws IOException;
    }

    /** A batch at a time. */
    private void walk(String name, Visitor visitor) throws IOException {
        var folder = library.root().resolve(name);
        if (!Files.isDirectory(folder)) {
            return;
        }
        var batch = new ArrayList<String>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {

                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return directory.endsWith(".tmp")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        batch.add(library.relative(file));
                        if (batch.size() < BATCH) {
                            return FileVisitResult.CONTINUE;
                        }
                        var wantsMore = visitor.visit(batch);
                        batch.clear();
                        return wantsMore ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        log.warn("Cannot look at {}", file, e);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        visitor.visit(batch);
    }

    static String originalOf(String path) {
        return path.endsWith(".xmp") ? path.substring(0, path.length() - 4) : path;
    }

    /** Compares rows with the disk; returns how many are missing, and how many are back. */
    private int[] flagMissing() throws IOException {
        int missing = 0;
        int back = 0;
        var batch = rows.after(new UUID(0, 0), BATCH);
        while (!batch.isEmpty()) {
            for (var original : batch) {
                boolean isThere = originals.holds(original.path(), original.size());
                if (!isThere && missing++ < MAX_LOGGED) {
                    log.error(
                            "The original of asset {} is missing or cut short: {}",
                            original.id(),
                            original.path());
                }
                if (isThere == original.isOffline()) {
                    // Again, in case the disk went away between the two looks.
                    library.requireStillPresent();
                    rows.setOffline(original, !isThere);
                    back += isThere ? 1 : 0;
                }
            }
            batch = rows.after(batch.getLast().id(), BATCH);
        }
        return new int[] {missing, back};
    }
}
