package app.keepsake.upload;

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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Puts right, after each start, what a crash may have left: temp files of dead processes go, files
 * that no row names are put aside in {@code quarantine/} (never deleted), rows whose original is
 * missing are flagged offline, and flagged ones whose original is back are cleared.
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

    private record Original(UUID id, String path, long size, String checksum, boolean isOffline) {}

    private final Library library;
    private final Originals originals;
    private final JdbcClient jdbc;
    private final Duration grace;

    /**
     * @param grace how long a file without a row may yet get one from an upload that is between its
     *     rename and its commit, in this server or another
     */
    Sweep(
            Library library,
            Originals originals,
            JdbcClient jdbc,
            @Value("${keepsake.sweep-grace:1m}") Duration grace) {
        this.library = library;
        this.originals = originals;
        this.jdbc = jdbc;
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
        var strays = strays();
        int quarantined = 0;
        if (!strays.isEmpty()) {
            Thread.sleep(grace);
            for (int from = 0; from < strays.size(); from += BATCH) {
                var batch = strays.subList(from, Math.min(from + BATCH, strays.size()));
                for (var path : unnamed(batch)) {
                    library.requirePresent();
                    if (!originals.quarantine(path)) {
                        continue;
                    }
                    if (unnamed(List.of(path)).isEmpty()) {
                        originals.takeBack(path); // its row was committed just now
                    } else {
                        log.warn("{} belongs to no asset; it is in quarantine/ now", path);
                        quarantined++;
                    }
                }
            }
        }
        var flags = flagMissing();
        return new Report(tempFiles, quarantined, flags[0], flags[1]);
    }

    /** Files where originals stand that no row names, as stored paths. */
    private List<String> strays() throws IOException {
        var strays = new ArrayList<String>();
        for (var folder : List.of("upload", Library.TEMPLATED)) {
            collectStrays(library.root().resolve(folder), strays);
        }
        return strays;
    }

    private void collectStrays(Path folder, List<String> strays) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    private final List<String> batch = new ArrayList<>();

                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return directory.endsWith(".tmp")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        batch.add(library.relative(file));
                        if (batch.size() == BATCH) {
                            drain();
                        }
                        return strays.size() < MAX_STRAYS
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.TERMINATE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        log.warn("Cannot look at {}", file, e);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) {
                        if (directory.equals(folder)) {
                            drain();
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    private void drain() {
                        strays.addAll(unnamed(batch));
                        batch.clear();
                    }
                });
    }

    /** Those of the paths that are no original's, no sidecar's, and not about to be removed. */
    private List<String> unnamed(List<String> paths) {
        if (paths.isEmpty()) {
            return List.of();
        }
        var owners = paths.stream().map(Sweep::originalOf).toArray(String[]::new);
        var named = new HashSet<String>();
        jdbc.sql(
                        """
                        select original_path, null as sidecar_path from asset
                        where original_path = any(:paths)
                        union all
                        select null, sidecar_path from asset where sidecar_path = any(:paths)
                        union all
                        select path, path || '.xmp' from asset_move
                        where path = any(:paths) or path = any(:owners)
                        union all
                        select path, null from discarded_file where path = any(:paths)
                        """)
                .param("paths", paths.toArray(String[]::new))
                .param("owners", owners)
                .query(
                        row -> {
                            named.add(row.getString("original_path"));
                            named.add(row.getString("sidecar_path"));
                        });
        return paths.stream().filter(path -> !named.contains(path)).toList();
    }

    private static String originalOf(String path) {
        return path.endsWith(".xmp") ? path.substring(0, path.length() - 4) : path;
    }

    /** Compares rows with the disk; returns how many are missing, and how many are back. */
    private int[] flagMissing() throws IOException {
        int missing = 0;
        int back = 0;
        var last = new UUID(0, 0);
        List<Original> batch;
        while (!(batch = originalsAfter(last)).isEmpty()) {
            last = batch.getLast().id();
            for (var original : batch) {
                boolean isThere =
                        originals.holds(original.path(), original.size()) || isBack(original);
                if (!isThere && missing++ < MAX_LOGGED) {
                    log.error(
                            "The original of asset {} is missing or cut short: {}",
                            original.id(),
                            original.path());
                }
                if (isThere == original.isOffline()) {
                    // Again, in case the disk went away between the two looks.
                    library.requireStillPresent();
                    setOffline(original, !isThere);
                    back += isThere ? 1 : 0;
                }
            }
        }
        return new int[] {missing, back};
    }

    private boolean isBack(Original original) throws IOException {
        var checksum = HexFormat.of().parseHex(original.checksum());
        return originals.release(original.path(), original.size(), checksum);
    }

    private List<Original> originalsAfter(UUID last) {
        return jdbc.sql(
                        """
                        select id, original_path as path, size_in_bytes as size,
                            encode(checksum, 'hex') as checksum, is_offline
                        from asset where library_id is null and id > :last order by id limit :batch
                        """)
                .param("last", last)
                .param("batch", BATCH)
                .query(Original.class)
                .list();
    }

    /** One that was moved meanwhile was looked for in vain where it stood. */
    private void setOffline(Original original, boolean isOffline) {
        jdbc.sql(
                        """
                        update asset set is_offline = :isOffline, updated_at = now()
                        where id = :id and original_path = :path
                        """)
                .param("id", original.id())
                .param("path", original.path())
                .param("isOffline", isOffline)
                .update();
    }
}
