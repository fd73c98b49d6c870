package app.keepsake.worker.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import app.keepsake.onnx.SideFiles;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * The front door to models: finds their folders, opens their graphs, and lends what is built on
 * them for as long as it is used.
 */
@Component
public class Models {

    private final ModelSettings settings;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<OnDemand<?>> lent = new CopyOnWriteArrayList<>();

    Models(ModelSettings settings) {
        this.settings = settings;
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

    private static Creating byPath(Path file) throws ModelUnusable {
        try {
            SideFiles.check(file);
        } catch (IOException e) {
            throw ModelUnusable.notOpened(file, e);
        }
        return (environment, options) -> environment.createSession(file.toString(), options);
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
            environment.setTelemetry(false); // nothing here calls home
            return Graph.of(file, environment, creating.session(environment, options));
        } catch (OrtException e) {
            throw ModelUnusable.notOpened(file, e);
        }
    }

    /** Something that is opened by its first use and closed when unused for the configured time. */
    public <T extends AutoCloseable> OnDemand<T> onDemand(OnDemand.Opening<T> opening) {
        var onDemand = new OnDemand<>(opening, settings.modelIdle(), timer);
        lent.add(onDemand);
        return onDemand;
    }

    /** Opens it for this use only, and gives its memory back at once. */
    public <T extends AutoCloseable, R> R once(OnDemand.Opening<T> opening, OnDemand.Use<T, R> use)
            throws IOException {
        var onDemand = new OnDemand<>(opening, settings.modelIdle(), timer);
        try {
            return onDemand.use(use);
        } finally {
            onDemand.closeIfUnused();
        }
    }

    /** The same for models that are called by name, since the one in use may change. */
    public <T extends AutoCloseable> OnDemand.ByName<T> byName(OnDemand.NamedOpening<T> opening) {
        return new OnDemand.ByName<>(name -> onDemand(() -> opening.open(name)));
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
        lent.forEach(OnDemand::closeIfUnused);
    }
}
