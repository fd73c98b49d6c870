package app.keepsake.model;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Library;
import app.keepsake.storage.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    Models(Use use, Choice choice, Shelf shelf, Arrivals arrivals, Library library, Volume volume) {
        this.use = use;
        this.choice = choice;
        this.shelf = shelf;
        this.arrivals = arrivals;
        this.library = library;
        this.volume = volume;
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
        PRESENT
    }

    /**
     * A model, and how it is.
     *
     * @param bytes what it takes on disk, or about so much while it is not there
     * @param problem why it is not there, for an administrator
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
        return Catalogue.all().stream().map(model -> view(model, wanted)).toList();
    }

    private View view(Model model, Map<String, Arrivals.Wanted> allWanted) {
        var wanted = allWanted.get(model.name());
        var lying = shelf.look(model).orElse(null);
        var coming =
                model.task() == Task.CLIP && use.coming().filter(model.name()::equals).isPresent();
        var inUse =
                switch (model.task()) {
                    case CLIP -> use.serving();
                    case FACES -> use.faces();
                    case OCR -> Optional.of(choice.chosen(Task.OCR));
                };
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
        } else {
            state = model.comesAlong() || lying != null ? State.PRESENT : State.ABSENT;
        }
        var progress = coming ? use.progress() : null;
        return new View(
                model,
                state,
                lying == null ? model.megabytes() * 1_000_000L : lying.bytes(),
                wanted == null ? 0 : wanted.arrived(),
                wanted == null ? 0 : wanted.total(),
                problem,
                wanted != null ? wanted.revision() : revision(lying),
                choice.chosen(model.task()).equals(model.name()),
                inUse.filter(model.name()::equals).isPresent(),
                progress == null ? null : new Change(progress.seen(), progress.all()));
    }

    private static @Nullable String revision(Shelf.@Nullable Lying lying) {
        return lying == null || lying.origin() == null ? null : lying.origin().revision();
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
