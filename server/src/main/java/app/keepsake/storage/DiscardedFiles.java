package app.keepsake.storage;

import app.keepsake.jobs.BackgroundTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes the files that a transaction has named in {@code discarded_file}, once it is committed
 * and they are due: when woken, at the start and every hour. A file that is gone already is as good
 * as removed, so it may end anywhere and begin again, on several servers too (I4).
 *
 * <p>Nothing is removed, or taken for gone, while the library's disk is missing, and never a file
 * that a row names (I2).
 */
@Component
public class DiscardedFiles extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(DiscardedFiles.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WITHOUT_DISK = Duration.ofMinutes(1);
    private static final int BATCH = 500;

    private record Discarded(String path, boolean isNamed) {}

    private final Library library;
    private final Volume volume;
    private final LibraryDisk disk;
    private final JdbcClient jdbc;

    DiscardedFiles(Library library, Volume volume, LibraryDisk disk, JdbcClient jdbc) {
        super("discarded-files");
        this.library = library;
        this.volume = volume;
        this.disk = disk;
        this.jdbc = jdbc;
    }

    @Override
    protected Duration run() {
        var last = "";
        List<Discarded> batch;
        while (!(batch = after(last)).isEmpty()) {
            if (!library.isPresent()) {
                return WITHOUT_DISK;
            }
            last = batch.getLast().path();
            remove(batch);
        }
        return untilNext();
    }

    /** Until the next one is due; what could not be removed waits for an hour. */
    private Duration untilNext() {
        return jdbc.sql(
                        """
                        select extract(epoch from min(remove_after) - now()) from discarded_file
                        where remove_after > now()
                        """)
                .query(Double.class)
                .optional()
                .map(seconds -> Duration.ofMillis(Math.max(1000, (long) (seconds * 1000))))
                .filter(wait -> wait.compareTo(HOUR) < 0)
                .orElse(HOUR);
    }

    private void remove(List<Discarded> batch) {
        var done = new ArrayList<String>();
        var folders = new HashSet<Path>();
        var files = new ArrayList<Path>();
        for (var discarded : batch) {
            if (discarded.isNamed()) {
                log.warn("{} was to be removed, but an asset has it: it stays", discarded.path());
                done.add(discarded.path());
            } else if (remove(discarded.path(), folders)) {
                done.add(discarded.path());
                files.add(library.resolve(discarded.path()));
            }
        }
        folders.forEach(disk::syncDirectory);
        files.forEach(this::removeEmptyDirectories);
        library.requireStillPresent(); // or all that was looked for may be on the disk that went
        jdbc.sql("delete from discarded_file where path = any(:paths)")
                .param("paths", done.toArray(String[]::new))
                .update();
    }

    private boolean remove(String path, HashSet<Path> folders) {
        var file = library.resolve(path);
        try {
            if (volume.size(file) >= 0) {
                volume.delete(file);
                folders.add(file.getParent());
            }
            return true;
        } catch (IOException e) {
            log.warn("Cannot remove {}; it is tried again in an hour", file, e);
            return false;
        }
    }

    private void removeEmptyDirectories(Path file) {
        try {
            disk.removeEmptyDirectories(file);
        } catch (IOException e) {
            log.debug("The folder of {} stays", file, e);
        }
    }

    private List<Discarded> after(String last) {
        return jdbc.sql(
                        """
                        select path, exists (select from asset where original_path = d.path)
                            or exists (select from asset where sidecar_path = d.path)
                            or exists (select from asset_file f where f.path = d.path)
                            or exists (select from asset_move m
                                where d.path in (m.path, m.path || '.xmp')) as is_named
                        from discarded_file d
                        where path > :last and remove_after <= now() order by path limit :batch
                        """)
                .param("last", last)
                .param("batch", BATCH)
                .query(Discarded.class)
                .list();
    }
}
