package app.keepsake.worker.video;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.TookTooLong;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.process.Confined;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program without a shell, an environment, input, a network or a way to gain privileges,
 * at the lowest priority, within limits of time, memory and disk that the kernel enforces
 * (util-linux's prlimit). The kernel also ends it first where memory is short, and when the worker
 * dies, and keeps it from other files than its own where it has Landlock. Where it has not, that is
 * the command's own matter.
 */
public final class LimitedProcess {

    /** What is read of its output; more is cut off. */
    private static final int MOST_TEXT = 1 << 20;

    private static final int MOST_ERRORS = 64 * 1024;

    private static final int LAST_WORDS = 4096;

    private static final int LOOK_MS = 1000;

    /** What the programs in front of it answer when the next cannot be run, or is not there. */
    private static final Set<Integer> NOT_RUN = Set.of(126, 127);

    /** Java's status of a process that a signal ended is 128 more than the signal's number. */
    private static final int SIGNAL = 128;

    /** Above these, ffmpeg's own errors may follow (its status is the low byte of a code). */
    private static final int LAST_SIGNAL = SIGNAL + 31;

    /** SIGXCPU and SIGXFSZ, which end what goes over our limits, and so would again. */
    private static final Set<Integer> OVER_LIMIT = Set.of(SIGNAL + 24, SIGNAL + 25);

    /**
     * SIGILL, SIGABRT, SIGFPE and SIGSEGV, by which a program ends on a file that it cannot take.
     */
    private static final Set<Integer> CRASHED =
            Set.of(SIGNAL + 4, SIGNAL + 6, SIGNAL + 8, SIGNAL + 11);

    /** By Linux's numbers. */
    private static final int SIGCONT = 18;

    private static final int SIGSTOP = 19;

    private static final MethodHandle KILL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));

    private static final Path NOTHING = Path.of("/dev/null");

    private final Limits limits;

    public LimitedProcess(Limits limits) {
        this.limits = limits;
    }

    /**
     * Runs a command and returns what it prints.
     *
     * @param input the file that the command reads, named in errors
     * @param places what else it may read, and may change: files that are there, or folders
     * @throws Unrecoverable if it ends with an error: with what it said
     * @throws IOException if it cannot be started, takes too long or is killed
     */
    public String run(Path input, List<Path> places, List<String> command)
            throws IOException, Unrecoverable {
        return unwatched(input, NOTHING, places, command);
    }

    /** As {@link #run}, for a command that knows its input by no name, but reads what is piped. */
    public String pipe(Path input, List<Path> places, List<String> command)
            throws IOException, Unrecoverable {
        return unwatched(input, input, places, command);
    }

    private String unwatched(Path input, Path piped, List<Path> places, List<String> command)
            throws IOException, Unrecoverable {
        try {
            return run(input, piped, places, command, _ -> {});
        } catch (NotNow e) {
            throw new IllegalStateException("nobody watches", e);
        }
    }

    /** As {@link #run(Path, List, List)}, looked after by somebody who may end it. */
    String run(Path input, List<Path> places, List<String> command, Watch watch)
            throws IOException, Unrecoverable, NotNow {
        return run(input, NOTHING, places, command, watch);
    }

    private String run(Path input, Path piped, List<Path> places, List<String> command, Watch watch)
            throws IOException, Unrecoverable, NotNow {
        if (!Files.isReadable(input)) {
            throw new IOException("Cannot read " + input);
        }
        var output = Files.createTempFile("keepsake-child-", ".out");
        var complaints = Files.createTempFile("keepsake-child-", ".err");
        try {
            var builder =
                    new ProcessBuilder(limited(input, places, command))
                            .redirectInput(piped.toFile())
                            .redirectOutput(output.toFile())
                            .redirectError(complaints.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
            int status = await(builder.start(), command.getFirst(), output, watch);
            if (NOT_RUN.contains(status)) {
                throw new IOException(
                        "Cannot run %s, is it installed? %s"
                                .formatted(command.getFirst(), errors(complaints)));
            } else if (OVER_LIMIT.contains(status)) {
                throw new Unrecoverable(
                        "%s needs more time or writes more than %s allow: %s"
                                .formatted(command.getFirst(), limits, errors(complaints)));
            } else if (CRASHED.contains(status)) {
                throw new Unrecoverable(
                        "%s crashed (signal %d): %s"
                                .formatted(
                                        command.getFirst(), status - SIGNAL, errors(complaints)));
            } else if (status > SIGNAL && status <= LAST_SIGNAL) {
                // By a kernel that is short of memory, say: not the file's fault for sure.
                throw new IOException(
                        "%s was ended by signal %d: %s"
                                .formatted(
                                        command.getFirst(), status - SIGNAL, errors(complaints)));
            } else if (status != 0) {
                throw new Unrecoverable(
                        "%s cannot read the file (status %d): %s"
                                .formatted(command.getFirst(), status, errors(complaints)));
            }
            return text(output, MOST_TEXT);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(complaints);
        }
    }

    private List<String> limited(Path input, List<Path> places, List<String> command) {
        long seconds = Math.max(1, limits.cpuTime().toSeconds());
        var all =
                new ArrayList<>(
                        List.of(
                                "nice",
                                "-n",
                                "19",
                                "ionice",
                                "-t", // goes on where that is refused
                                "-c",
                                "3",
                                "choom",
                                "-n",
                                "1000",
                                "--",
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
                                "--pdeathsig",
                                "KILL",
                                "--"));
        all.addAll(Confined.command(input, places));
        all.addAll(command);
        return all;
    }

    private int await(Process process, String name, Path output, Watch watch)
            throws IOException, Unrecoverable, NotNow {
        long end = System.nanoTime() + limits.wallTime().toNanos();
        long restsSince = 0;
        boolean rests = false;
        try {
            while (true) {
                if (rests != watch.rests()) {
                    rests = !rests;
                    signal(process, rests ? SIGSTOP : SIGCONT);
                    if (rests) {
                        restsSince = System.nanoTime();
                    }
                }
                if (rests) {
                    end += System.nanoTime() - restsSince;
                    restsSince = System.nanoTime();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (process.waitFor(Math.min(left, LOOK_MS), TimeUnit.MILLISECONDS)) {
                    return process.exitValue();
                }
                if (left <= LOOK_MS) {
                    throw new TookTooLong(
                            "%s took longer than %s (keepsake.video.time-limit, keepsake.image.time-limit)"
                                    .formatted(name, limits.wallTime()));
                }
                watch.look(lastWords(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + name, e);
        } finally {
            end(process);
        }
    }

    private static void signal(Process process, int number) throws IOException {
        try {
            int _ = (int) KILL.invokeExact(Math.toIntExact(process.pid()), number);
        } catch (Throwable e) {
            throw new IOException("Cannot signal a child", e);
        }
    }

    /** All commands in front of it replace themselves by the next: there is one process. */
    private static void end(Process process) {
        // Whoever removes its files does so after it: but a disk that hangs may keep it for long.
        process.destroyForcibly().onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    }

    private static String errors(Path file) throws IOException {
        return text(file, MOST_ERRORS).strip();
    }

    private static String text(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(most), StandardCharsets.UTF_8);
        }
    }

    private static String lastWords(Path file) throws IOException {
        try (var channel = FileChannel.open(file)) {
            var bytes = ByteBuffer.allocate(LAST_WORDS);
            channel.read(bytes, Math.max(0, channel.size() - LAST_WORDS));
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }
}
