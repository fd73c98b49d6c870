package app.keepsake.model;

import app.keepsake.jobs.BackgroundTask;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
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
     */
    record Wanted(String model, long arrived, long total, @Nullable String problem) {}

    private final JdbcClient jdbc;
    private final ModelSettings settings;
    private final Shelf shelf;
    private final Choice choice;
    private final Download download;
    private volatile boolean stopping;

    @Autowired
    Arrivals(
            JdbcClient jdbc,
            ModelSettings settings,
            Shelf shelf,
            Choice choice,
            Library library,
            Volume volume) {
        super("model-downloads");
        this.jdbc = jdbc;
        this.settings = settings;
        this.shelf = shelf;
        this.choice = choice;
        this.download =
                new Download(
                        new Hub(settings.modelMirror()),
                        shelf,
                        library,
                        volume,
                        Duration.ofSeconds(1));
    }

    List<Wanted> all() {
        return jdbc.sql("select model, arrived, total, problem from model_download")
                .query(Wanted.class)
                .list();
    }

    void want(Model model) {
        jdbc.sql(
                        """
                        insert into model_download (model) values (?)
                        on conflict (model) do update
                            set problem = null, beat_at = null, wanted_at = now()
                            where model_download.problem is not null
                        """)
                .param(model.name())
                .update();
        wake();
    }

    /** What has arrived is thrown away with it. */
    void cancel(Model model) {
        jdbc.sql("delete from model_download where model = ?").param(model.name()).update();
        wake(); // whoever is at it notices, and removes the rest
    }

    @Override
    public void stop() {
        stopping = true;
        super.stop();
    }

    @Override
    protected Duration run() {
        for (var next = take(); next.isPresent() && !stopping; next = take()) {
            Catalogue.find(next.get()).ifPresent(this::run);
        }
        return MINUTE;
    }

    private Optional<String> take() {
        return jdbc.sql(
                        """
                        update model_download set beat_at = now()
                        where model = (
                            select model from model_download
                            where problem is null
                                and (beat_at is null or beat_at < now() - interval '2 minutes')
                            order by wanted_at limit 1 for update skip locked)
                        returning model
                        """)
                .query(String.class)
                .optional();
    }

    private void run(Model model) {
        var watcher = new Beats(model);
        try {
            log.info("Downloading the model {}", model.name());
            var folder = settings.modelFolder();
            if (folder != null) {
                download.copyFrom(folder, model, watcher);
            } else {
                download.run(model, null, watcher);
            }
            jdbc.sql("delete from model_download where model = ?").param(model.name()).update();
            log.info("The model {} is there", model.name());
            choice.wake();
        } catch (Download.Cancelled e) {
            if (stopping) {
                jdbc.sql("update model_download set beat_at = null where model = ?")
                        .param(model.name())
                        .update();
            } else {
                discard(model);
            }
        } catch (Problem.Unavailable e) {
            failed(model, e.reason()); // the library's disk is away
        } catch (IOException e) {
            log.warn("The model {} was not downloaded", model.name(), e);
            failed(model, reason(e));
        }
    }

    /** Of what Java says of a host that does not answer, a person learns its name only. */
    private static String reason(IOException e) {
        return switch (e) {
            case Hub.Refused refused -> String.valueOf(refused.getMessage());
            case java.net.UnknownHostException unknown ->
                    "The server finds no way to %s: is there a network? docs/models.md tells how to do without"
                            .formatted(unknown.getMessage());
            default ->
                    "The line did not hold (%s); what has arrived is kept, try again"
                            .formatted(
                                    e.getMessage() == null
                                            ? e.getClass().getSimpleName()
                                            : e.getMessage());
        };
    }

    private void failed(Model model, String reason) {
        jdbc.sql("update model_download set problem = ?, beat_at = null where model = ?")
                .params(reason.substring(0, Math.min(reason.length(), 500)), model.name())
                .update();
    }

    private void discard(Model model) {
        try {
            Download.remove(shelf.arriving(model));
        } catch (IOException e) {
            log.warn("What has arrived of {} is left over", model.name(), e);
        }
    }

    /** Tells the database how far it is, and hears from it that nobody wants it any more. */
    private final class Beats implements Download.Watcher {
        private final Model model;
        private long last = System.nanoTime() - BEAT_NANOS;

        Beats(Model model) {
            this.model = model;
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
                    jdbc.sql(
                                    """
                                    update model_download
                                    set arrived = ?, total = ?, beat_at = now() where model = ?
                                    """)
                            .params(bytes, all, model.name())
                            .update();
            if (isWanted == 0) {
                throw new Download.Cancelled();
            }
        }
    }
}
