package app.keepsake.worker.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something costly that exists only while it is needed: opened by the first use, shared by
 * concurrent ones, closed when unused for a while, and then its memory really given back.
 */
public final class OnDemand<T extends AutoCloseable> {

    /** How it is opened. */
    @FunctionalInterface
    public interface Opening<T> {
        T open() throws IOException;
    }

    /** One use of it. */
    @FunctionalInterface
    public interface Use<T, R> {
        R apply(T open) throws IOException;
    }

    /** One for each name, of the file that lies there now. */
    public static final class ByName<T extends AutoCloseable> {

        private record Lent<T extends AutoCloseable>(GraphFile file, OnDemand<T> onDemand) {}

        private final ConcurrentHashMap<String, Lent<T>> known = new ConcurrentHashMap<>();
        private final Function<Path, OnDemand<T>> making;

        ByName(Function<Path, OnDemand<T>> making) {
            this.making = making;
        }

        /** What was opened of another file is closed, at once or when its last user is done. */
        public OnDemand<T> of(String name, Path graph) {
            var file = GraphFile.at(graph);
            return known.compute(name, (_, before) -> asItIs(file, before)).onDemand;
        }

        private Lent<T> asItIs(GraphFile file, @Nullable Lent<T> before) {
            if (before != null && before.file.equals(file)) {
                return before;
            }
            if (before != null) {
                before.onDemand.closeIfUnused();
            }
            return new Lent<>(file, making.apply(file.path));
        }
    }

    /** How what is built on a graph is opened. */
    @FunctionalInterface
    public interface OpeningOf<T> {
        T open(Path graph) throws IOException;
    }

    /** A graph's file as it is now: what another download puts in its place is another. */
    private record GraphFile(Path path, FileTime written) {

        static GraphFile at(Path path) {
            try {
                return new GraphFile(path, Files.getLastModifiedTime(path));
            } catch (IOException e) { // whoever opens it says what is wrong
                return new GraphFile(path, FileTime.fromMillis(0));
            }
        }
    }

    private final Runnable making;
    private final Opening<T> opening;
    private final Duration idle;
    private final ScheduledExecutorService timer;
    private @Nullable T open;
    private int users;
    private @Nullable Future<?> closing;

    /**
     * @param making room for it, before it is opened
     */
    OnDemand(Runnable making, Opening<T> opening, Duration idle, ScheduledExecutorService timer) {
        this.making = making;
        this.opening = opening;
        this.idle = idle;
        this.timer = timer;
    }

    /** Lends it. What fails to open is tried anew by the next use. */
    public <R> R use(Use<T, R> use) throws IOException {
        if (!isOpen()) {
            // Not within borrow: two that close each other would wait for each other for ever.
            making.run();
        }
        var borrowed = borrow();
        try {
            return use.apply(borrowed);
        } finally {
            giveBack();
        }
    }

    synchronized boolean isOpen() {
        return open != null;
    }

    private synchronized T borrow() throws IOException {
        if (closing != null) {
            closing.cancel(false);
            closing = null;
        }
        var borrowed = open;
        if (borrowed == null) {
            borrowed = opening.open();
            open = borrowed;
            Memory.giveBack(); // opening takes twice as much as what is open
        }
        users++;
        return borrowed;
    }

    private synchronized void giveBack() {
        users--;
        if (users == 0 && !timer.isShutdown()) {
            closing = timer.schedule(this::closeIfUnused, idle.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    synchronized void closeIfUnused() {
        if (users > 0 || open == null) {
            return;
        }
        try {
            open.close();
        } catch (Exception e) {
            throw new IllegalStateException("a model did not close", e);
        } finally {
            open = null;
        }
        Memory.giveBack();
    }
}
