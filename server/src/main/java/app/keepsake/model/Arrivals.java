package app.keepsake.model;

import app.keepsake.jobs.BackgroundTask;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/**
 * Downloads what administrators want, one model after the other, by one server of several. What
 * they want stands in the database: a server that starts goes on where another has ended.
 */
@Component
class Arrivals extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long BEAT_NANOS = 500_000_000;

    /**
     * What is wanted of a model.
     *
     * @param problem why it ended; null while it goes on
     * @param revision the commit that all files are of; null until the hub has said the newest
     */
    record Wanted(
            String model,
            long arrived,
            long total,
            @Nullable String problem,
            @Nullable String revision) {}

    private final JdbcTemplate database;
    private final JdbcClient jdbc;
    private final ModelSettings settings;
    private final Shelf shelf;
    private final Choice choice;
    private final Library library;
    private final ShelfDisk disk;
    private final Download download;
    private volatile boolean stopping;
    private volatile boolean isTidy;

    Arrivals(
            JdbcTemplate database,
            ModelSettings settings,
            Shelf shelf,
            Choice choice,
            Library library,
            ShelfDisk disk) {
        super("model-downloads");
        this.database = database;
        this.jdbc = JdbcClient.create(database);
        this.library = library;
        this.settings = settings;
        this.shelf = shelf;
        this.choice = choice;
        this.disk = disk;
        this.download = new Download(new Hub(settings.modelMirror()), disk, Duration.ofSeconds(1));
    }

    List<Wanted> all() {
        return jdbc.sql("select model, arrived, total, problem, revision from model_download")
                .query(Wanted.class)
                .list();
    }

    /** A model in use is mended with the files of its commit, by which its vectors were made. */
    void want(Model model) {
        jdbc.sql(
                        """
                        insert into model_download (model, revision)
                        values (:model, (select max(revision) from ml_model where model = :model))
                        on conflict (model) do update set problem = null, wanted_at = now()
                            where model_download.problem is not null
                        """)
                .param("model", model.name())
                .update();
        wake();
    }

    /** What has arrived is thrown away with it: here, or by whoever is at it and notices. */
    void cancel(Model model) {
        jdbc.sql("delete from model_download where model = ?").param(model.name()).update();
        if (!inTurn(model, _ -> discard(model))) {
            isTidy = false; // unless it was just ending
            wake();
        }
    }

    @Override
    public void stop() {
        stopping = true;
        super.stop();
    }

    @Override
    protected Duration run() {
        if (!isTidy && library.isPresent()) {
            isTidy = true;
            tidyUp();
        }
        boolean wasAny = true;
        while (wasAny && !stopping) { // what is left then, other servers are at
            wasAny = due().stream().anyMatch(model -> inTurn(model, held -> run(model, held)));
        }
        return MINUTE;
    }

    /** What a server left that ended while it threw something away. */
    private void tidyUp() {
        if (!Files.isDirectory(shelf.arriving())) {
            return;
        }
        try (var folders = Files.list(shelf.arriving())) {
            for (var folder : folders.toList()) {
                Catalogue.all().stream()
                        .filter(model -> shelf.arriving(model).equals(folder))
                        .findFirst()
                        .ifPresentOrElse(
                                model -> inTurn(model, _ -> discardUnwanted(model)),
                                () -> discard(folder));
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("What is left over in {} cannot be removed", shelf.arriving(), e);
        }
    }

    private void discardUnwanted(Model model) {
        if (all().stream().noneMatch(wanted -> wanted.model().equals(model.name()))) {
            discard(model);
        }
    }

    private List<Model> due() {
        return jdbc
                .sql("select model from model_download where problem is null order by wanted_at")
                .query(String.class)
                .list()
                .stream()
                .flatMap(name -> Catalogue.find(name).stream())
                .toList();
    }

    /** What is done with one connection, which has the lock: when it is lost, so is the lock. */
    @FunctionalInterface
    private interface Turn {
        void take(JdbcClient holder);
    }

    /**
     * Does something that two servers must not do at once.
     *
     * @return whether no other server was at it
     */
    private boolean inTurn(Model model, Turn turn) {
        return Boolean.TRUE.equals(
                database.execute(
                        (Connection connection) -> {
                            var holder =
                                    JdbcClient.create(
                                            new SingleConnectionDataSource(connection, true));
                            if (!lock("pg_try_advisory_lock", model, holder)) {
                                return false;
                            }
                            try {
                                turn.take(holder);
                            } finally {
                                lock("pg_advisory_unlock", model, holder);
                            }
                            return true;
                        }));
    }

    private static boolean lock(String function, Model model, JdbcClient holder) {
        return holder.sql(
                        "select %s(hashtextextended('keepsake.model-download ' || ?, 0))"
                                .formatted(function))
                .param(model.name())
                .query(Boolean.class)
                .single();
    }

    private void run(Model model, JdbcClient holder) {
        var wanted =
                all().stream()
                        .filter(it -> it.model().equals(model.name()) && it.problem() == null)
                        .findFirst();
        if (wanted.isEmpty()) {
            return; // another server has just ended
        }
        try {
            if (!shelf.has(model)) { // or one died when all was done
                fetch(model, wanted.get().revision(), new Beats(model, holder));
            }
            arrived(model);
        } catch (Download.Cancelled e) {
            if (!stopping) {
                discardUnwanted(model);
            }
        } catch (DataAccessException e) {
            throw e; // the database is away: what is wanted stands in it
        } catch (Problem.Unavailable e) {
            failed(model, e.reason()); // the library's disk is away
        } catch (IOException e) {
            log.warn("The model {} was not downloaded", model.name(), e);
            failed(model, reason(e));
        } catch (UncheckedIOException e) {
            log.warn("The model {} was not downloaded", model.name(), e);
            failed(model, reason(Objects.requireNonNull(e.getCause())));
        } catch (RuntimeException e) {
            log.error("The model {} was not downloaded", model.name(), e);
            failed(model, "It cannot be taken as it is (%s): see the server's log".formatted(e));
        }
    }

    private void fetch(Model model, @Nullable String revision, Beats watcher) throws IOException {
        log.info("Downloading the model {}", model.name());
        var folder = settings.modelFolder();
        if (folder != null) {
            new OfflineFolder(disk, folder).copy(model, watcher);
        } else {
            download.run(model, revision, watcher);
        }
    }

    private void arrived(Model model) {
        discard(model);
        // Its forms are measured anew, which may not be those of before; while it is in use its
        // vectors are of the form that was found faster once, and the next ones must be.
        jdbc.sql(
                        """
                        delete from model_timing where model = :model
                            and not exists (select from ml_model where model = :model)
                        """)
                .param("model", model.name())
                .update();
        jdbc.sql("delete from model_download where model = ?").param(model.name()).update();
        log.info("The model {} is there", model.name());
        choice.wake();
    }

    /** Of what Java says of a host that does not answer, a person learns its name only. */
    private static String reason(IOException e) {
        return switch (e) {
            case Hub.Refused refused -> String.valueOf(refused.getMessage());
            case java.net.UnknownHostException unknown ->
                    "The server finds no way to %s: is there a network? docs/models.md tells how to do without"
                            .formatted(unknown.getMessage());
            case FileSystemException file ->
                    "A file cannot be read or written: %s".formatted(file.getMessage());
            default ->
                    "The line did not hold (%s); what has arrived is kept, try again"
                            .formatted(
                                    e.getMessage() == null
                                            ? e.getClass().getSimpleName()
                                            : e.getMessage());
        };
    }

    private void failed(Model model, String reason) {
        jdbc.sql("update model_download set problem = ? where model = ?")
                .params(reason.substring(0, Math.min(reason.length(), 500)), model.name())
                .update();
    }

    private void discard(Model model) {
        discard(shelf.arriving(model));
    }

    private void discard(Path folder) {
        if (!library.isPresent()) {
            return;
        }
        try {
            ShelfDisk.remove(folder);
        } catch (IOException e) {
            log.warn("{} is left over", folder, e);
        }
    }

    /** Tells the database how far it is, and hears from it that nobody wants it any more. */
    private final class Beats implements Download.Watcher {
        private final Model model;
        private final JdbcClient holder;
        private long last = System.nanoTime() - BEAT_NANOS;

        Beats(Model model, JdbcClient holder) {
            this.model = model;
            this.holder = holder;
        }

        @Override
        public void arrived(long bytes, long all) throws IOException {
            if (stopping) {
                throw new Download.Cancelled();
            }
            if (System.nanoTime() - last < BEAT_NANOS) {
                return;
            }
            last = System.nanoTime();
            var isWanted =
                    holder.sql("update model_download set arrived = ?, total = ? where model = ?")
                            .params(bytes, all, model.name())
                            .update();
            if (isWanted == 0) {
                throw new Download.Cancelled();
            }
        }

        /** Somebody may lose patience sooner. */
        @Override
        public void pause(Duration time) throws IOException {
            var end = System.nanoTime() + time.toNanos();
            for (long left; (left = end - System.nanoTime()) > 0; ) {
                Download.Watcher.super.pause(Duration.ofNanos(Math.min(left, BEAT_NANOS)));
                requireWanted();
            }
        }

        private void requireWanted() throws IOException {
            var isWanted =
                    holder.sql("select exists (select from model_download where model = ?)")
                            .param(model.name())
                            .query(Boolean.class)
                            .single();
            if (stopping || !isWanted) {
                throw new Download.Cancelled();
            }
        }

        @Override
        public void pinned(String revision) {
            holder.sql("update model_download set revision = ? where model = ?")
                    .params(revision, model.name())
                    .update();
        }
    }
}
