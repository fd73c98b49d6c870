package app.keepsake.worker.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import app.keepsake.jobs.QueueName;
import app.keepsake.onnx.Int8;
import app.keepsake.onnx.SideFiles;
import app.keepsake.onnx.ToOpen;
import app.keepsake.worker.governor.Governor;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The front door to models: finds their folders, opens their graphs, and lends what is built on
 * them for as long as it is used.
 */
@Component
public class Models {

    private final ModelSettings settings;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Predicate<QueueName> hasRoom;
    private final LongSupplier allMemory;
    private final List<Lent> lent = new CopyOnWriteArrayList<>();

    private record Lent(QueueName work, OnDemand<?> onDemand) {}

    @Autowired
    Models(ModelSettings settings, Governor governor) {
        this(settings, governor::hasRoomFor, governor::allMemory);
    }

    Models(ModelSettings settings, Predicate<QueueName> hasRoom, LongSupplier allMemory) {
        Telemetry.off();
        this.settings = settings;
        this.hasRoom = hasRoom;
        this.allMemory = allMemory;
        timer.setRemoveOnCancelPolicy(true);
        // The thread ends when no model waits for its end: an idle worker wakes for nothing.
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** The folder of a CLIP model, by the name that Immich's users know, as ViT-B-32__openai. */
    public Path clip(String name) {
        return folder("clip", name);
    }

    /** The folder of a pair of face models, as buffalo_l. */
    public Path faces(String name) {
        return folder("facial-recognition", name);
    }

    /** What an administrator downloaded goes before what came along. */
    private Path folder(String task, String name) {
        var folder = Path.of(task, folderName(name));
        var downloaded = settings.library().resolve("models").resolve(folder);
        return Files.isDirectory(downloaded) ? downloaded : settings.models().resolve(folder);
    }

    /** The folder of a pair of models that find and read text, as PP-OCRv5_mobile. */
    public Path texts(String model) {
        return folder("ocr", model);
    }

    /** Immich's rule from a model's name to its folder; it also keeps a name from leaving it. */
    static String folderName(String model) {
        return model.substring(model.lastIndexOf('/') + 1)
                .replace(':', '_')
                .replace('\\', '_')
                .replace(".", "");
    }

    /**
     * Opens a graph. By its path, never from bytes: large models keep their weights in files beside
     * it.
     */
    public Graph open(Path file) throws ModelUnusable {
        return open(file, Sizes.ONE, byPath(file));
    }

    /** The same for a graph that looks at pictures of many sizes. */
    public Graph openForAnySize(Path file) throws ModelUnusable {
        return open(file, Sizes.ANY, byPath(file));
    }

    /**
     * The same for one that comes with the program, and has its weights in itself.
     *
     * @param name for an admin, if it cannot be used
     */
    public Graph openForAnySize(Path name, byte[] model) throws ModelUnusable {
        return open(
                name,
                Sizes.ANY,
                (environment, options) -> environment.createSession(model, options));
    }

    private enum Sizes {
        ONE,
        ANY
    }

    @FunctionalInterface
    private interface Creating {
        OrtSession session(OrtEnvironment environment, OrtSession.SessionOptions options)
                throws OrtException;
    }

    private Creating byPath(Path file) throws ModelUnusable {
        try {
            SideFiles.check(file);
            requireMemory(file);
        } catch (ModelUnusable e) {
            throw e;
        } catch (IOException e) {
            throw ModelUnusable.notOpened(file, e);
        }
        return (environment, options) -> environment.createSession(file.toString(), options);
    }

    /** Else the system would end this process, at each picture anew. */
    private void requireMemory(Path file) throws IOException {
        long needed = ToOpen.bytes(file);
        long all = allMemory.getAsLong();
        if (needed > all) {
            throw new ModelUnusable(
                    file,
                    "takes about %d MB to be opened, and there are %d MB here: choose a smaller model, or give the worker more%s"
                            .formatted(
                                    needed >> 20,
                                    all >> 20,
                                    Files.exists(Int8.beside(file))
                                            ? ", or KEEPSAKE_MODEL_PRECISION=int8"
                                            : ""));
        }
    }

    private Graph open(Path file, Sizes sizes, Creating creating) throws ModelUnusable {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.modelThreads());
            options.setInterOpNumThreads(1);
            // Waiting threads would otherwise burn the cores that decoding and Postgres need.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // The arena gives back what its largest run took only with the session. Where each run
            // is of another size, malloc is left with holes that are twice as large.
            options.setCPUArenaAllocator(sizes == Sizes.ANY);
            options.setMemoryPatternOptimization(false);
            var environment = OrtEnvironment.getEnvironment();
            return Graph.of(file, environment, creating.session(environment, options));
        } catch (OrtException e) {
            throw ModelUnusable.notOpened(file, e);
        }
    }

    /**
     * Something that is opened by its first use and closed when unused for the configured time, or
     * when what other work needs would not fit beside it.
     */
    public <T extends AutoCloseable> OnDemand<T> onDemand(
            QueueName work, OnDemand.Opening<T> opening) {
        var onDemand = make(work, opening);
        lent.add(new Lent(work, onDemand));
        return onDemand;
    }

    private <T extends AutoCloseable> OnDemand<T> make(
            QueueName work, OnDemand.Opening<T> opening) {
        return new OnDemand<>(() -> makeRoom(work), opening, settings.modelIdle(), timer);
    }

    /** Where memory is small, models for one kind of work are open: what others left goes. */
    private void makeRoom(QueueName work) {
        if (!hasRoom.test(work)) {
            lent.stream().filter(it -> it.work != work).forEach(it -> it.onDemand.closeIfUnused());
        }
    }

    /** The kinds of work that models are open for. */
    Set<QueueName> open() {
        return lent.stream()
                .filter(it -> it.onDemand.isOpen())
                .map(Lent::work)
                .collect(Collectors.toSet());
    }

    /** Opens it for this use only, and gives its memory back at once. */
    public <T extends AutoCloseable, R> R once(
            QueueName work, OnDemand.Opening<T> opening, OnDemand.Use<T, R> use)
            throws IOException {
        var onDemand = make(work, opening);
        try {
            return onDemand.use(use);
        } finally {
            onDemand.closeIfUnused();
        }
    }

    /**
     * The same for models that are called by name, since the one in use and its file may change.
     */
    public <T extends AutoCloseable> OnDemand.ByName<T> byName(
            QueueName work, OnDemand.OpeningOf<T> opening) {
        return new OnDemand.ByName<>(graph -> onDemand(work, () -> opening.open(graph)));
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
        closeUnused();
    }

    void closeUnused() {
        lent.forEach(it -> it.onDemand.closeIfUnused());
    }
}
