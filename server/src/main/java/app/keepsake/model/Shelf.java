package app.keepsake.model;

import app.keepsake.storage.Library;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The models that lie in the library, as {@code models/<task>/<name>}: the worker, which may have
 * no network and may stand on another machine, reads them there. What is being downloaded lies in
 * {@code models/.arriving} and is no model yet.
 */
@Component
class Shelf {

    /** Beside a model: where it came from, and what each of its files must be. */
    static final String RECORD = "model.json";

    private static final String NAME = "[\\w.:-]{1,100}";
    private static final int NO_DIMENSION = 0;
    private static final int FACE_DIMENSION = 512;
    private static final int LARGEST_DIMENSION = 4_000; // as far as an index goes

    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * What lies there of a model.
     *
     * @param weights of the larger of its two halves, which are never in memory together
     * @param problem why it cannot be used; null where it can
     * @param origin null where somebody put the folder there by hand
     */
    record Lying(long bytes, long weights, @Nullable String problem, @Nullable Origin origin) {

        boolean isUsable() {
            return problem == null;
        }

        /** The commit that it is of; null where nobody has written it down. */
        @Nullable String revision() {
            return origin == null || origin.revision().isEmpty() ? null : origin.revision();
        }
    }

    private final Library library;

    Shelf(Library library) {
        this.library = library;
    }

    Path root() {
        return library.resolve("models");
    }

    Path folder(Model model) {
        return root().resolve(model.task().wireName()).resolve(folderName(model.name()));
    }

    Path arriving(Model model) {
        return arriving().resolve(folderName(model.name()));
    }

    /** What lies there is no model yet, or no more. */
    Path arriving() {
        return root().resolve(".arriving");
    }

    /** Immich's rule from a model's name to its folder. */
    private static String folderName(String name) {
        return name.replace(":", "_").replace("\\", "_").replace("/", "_").replace(".", "");
    }

    /** One that is in no list, where somebody put a folder of that name there. */
    Optional<Model> byHand(Task task, String name) {
        if (!name.matches(NAME)) {
            return Optional.empty();
        }
        var model = Model.byHand(name, task, NO_DIMENSION);
        if (!library.isPresent() || !Files.isDirectory(folder(model))) {
            return Optional.empty();
        }
        return switch (task) {
            case CLIP -> clipDimension(folder(model)).map(it -> Model.byHand(name, task, it));
            case FACES -> Optional.of(Model.byHand(name, task, FACE_DIMENSION));
            case OCR -> Optional.of(model);
        };
    }

    /** As Immich's exports say it. */
    private static Optional<Integer> clipDimension(Path folder) {
        try {
            int dimension =
                    JSON.readTree(folder.resolve("config.json").toFile())
                            .path("embed_dim")
                            .asInt(NO_DIMENSION);
            return Optional.of(dimension).filter(it -> it > 0 && it <= LARGEST_DIMENSION);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    boolean has(Model model) {
        return look(model).map(Lying::isUsable).orElse(false);
    }

    /** Looks at the files' sizes, not into them. */
    Optional<Lying> look(Model model) {
        var folder = folder(model);
        if (!library.isPresent() || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            var origin = origin(folder);
            return Optional.of(
                    new Lying(
                            bytes(folder),
                            weights(folder),
                            problem(model, folder, origin),
                            origin));
        } catch (IOException | UncheckedIOException | JacksonException e) {
            return Optional.of(new Lying(0, 0, "cannot be read: " + e.getMessage(), null));
        }
    }

    private static @Nullable Origin origin(Path folder) {
        var file = folder.resolve(RECORD);
        return Files.exists(file) ? JSON.readValue(file.toFile(), Origin.class) : null;
    }

    private static @Nullable String problem(Model model, Path folder, @Nullable Origin origin)
            throws IOException {
        for (var file : model.task().files()) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                return "the file %s is missing".formatted(file);
            }
        }
        if (origin != null) {
            for (var file : origin.files()) {
                var path = folder.resolve(file.path());
                if (!Files.isRegularFile(path)) {
                    return "the file %s is missing".formatted(file.path());
                }
                if (Files.size(path) != file.size()) {
                    return "the file %s has %d bytes, not %d"
                            .formatted(file.path(), Files.size(path), file.size());
                }
            }
        }
        return null;
    }

    private static long weights(Path folder) throws IOException {
        try (var halves = Files.list(folder)) {
            return halves.filter(Files::isDirectory).mapToLong(Shelf::weightsOf).max().orElse(0);
        }
    }

    /** Without the form of 8 bits, which is opened in place of the first. */
    private static long weightsOf(Path half) {
        try (var files = Files.list(half)) {
            return files.filter(file -> !file.getFileName().toString().matches(".*(int8|json).*"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long bytes(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
