package app.keepsake.storage;

import app.keepsake.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The library folder and the names in it. Paths in the database are relative to it, with {@code /},
 * so the library can move.
 *
 * <p>The file {@value #MARKER} in it names the installation that it belongs to; the database knows
 * the same name. Without it the library's disk is missing: nothing is read, written, trashed or
 * made anew (I2).
 */
@Component
public class Library implements SmartInitializingSingleton {

    public static final String MARKER = ".keepsake";

    /** The folder of originals that stand where the storage template wants them. */
    public static final String TEMPLATED = "library";

    private static final Logger log = LoggerFactory.getLogger(Library.class);

    /** A line of the marker: an installation's name, which older scripts wrote bare. */
    private static final Pattern NAME =
            Pattern.compile(
                    "\\s*(?:id=)?\\s*(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})\\s*");

    private record Sight(boolean present, long nanoTime) {}

    /** What the marker file says. One that is there and says nothing is never written over. */
    private sealed interface Marker {

        record Missing() implements Marker {}

        record Of(String id) implements Marker {}

        record Unreadable(String why) implements Marker {}
    }

    private final Path root;
    private final Volume volume;
    private final JdbcClient jdbc;
    private final AtomicReference<@Nullable Sight> seen = new AtomicReference<>();
    private volatile @Nullable String installation;

    Library(@Value("${keepsake.library}") Path root, Volume volume, JdbcClient jdbc) {
        this.root = root.toAbsolutePath().normalize();
        this.volume = volume;
        this.jdbc = jdbc;
    }

    public Path root() {
        return root;
    }

    /** The file that a stored path names; it never leaves the library. */
    public Path resolve(String relative) {
        var path = root.resolve(relative).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("outside the library: " + relative);
        }
        return path;
    }

    /** The stored form of a path in the library. */
    public String relative(Path file) {
        return root.relativize(file).toString();
    }

    /** Where a new original goes: {@code upload/<owner>/ab/cd/<asset>.<extension>}. */
    public static String originalPath(UUID ownerId, UUID assetId, String extension) {
        var name = assetId.toString();
        return "upload/%s/%s/%s/%s.%s"
                .formatted(ownerId, name.substring(0, 2), name.substring(2, 4), name, extension);
    }

    /** As {@link #requirePresent}, by a look at the disk now. */
    public void requireStillPresent() {
        seen.set(null);
        requirePresent();
    }

    /** Whether the library's disk is there, as seen within the last second. */
    public boolean isPresent() {
        var last = seen.get();
        var now = System.nanoTime();
        if (last == null || now - last.nanoTime() > TimeUnit.SECONDS.toNanos(1)) {
            var present = readMarker() instanceof Marker.Of(var id) && id.equals(installation);
            if (last != null && last.present() != present) {
                log.warn(
                        present
                                ? "The library at {} is back."
                                : "The library at {} is gone: is its disk mounted?",
                        root);
            }
            last = new Sight(present, now);
            seen.set(last);
        }
        return last.present();
    }

    /** Throws {@link Problem.Unavailable} while the library's disk is missing. */
    public void requirePresent() {
        if (!isPresent()) {
            throw new Problem.Unavailable("The library's disk is not available, try again later");
        }
    }

    /** The room on the library's disk. Throws {@link Problem.Unavailable} when it is missing. */
    public Volume.Space space() {
        requirePresent(); // or it would be of the disk below the missing one
        try {
            return volume.space(root);
        } catch (IOException e) {
            log.error("Cannot ask the library's disk for its free space", e);
            throw new Problem.Unavailable("The library's disk failed, try again later");
        }
    }

    /** Runs before the first request is answered. */
    @Override
    public void afterSingletonsInstantiated() {
        installation = recorded().orElse(null);
        if (isUnused()) {
            begin();
        }
        if (installation == null) {
            log.error(
                    "The library at {} is in use (its file {} {}), but this database knows nothing"
                            + " of it. Was the database lost? Restore it, or point KEEPSAKE_LIBRARY"
                            + " to an empty folder, and start the server again. Until then nobody"
                            + " can sign up, uploads answer 503, and nothing in the library is"
                            + " changed.",
                    root,
                    MARKER,
                    describe(readMarker()));
        } else if (!isPresent()) {
            log.error(
                    "{} is not this installation's library: its file {} {}. Mount the right disk, or"
                            + " correct KEEPSAKE_LIBRARY. Until then originals and uploads answer 503;"
                            + " nothing is changed or removed.",
                    root,
                    MARKER,
                    describe(readMarker()));
        }
    }

    /** Joins a database and a folder that hold nothing. */
    private void begin() {
        var recorded = installation;
        switch (readMarker()) {
            case Marker.Missing _ -> {
                var id = recorded != null ? recorded : record(UUID.randomUUID().toString());
                writeMarker(id);
                installation = id;
            }
            case Marker.Of(var id) -> installation = recorded != null ? recorded : record(id);
            case Marker.Unreadable _ -> {}
        }
    }

    private static String describe(Marker marker) {
        return switch (marker) {
            case Marker.Missing _ -> "is missing";
            case Marker.Of(var id) -> "names installation " + id;
            case Marker.Unreadable(var why) -> "cannot be read (" + why + ")";
        };
    }

    /** Nothing was ever kept here, neither in the database nor in the folder. */
    private boolean isUnused() {
        var inDatabase =
                jdbc.sql("select exists (select 1 from \"user\") or exists (select 1 from asset)")
                        .query(Boolean.class)
                        .single();
        return !inDatabase && isEmpty(root.resolve("upload")) && isEmpty(root.resolve(TEMPLATED));
    }

    private static boolean isEmpty(Path directory) {
        try (var entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            log.error("Cannot look into {}", directory, e);
            return false;
        }
    }

    private Optional<String> recorded() {
        return jdbc.sql("select value ->> 'id' from system_metadata where key = 'installation'")
                .query(String.class)
                .optional();
    }

    /** Records an installation's name, and returns the one that another server was quicker with. */
    private String record(String id) {
        jdbc.sql(
                        """
                        insert into system_metadata (key, value)
                        values ('installation', jsonb_build_object('id', :id))
                        on conflict (key) do nothing
                        """)
                .param("id", id)
                .update();
        return recorded().orElseThrow();
    }

    private Marker readMarker() {
        try {
            return Files.readString(root.resolve(MARKER))
                    .lines()
                    .map(NAME::matcher)
                    .filter(Matcher::matches)
                    .findFirst()
                    .<Marker>map(name -> new Marker.Of(name.group(1).toLowerCase(Locale.ROOT)))
                    .orElseGet(() -> new Marker.Unreadable("there is no line id=<uuid>"));
        } catch (NoSuchFileException e) {
            return new Marker.Missing();
        } catch (IOException e) {
            return new Marker.Unreadable(e.toString());
        }
    }

    /** The folder's own name must outlast a power cut too (I1). */
    private void makeRoot() throws IOException {
        var parent = root.getParent();
        if (parent != null && !Files.isDirectory(root)) {
            Files.createDirectories(parent);
            volume.makeDirectory(root);
            volume.syncDirectory(parent);
        }
    }

    private void writeMarker(String id) {
        try {
            makeRoot();
            write(MARKER, _ -> "id=" + id + "\n");
        } catch (IOException e) {
            log.error("Cannot write the library's marker {}", root.resolve(MARKER), e);
        }
    }

    /** A small file beside the marker, which outlives the database; empty when there is none. */
    public Optional<Note> note(String name) throws IOException {
        requirePresent();
        try {
            return Optional.of(Note.read(root.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes such a file, whole or not at all. */
    public void keepNote(String name, String text) throws IOException {
        requireStillPresent();
        write(name, file -> text + file.line());
    }

    private void write(String name, Function<Note.Identity, String> text) throws IOException {
        var draft = root.resolve(name + "." + UUID.randomUUID());
        try (var sink = volume.create(draft)) {
            var file = Note.Identity.of(draft);
            sink.write(StandardCharsets.UTF_8.encode(text.apply(file)));
            sink.sync();
            volume.setModified(draft, file.born());
        }
        volume.rename(draft, root.resolve(name));
        volume.syncDirectory(root);
    }
}
