package app.keepsake.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What goes in front of a command to keep it from the network and from all files but its own. It
 * wants to come behind {@code setpriv --no-new-privs}, and answers 127 where it fails or there is
 * no such program.
 */
public final class Confined {

    private static final String SCRIPT = script();

    private Confined() {}

    /**
     * @param input the file, or the folder, of which it may read
     * @param places files that it may change, and folders in which it may do anything
     */
    public static List<String> command(Path input, List<Path> places) {
        var command =
                new ArrayList<>(List.of("perl", "-e", SCRIPT, input.toAbsolutePath().toString()));
        places.forEach(place -> command.add(place.toAbsolutePath().toString()));
        command.add("--");
        return command;
    }

    private static String script() {
        try (var in = Confined.class.getResourceAsStream("confined.pl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
