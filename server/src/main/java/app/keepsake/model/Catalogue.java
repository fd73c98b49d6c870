package app.keepsake.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The models that Immich's users choose from, and those that come along. */
final class Catalogue {

    private static final List<Model> MODELS = read();

    private Catalogue() {}

    static List<Model> all() {
        return MODELS;
    }

    static Optional<Model> find(String name) {
        return MODELS.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    static Optional<Model> find(Task task, String name) {
        return find(bare(name)).filter(model -> model.task() == task);
    }

    /** Immich lets a name carry its repository's owner. */
    static String bare(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static List<Model> read() {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        Catalogue.class.getResourceAsStream("models.txt")),
                                StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).map(Catalogue::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Model of(String line) {
        var cells = line.split("\\|", -1);
        return new Model(
                cells[0],
                Arrays.stream(Task.values())
                        .filter(task -> task.wireName().equals(cells[1]))
                        .findFirst()
                        .orElseThrow(),
                Integer.parseInt(cells[2]),
                Integer.parseInt(cells[3]),
                cells[4],
                cells[5].equals("yes"));
    }
}
