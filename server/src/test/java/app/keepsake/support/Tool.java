package app.keepsake.support;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The programs that tests make and check files with, and the files that they start from. */
public final class Tool {

    private Tool() {}

    /** What a program printed; fails when the program does. */
    public static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    /** The file itself, with tags set by exiftool, as {@code -XMP:Rating=5}. */
    public static Path tag(Path file, String... tags) throws IOException, InterruptedException {
        // Quiet also about what it remarks on; values as numbers.
        var command = new ArrayList<>(List.of("exiftool", "-q", "-q", "-overwrite_original", "-n"));
        command.addAll(List.of(tags));
        command.add(file.toString());
        run(command.toArray(String[]::new));
        return file;
    }

    /** A file of {@code src/test/resources/samples}; not to be changed. */
    public static Path sample(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Tool.class.getResource("/samples/" + name), name)
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
