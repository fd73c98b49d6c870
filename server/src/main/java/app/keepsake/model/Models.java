package app.keepsake.model;

import app.keepsake.auth.Caller;
import app.keepsake.jobs.Workers;
import app.keepsake.onnx.ToOpen;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Volume;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The front door to the models that look at pictures: for administrators, but for one question. */
@Component
public class Models {

    private final Use use;
    private final Choice choice;
    private final Shelf shelf;
    private final Arrivals arrivals;
    private final Library library;
    private final Volume volume;
    private final Workers workers;

    Models(
            Use use,
            Choice choice,
            Shelf shelf,
            Arrivals arrivals,
            Library library,
            Volume volume,
            Workers workers) {
        this.use = use;
        this.choice = choice;
        this.shelf = shelf;
        this.arrivals = arrivals;
        this.library = library;
        this.volume = volume;
        this.workers = workers;
    }

    /** Whether there is a model by which words can find pictures. */
    public boolean canSearchByWords() {
        return use.serving().isPresent();
    }

    /** How a model is. */
    public enum State {
        ABSENT,
        DOWNLOADING,
        FAILED,
        BROKEN,
        PRESENT,
        /** Chosen, and in no list; nor has anybody put its files there. */
        UNKNOWN
    }

    /**
     * A model, and how it is.
     *
     * @param bytes what it takes on disk, or about so much while it is not there
     * @param problem why it is not there, for an administrator
     * @param warning what an administrator should know before it is downloaded or used
     * @param revision the commit that its files are of, or will be
     * @param isChosen by administrators, in the system config
     * @param isInUse whether it looks at pictures
     * @param change while it sees all pictures anew, to take the place of another
     */
    public record View(
            Model model,
            State state,
            long bytes,
            long arrived,
            long total,
            @Nullable String problem,
            @Nullable String warning,
            @Nullable String revision,
            boolean isChosen,
            boolean isInUse,
            @Nullable Change change) {}

    /** How many pictures a model has seen that will be used. */
    public record Change(long seen, long all) {}

    public List<View> all(Caller caller) {
        requireAdmin(caller);
        var wanted =
                arrivals.all().stream()
                        .collect(Collectors.toMap(Arrivals.Wanted::model, Function.identity()));
        var memory = smallestMemory();
        var views =
                Stream.concat(Catalogue.all().stream(), unlisted())
                        .map(model -> view(model, wanted, memory))
                        .toList();
        if (views.stream().anyMatch(Models::isDue)) {
            choice.wake(); // somebody put it there by hand
        }
        return views;
    }

    private static boolean isDue(View view) {
        return view.isChosen && view.state == State.PRESENT && !view.isInUse && view.change == null;
    }

    /** What administrators have chosen, or use, and nobody downloads. */
    private Stream<Model> unlisted() {
        return Arrays.stream(Task.values())
                .flatMap(
                        task ->
                                Stream.concat(Stream.of(choice.chosen(task)), inUse(task).stream())
                                        .map(Catalogue::bare)
                                        .distinct()
                                        .filter(name -> Catalogue.find(task, name).isEmpty())
                                        .map(
                                                name ->
                                                        choice.known(task, name)
                                                                .orElse(
                                                                        Model.byHand(
                                                                                name, task, 0))));
    }

    private Optional<String> inUse(Task task) {
        return switch (task) {
            case CLIP -> use.serving();
            case FACES -> use.faces();
            case OCR -> use.texts();
        };
    }

    private View view(Model model, Map<String, Arrivals.Wanted> allWanted, long memory) {
        var wanted = allWanted.get(model.name());
        var lying = shelf.look(model).orElse(null);
        var coming =
                model.task() == Task.CLIP && use.coming().filter(model.name()::equals).isPresent();
        State state;
        String problem = null;
        if (wanted != null && wanted.problem() == null) {
            state = State.DOWNLOADING;
        } else if (wanted != null) {
            state = State.FAILED;
            problem = wanted.problem();
        } else if (lying != null && !lying.isUsable()) {
            state = State.BROKEN;
            problem = lying.problem();
        } else if (lying != null || model.comesAlong()) {
            state = State.PRESENT;
        } else if (Catalogue.find(model.name()).isPresent()) {
            state = State.ABSENT;
        } else {
            state = State.UNKNOWN;
            problem =
                    "There is no model of this name in any list, nor a folder models/%s/%s with what it needs: the one before stays in use"
                            .formatted(model.task().wireName(), model.name());
        }
        var progress = coming ? use.progress() : null;
        return new View(
                model,
                state,
                lying == null ? model.megabytes() * 1_000_000L : lying.bytes(),
                wanted == null ? 0 : wanted.arrived(),
                wanted == null ? 0 : wanted.total(),
                problem,
                warning(model, lying, memory),
                wanted != null ? wanted.revision() : lying == null ? null : lying.revision(),
                choice.isChosen(model),
                inUse(model.task()).filter(model.name()::equals).isPresent(),
                progress == null ? null : new Change(progress.seen(), progress.all()));
    }

    /** Of the workers that live, in bytes; many where none does, or none tells. */
    private long smallestMemory() {
        try {
            return workers.all().stream()
                    .map(worker -> worker.machine().totalMemory())
                    .filter(Objects::nonNull)
                    .mapToLong(Long::longValue)
                    .min()
                    .orElse(Long.MAX_VALUE);
        } catch (RedisException e) {
            return Long.MAX_VALUE; // what is known of models does not depend on it
        }
    }

    /**
     * Of one that is not there the halves are unknown: the larger takes no less than both weigh.
     */
    private static @Nullable String warning(Model model, Shelf.@Nullable Lying lying, long memory) {
        long needed =
                lying == null ? model.megabytes() * 1_000_000L : ToOpen.bytes(lying.weights());
        if (model.comesAlong() || needed <= memory) {
            return null;
        }
        return "To open it takes %s %d MB of memory, and the worker that has least has %d MB in all: that one will refuse it as it is (docs/models.md)"
                .formatted(lying == null ? "at least about" : "about", needed >> 20, memory >> 20);
    }

    /**
     * Begins a download, or goes on with one.
     *
     * @param acceptsLicence whether the administrator has seen what the weights may not be used for
     */
    public void download(Caller caller, String name, boolean acceptsLicence) {
        var model = required(caller, name);
        if (model.comesAlong()) {
            throw new Problem.Invalid("%s is there: it comes along".formatted(name));
        }
        if (model.isNonCommercial() && !acceptsLicence) {
            throw new Problem.Invalid(
                    "The weights of %s are licensed for %s: accept that first"
                            .formatted(name, model.licence()));
        }
        if (shelf.has(model)) {
            throw new Problem.Invalid("%s is there already".formatted(name));
        }
        library.requirePresent();
        arrivals.want(model);
    }

    public void cancel(Caller caller, String name) {
        arrivals.cancel(required(caller, name));
    }

    /** Removes a model from the disk, unless it is the one that looks at pictures. */
    public void delete(Caller caller, String name) {
        var model = required(caller, name);
        var isInUse =
                List.of(use.serving(), use.coming(), use.faces()).stream()
                        .anyMatch(used -> used.filter(name::equals).isPresent());
        if (isInUse) {
            throw new Problem.Invalid("%s is in use: choose another model first".formatted(name));
        }
        arrivals.cancel(model);
        library.requireStillPresent();
        var folder = shelf.folder(model);
        if (!Files.exists(folder)) {
            throw new Problem.Invalid("%s is not there".formatted(name));
        }
        try {
            // Gone in one step: a half folder would be called a broken model.
            var away = shelf.arriving().resolve("gone-" + UUID.randomUUID());
            Files.createDirectories(away.getParent());
            volume.rename(folder, away);
            volume.syncDirectory(Objects.requireNonNull(folder.getParent()));
            ShelfDisk.remove(away);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Model required(Caller caller, String name) {
        requireAdmin(caller);
        return Catalogue.find(name)
                .orElseThrow(() -> new Problem.NotFound("There is no model of that name"));
    }

    private static void requireAdmin(Caller caller) {
        if (!caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
    }
}
