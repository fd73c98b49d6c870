package app.keepsake.storage;

import app.keepsake.jobs.BackgroundTask;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/**
 * Removes the files that a transaction has named in {@code discarded_file}, once it is committed
 * and they are due: when woken, at the start and every hour. A file that is gone already is as good
 * as removed, so it may end anywhere and begin again (I4). One server at a time does it: who has
 * read of a file and is slow must not remove another one, which has got its name meanwhile.
 *
 * <p>In folders of the storage template names come again, so that a file there may be another one
 * than was discarded, if the database is older than the library: such files wait until missing
 * originals were looked for among them.
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

    /** Until it looks again, while another server is at it. */
    static final Duration NOT_MINE = Duration.ofSeconds(1);

    private final Library library;
    private final Volume volume;
    private final LibraryDisk disk;
    private final JdbcTemplate database;

    private volatile boolean isSwept;

    DiscardedFiles(Library library, Volume volume, LibraryDisk disk, JdbcTemplate database) {
        super("discarded-files");
        this.library = library;
        this.volume = volume;
        this.disk = disk;
        this.database = database;
    }

    /** From now on no missing original is among them. */
    public void swept() {
        if (!isSwept) {
            isSwept = true;
            wake();
        }
    }

    @Override
    protected Duration run() {
        return Objects.requireNonNull(
                database.execute(
                        (Connection connection) ->
                                runIfMine(
                                        JdbcClient.create(
                                                new SingleConnectionDataSource(
                                                        connection, true)))));
    }

    /**
     * @param jdbc has one connection for all, which has the lock: when it is lost, so is the lock,
     *     and no look at a file's row succeeds any more
     */
    private Duration runIfMine(JdbcClient jdbc) {
        if (!lock("pg_try_advisory_lock", jdbc)) {
            return NOT_MINE;
        }
        try {
            return removeAll(jdbc);
        } finally {
            lock("pg_advisory_unlock", jdbc);
        }
    }

    private static boolean lock(String function, JdbcClient jdbc) {
        return jdbc.sql("select %s(hashtext('keepsake.discarded-files'))".formatted(function))
                .query(Boolean.class)
                .single();
    }

    private Duration removeAll(JdbcClient jdbc) {
        var last = "";
        List<String> batch;
        while (!(batch = after(last, jdbc)).isEmpty()) {
            if (!library.isPresent()) {
                return WITHOUT_DISK;
            }
            last = batch.getLast();
            remove(batch, jdbc);
        }
        return untilNext(jdbc);
    }

    /** Until the next one is due; what could not be removed waits for an hour. */
    private static Duration untilNext(JdbcClient jdbc) {
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

    private void remove(List<String> batch, JdbcClient jdbc) {
        var done = new ArrayList<String>();
        var folders = new HashSet<Path>();
        var files = new ArrayList<Path>();
        for (var path : batch) {
            if (isNamed(path, jdbc)) {
                log.warn("{} was to be removed, but an asset has it: it stays", path);
                done.add(path);
            } else if (remove(path, folders)) {
                done.add(path);
                files.add(library.resolve(path));
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

    private List<String> after(String last, JdbcClient jdbc) {
        return jdbc.sql(
                        """
                        select path from discarded_file
                        where path > :last and remove_after <= now()
                            and (:isSwept or not starts_with(path, :templated))
                        order by path limit :batch
                        """)
                .param("last", last)
                .param("isSwept", isSwept)
                .param("templated", Library.TEMPLATED + "/")
                .param("batch", BATCH)
                .query(String.class)
                .list();
    }

    /** Asked just before each file goes: a batch takes a while. */
    private static boolean isNamed(String path, JdbcClient jdbc) {
        return jdbc.sql(
                        """
                        select exists (select from asset where original_path = :path)
                            or exists (select from asset where sidecar_path = :path)
                            or exists (select from asset_file where path = :path)
                            or exists (select from asset_move
                                where path in (:path, :owner))
                        """)
                .param("path", path)
                .param("owner", path.replaceFirst("\\.xmp$", ""))
                .query(Boolean.class)
                .single();
    }
}
