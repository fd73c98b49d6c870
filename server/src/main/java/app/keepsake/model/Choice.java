package app.keepsake.model;

import app.keepsake.config.SystemConfig;
import app.keepsake.jobs.BackgroundTask;
import app.keepsake.jobs.TextVectors;
import app.keepsake.settings.ConfigChanged;
import app.keepsake.storage.Library;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Decides which models are used: those that administrators have chosen, as soon as they are there.
 * At the start, when that changes, and every hour.
 */
@Component
class Choice extends BackgroundTask {

    private static final Logger log = LoggerFactory.getLogger(Choice.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration WHILE_COMING = Duration.ofSeconds(10);

    private record Wanted(Named clip, Named facialRecognition, Named ocr) {}

    private record Named(String modelName) {}

    private final Library library;
    private final SystemConfig config;
    private final ModelSettings settings;
    private final Shelf shelf;
    private final Use use;
    private final TextVectors words;
    private final ApplicationEventPublisher events;

    Choice(
            Library library,
            SystemConfig config,
            ModelSettings settings,
            Shelf shelf,
            Use use,
            TextVectors words,
            ApplicationEventPublisher events) {
        super("models");
        this.library = library;
        this.config = config;
        this.settings = settings;
        this.shelf = shelf;
        this.use = use;
        this.words = words;
        this.events = events;
    }

    @TransactionalEventListener
    void on(ConfigChanged changed) {
        wake();
    }

    @Override
    protected Duration run() {
        if (!library.isPresent()) {
            return MINUTE; // models that lie there only seem to be gone
        }
        try {
            return choose();
        } catch (Use.Busy e) {
            log.info("Another model has to wait: {}", e.getMessage());
            return WHILE_COMING;
        }
    }

    private Duration choose() {
        if (use.want(clip())) {
            log.info(
                    "Pictures are found by {}{}",
                    use.serving().orElse("no model"),
                    use.coming().map(" until %s has seen them all"::formatted).orElse(""));
            changed();
        }
        if (use.wantFaces(faces())) {
            log.info("Faces are seen by {}", faces().name());
            changed();
        }
        if (use.coming().isPresent() && use.switchOver()) {
            log.info("Pictures are found by {}", use.serving().orElse("no model"));
            changed();
        }
        return use.coming().isPresent() ? WHILE_COMING : HOUR;
    }

    private void changed() {
        words.announceNewModel();
        events.publishEvent(new ModelsChanged());
    }

    /** What administrators have chosen, whether it is there or not. */
    String chosen(Task task) {
        var wanted = config.section("machineLearning", Wanted.class);
        return switch (task) {
            case CLIP -> wanted.clip.modelName;
            case FACES -> wanted.facialRecognition.modelName;
            case OCR -> wanted.ocr.modelName;
        };
    }

    private @Nullable Model clip() {
        return chosenIfThere(Task.CLIP)
                .or(() -> Catalogue.find(Task.CLIP, chosen(Task.CLIP)).filter(this::isComing))
                .or(() -> kept(use.serving()))
                .or(() -> Catalogue.find(Task.CLIP, settings.clipModel()))
                .orElse(null);
    }

    private Model faces() {
        return chosenIfThere(Task.FACES)
                .or(() -> kept(use.faces()))
                .or(() -> Catalogue.find(Task.FACES, settings.faceModel()))
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "KEEPSAKE_FACE_MODEL names no model: "
                                                + settings.faceModel()));
    }

    private Optional<Model> chosenIfThere(Task task) {
        return Catalogue.find(task, chosen(task))
                .filter(model -> model.comesAlong() || shelf.has(model));
    }

    private boolean isComing(Model model) {
        return use.coming().filter(model.name()::equals).isPresent();
    }

    /**
     * What was downloaded once stays in use until another can take its place, also while it cannot
     * be read: the file may be mended, and a vector that is thrown away costs a second of work.
     */
    private static Optional<Model> kept(Optional<String> used) {
        return used.flatMap(Catalogue::find).filter(model -> !model.comesAlong());
    }
}
