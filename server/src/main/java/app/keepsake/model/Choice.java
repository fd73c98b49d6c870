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
        if (holdCommits()) {
            log.info("A model in use lies there of another commit: it sees all anew");
            changed();
        }
        var texts = texts();
        if (use.wantTexts(texts)) {
            log.info("Text is read by {}", texts.name());
            changed();
        }
        if (use.coming().isPresent() && use.switchOver()) {
            log.info("Pictures are found by {}", use.serving().orElse("no model"));
            changed();
        }
        return use.coming().isPresent() ? WHILE_COMING : HOUR;
    }

    private boolean holdCommits() {
        var isNews = hold(used(Task.CLIP, use.serving()));
        isNews |= hold(used(Task.CLIP, use.coming()));
        return isNews | hold(used(Task.FACES, use.faces()));
    }

    private boolean hold(Optional<Model> model) {
        var revision =
                model.flatMap(shelf::look)
                        .filter(Shelf.Lying::isUsable)
                        .flatMap(lying -> Optional.ofNullable(lying.revision()));
        return revision.isPresent() && use.hold(model.orElseThrow(), revision.get());
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

    /** A model that can be had, or that somebody put there by hand. */
    Optional<Model> known(Task task, String name) {
        return Catalogue.find(task, name).or(() -> shelf.byHand(task, Catalogue.bare(name)));
    }

    private @Nullable Model clip() {
        return chosenIfThere(Task.CLIP)
                .or(() -> used(Task.CLIP, use.coming()).filter(this::isChosen))
                .or(() -> kept(Task.CLIP, use.serving()))
                .or(() -> Catalogue.find(Task.CLIP, settings.clipModel()))
                .orElse(null);
    }

    private Model faces() {
        return chosenIfThere(Task.FACES)
                .or(() -> kept(Task.FACES, use.faces()))
                .or(() -> Catalogue.find(Task.FACES, settings.faceModel()))
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "KEEPSAKE_FACE_MODEL names no model: "
                                                + settings.faceModel()));
    }

    /** As long as the chosen pair is not there: what was used before, or what comes along. */
    private Model texts() {
        return chosenIfThere(Task.OCR)
                .or(() -> use.texts().flatMap(name -> known(Task.OCR, name)))
                .or(() -> Catalogue.all().stream().filter(it -> it.task() == Task.OCR).findFirst())
                .orElseThrow();
    }

    private Optional<Model> chosenIfThere(Task task) {
        return known(task, chosen(task)).filter(model -> model.comesAlong() || shelf.has(model));
    }

    boolean isChosen(Model model) {
        return Catalogue.bare(chosen(model.task())).equals(model.name());
    }

    /**
     * What was downloaded once stays in use until another can take its place, also while it cannot
     * be read: the file may be mended, and a vector that is thrown away costs a second of work.
     */
    private Optional<Model> kept(Task task, Optional<String> used) {
        return used(task, used).filter(model -> !model.comesAlong());
    }

    private Optional<Model> used(Task task, Optional<String> used) {
        return used.flatMap(
                name ->
                        Catalogue.find(task, name)
                                .or(
                                        () ->
                                                use.dimension(name)
                                                        .map(it -> Model.byHand(name, task, it))));
    }
}
