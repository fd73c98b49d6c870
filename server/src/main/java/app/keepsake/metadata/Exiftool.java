package app.keepsake.metadata;

import app.keepsake.jobs.TookTooLong;
import app.keepsake.process.Confined;
import app.keepsake.storage.Library;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks one exiftool, which stays for the next file, for what metadata-extractor cannot read.
 *
 * <p>Its files are hostile, so it is a child with limits of memory and time that the kernel
 * enforces; it has no network, can write no file, and read none but the system's and the library's
 * ({@link Confined}). It is ended when it says too much, takes too long, has read {@link
 * #MOST_FILES} files, has nothing to do for a minute, or when the server dies. Nothing of a file's
 * name reaches it.
 */
@Component
class Exiftool implements AutoCloseable {

    /** A leak in it grows no further than over so many. */
    static final int MOST_FILES = 500;

    /** The tags that we ask for take some kilobytes; a description may be long. */
    static final int MOST_OUTPUT = 4 << 20;

    private static final long MOST_MEMORY = 256 << 20;

    /** Seconds for all of its files, which ends one that goes on without its server. */
    private static final int MOST_CPU = 600;

    private static final Logger log = LoggerFactory.getLogger(Exiftool.class);

    /** What the programs in front of it answer when the next cannot be run, or is not there. */
    private static final Set<Integer> NOT_RUN = Set.of(126, 127);

    private static final List<String> LIMITED =
            List.of(
                    "nice",
                    "-n",
                    "10",
                    "choom", // where memory is short, it goes rather than its server
                    "-n",
                    "1000",
                    "--",
                    "prlimit",
                    "--as=" + MOST_MEMORY,
                    "--cpu=" + MOST_CPU,
                    "--fsize=0",
                    "--core=0",
                    "--nofile=64",
                    "--",
                    "setpriv",
                    "--no-new-privs",
                    "--pdeathsig",
                    "KILL",
                    "--");

    private static final List<String> STAYING =
            List.of(
                    "exiftool",
                    "-config",
                    "",
                    "-stay_open",
                    "True",
                    "-@",
                    "-",
                    "-common_args",
                    "-json",
                    "-quiet",
                    "-quiet",
                    "-api",
                    "largefilesupport=1",
                    "-Error");

    private final Supplier<List<String>> command;
    private final Duration timeLimit;
    private final Duration idleLimit;
    private final ScheduledExecutorService idleness =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("exiftool-idle").factory());
    private volatile @Nullable Child child;
    private volatile boolean isClosed;

    @Autowired
    Exiftool(
            Library library,
            @Value("${keepsake.metadata.time-limit:20s}") Duration timeLimit,
            @Value("${keepsake.metadata.exiftool-idle:60s}") Duration idleLimit) {
        this(() -> staying(library.root()), timeLimit, idleLimit);
    }

    /**
     * @param command takes arguments as a staying exiftool does
     */
    Exiftool(Supplier<List<String>> command, Duration timeLimit, Duration idleLimit) {
        this.command = command;
        this.timeLimit = timeLimit;
        this.idleLimit = idleLimit;
    }

    /** It cannot read the file; the message says why, for the admin. */
    static final class Failed extends Exception {
        Failed(String reason) {
            super(reason);
        }
    }

    /**
     * One that stays.
     *
     * @param folder where the files are that it may read
     */
    static List<String> staying(Path folder) {
        var exiftool = new ArrayList<>(STAYING);
        ExiftoolFacts.TAGS.forEach(tag -> exiftool.add("-" + tag));
        return limited(folder, exiftool);
    }

    static List<String> limited(Path folder, List<String> program) {
        var all = new ArrayList<>(LIMITED);
        all.addAll(Confined.command(folder, List.of()));
        all.addAll(program);
        return all;
    }

    /**
     * The tags of a file, by name.
     *
     * @throws Failed the file is too much for it, twice
     * @throws TookTooLong try again, for the disk may be slow
     * @throws IOException it cannot be run, or the server is stopping
     */
    synchronized JsonNode read(Path original) throws IOException, Failed {
        if (!Files.isReadable(original)) {
            throw new IOException("Cannot read " + original);
        }
        try {
            return readOnce(original);
        } catch (Failed e) {
            // Perhaps by what it had read before.
            log.info("exiftool failed and is started again: {}", e.getMessage());
            return readOnce(original);
        }
    }

    private JsonNode readOnce(Path original) throws IOException, Failed {
        if (isClosed) {
            throw new IOException("the server is stopping");
        }
        var asked = child;
        if (asked == null) {
            asked = new Child(start());
            child = asked;
        }
        return ask(asked, original);
    }

    private JsonNode ask(Child asked, Path original) throws IOException, Failed {
        try {
            var answer = asked.ask(original);
            if (asked.files == MOST_FILES || isClosed) {
                end();
            } else {
                idleness.schedule(
                        () -> endIdle(asked), idleLimit.toMillis(), TimeUnit.MILLISECONDS);
            }
            return answer;
        } catch (IOException | Failed e) {
            end();
            throw e;
        }
    }

    private synchronized void endIdle(Child idle) {
        if (child == idle && System.nanoTime() - idle.lastNanos >= idleLimit.toNanos()) {
            end();
        }
    }

    private void end() {
        var ended = child;
        child = null;
        if (ended != null) {
            ended.end();
        }
    }

    /** Also ends one that reads a file. */
    @Override
    public void close() {
        isClosed = true;
        idleness.shutdownNow();
        var running = child;
        if (running != null) {
            running.end();
        }
    }

    /**
     * Its end is bound to that of the thread that starts it ({@code --pdeathsig}), so that one
     * lasts as long as it does.
     */
    private Process start() throws IOException {
        var builder =
                new ProcessBuilder(command.get()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        var started = new CompletableFuture<Process>();
        Thread.ofPlatform()
                .daemon()
                .name("exiftool")
                .start(
                        () -> {
                            try {
                                var process = builder.start();
                                started.complete(process);
                                process.waitFor();
                            } catch (IOException | InterruptedException e) {
                                started.completeExceptionally(e);
                            }
                        });
        try {
            return started.join();
        } catch (CompletionException e) {
            throw new IOException("Cannot run exiftool, is it installed?", e.getCause());
        }
    }

    /** One process, and the folder in which it finds its file under a name of ours. */
    private final class Child {

        final Process process;
        final Path folder;
        int files;
        long lastNanos = System.nanoTime();

        Child(Process process) throws IOException {
            this.process = process;
            folder = Files.createTempDirectory("keepsake-exiftool-");
        }

        JsonNode ask(Path original) throws IOException, Failed {
            files++;
            var link = folder.resolve("original" + extension(original));
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, original.toAbsolutePath());
            var isLate = new CompletableFuture<Boolean>();
            var watch =
                    CompletableFuture.runAsync(
                            () -> {
                                isLate.complete(true);
                                process.destroyForcibly();
                            },
                            CompletableFuture.delayedExecutor(
                                    timeLimit.toMillis(), TimeUnit.MILLISECONDS));
            try {
                var line = "%s\n-execute%d\n".formatted(link, files);
                process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                return tags(answer());
            } catch (IOException | Failed e) {
                if (isLate.isDone()) {
                    throw OriginalReader.tookTooLong(timeLimit);
                }
                // The pipe to one that has ended is broken.
                throw e instanceof Failed failed ? failed : new Failed(ending());
            } finally {
                watch.cancel(false);
                Files.deleteIfExists(link);
                lastNanos = System.nanoTime();
            }
        }

        /** exiftool looks at it for formats that are TIFF inside. */
        private static String extension(Path original) {
            var name = original.getFileName().toString();
            var extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            return extension.matches("[a-z0-9]{1,5}") ? "." + extension : "";
        }

        private byte[] answer() throws IOException, Failed {
            var end = "{ready%d}\n".formatted(files).getBytes(StandardCharsets.UTF_8);
            var all = new ByteArrayOutputStream();
            var part = new byte[8192];
            while (true) {
                var read = process.getInputStream().read(part);
                if (read < 0) {
                    throw new Failed(ending());
                }
                all.write(part, 0, read);
                if (all.size() > MOST_OUTPUT) {
                    throw new Failed("exiftool says more of it than is sensible");
                }
                var bytes = all.toByteArray();
                var from = bytes.length - end.length;
                if (from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length)) {
                    return Arrays.copyOf(bytes, from);
                }
            }
        }

        private static JsonNode tags(byte[] answer) throws Failed {
            try {
                var files =
                        JsonMapper.shared().readTree(new String(answer, StandardCharsets.UTF_8));
                if (files.path(0).isMissingNode()) {
                    throw new Failed("exiftool says nothing of it");
                }
                if (files.path(0).path("Error").asString("").equals("Error opening file")) {
                    throw new Failed("exiftool may not open it: does it lie in the library?");
                }
                return files.path(0);
            } catch (JacksonException e) {
                throw new Failed("exiftool's answer is broken: " + e.getOriginalMessage());
            }
        }

        private String ending() {
            try {
                if (!process.waitFor(1, TimeUnit.SECONDS)) {
                    return "exiftool says nothing more";
                }
                return NOT_RUN.contains(process.exitValue())
                        ? "exiftool cannot be run, is it installed?"
                        : "exiftool ended with status " + process.exitValue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted while waiting for exiftool";
            }
        }

        void end() {
            process.destroyForcibly();
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                log.debug("Cannot remove {}", folder, e);
            }
        }
    }
}
