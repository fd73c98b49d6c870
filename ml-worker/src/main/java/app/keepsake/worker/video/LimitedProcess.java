package app.keepsake.worker.video;

import app.keepsake.jobs.Unrecoverable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program without a shell, an environment, input or a way to gain privileges, at low
 * priority, within limits of time, memory and disk that the kernel enforces (util-linux's prlimit).
 * It may open what the worker may: keeping it from other files is the command's own matter.
 */
public final class LimitedProcess {

    /** What is read of its output; more is cut off. */
    private static final int MOST_TEXT = 64 * 1024;

    /** What nice, prlimit and setpriv answer when a program cannot be run, or is not there. */
    private static final Set<Integer> NOT_RUN = Set.of(126, 127);

    /** Java's status of a process that a signal ended is 128 more than the signal's number. */
    private static final int SIGNAL = 128;

    /** Above these, ffmpeg's own errors may follow (its status is the low byte of a code). */
    private static final int LAST_SIGNAL = SIGNAL + 31;

    /** SIGXCPU and SIGXFSZ, which end what goes over our limits, and so would again. */
    private static final Set<Integer> OVER_LIMIT = Set.of(SIGNAL + 24, SIGNAL + 25);

    private static final Path NOTHING = Path.of("/dev/null");

    private final Limits limits;

    public LimitedProcess(Limits limits) {
        this.limits = limits;
    }

    /**
     * Runs a command and returns what it prints.
     *
     * @param input the file that the command reads, named in errors
     * @throws Unrecoverable if it ends with an error: with what it said
     * @throws IOException if it cannot be started, takes too long or is killed
     */
    public String run(Path input, List<String> command) throws IOException, Unrecoverable {
        return run(input, NOTHING, command);
    }

    /** As {@link #run}, for a command that knows its input by no name, but reads what is piped. */
    public String pipe(Path input, List<String> command) throws IOException, Unrecoverable {
        return run(input, input, command);
    }

    private String run(Path input, Path piped, List<String> command)
            throws IOException, Unrecoverable {
        if (!Files.isReadable(input)) {
            throw new IOException("Cannot read " + input);
        }
        var output = Files.createTempFile("keepsake-child-", ".out");
        var errors = Files.createTempFile("keepsake-child-", ".err");
        try {
            var builder =
                    new ProcessBuilder(limited(command))
                            .redirectInput(piped.toFile())
                            .redirectOutput(output.toFile())
                            .redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
            int status = await(builder.start(), command.getFirst());
            if (NOT_RUN.contains(status)) {
                throw new IOException(
                        "Cannot run %s, is it installed? %s"
                                .formatted(command.getFirst(), text(errors).strip()));
            } else if (status > SIGNAL && status <= LAST_SIGNAL && !OVER_LIMIT.contains(status)) {
                // By a kernel that is short of memory, say: not the file's fault for sure.
                throw new IOException(
                        "%s was ended by signal %d: %s"
                                .formatted(
                                        command.getFirst(), status - SIGNAL, text(errors).strip()));
            } else if (status != 0) {
                throw new Unrecoverable(
                        "%s cannot read the file (status %d): %s"
                                .formatted(command.getFirst(), status, text(errors).strip()));
            }
            return text(output);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    private List<String> limited(List<String> command) {
        long seconds = Math.max(1, limits.cpuTime().toSeconds());
        var all =
                new ArrayList<>(
                        List.of(
                                "nice",
                                "-n",
                                "10",
                                "prlimit",
                                "--as=" + limits.memory(),
                                // SIGXCPU first: SIGKILL would look like somebody else's.
                                "--cpu=%d:%d".formatted(seconds, seconds + 5),
                                "--fsize=" + limits.output(),
                                "--core=0",
                                "--nofile=64",
                                "--",
                                "setpriv",
                                "--no-new-privs",
                                "--"));
        all.addAll(command);
        return all;
    }

    private int await(Process process, String name) throws IOException {
        try {
            if (process.waitFor(limits.wallTime().toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new IOException(
                    "%s took longer than %s (keepsake.video.time-limit, keepsake.image.time-limit)"
                            .formatted(name, limits.wallTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + name, e);
        } finally {
            // All commands in front of it replace themselves by the next: there is one process.
            process.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
        }
    }
}
