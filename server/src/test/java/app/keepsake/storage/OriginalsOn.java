package app.keepsake.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/** Originals on another disk than the machine's, for tests. */
public final class OriginalsOn {

    /** What the disk keeps free, in bytes. */
    public static final long RESERVE = 1_000_000;

    private static final Sha1s SHA1S = new Sha1s();

    private OriginalsOn() {}

    /** In a folder that belongs to the installation of the given library. */
    public static Originals volume(Path root, Volume volume, JdbcClient jdbc) {
        var library = library(root, volume, jdbc);
        var reserve = reserve(library);
        return new Originals(
                library,
                volume,
                new LibraryDisk(library, volume, reserve),
                reserve,
                new ArrivalFolder(library),
                SHA1S);
    }

    /** {@link #RESERVE}, as an administrator sets it. */
    public static Reserve reserve(Library library) {
        return new Reserve(library, DataSize.ofBytes(RESERVE));
    }

    public static Library library(Path root, Volume volume, JdbcClient jdbc) {
        var library = new Library(root, volume, jdbc);
        library.afterSingletonsInstantiated();
        return library;
    }

    /** Marks a folder as part of the library's installation. */
    public static void mark(Path root, Library library) throws IOException {
        Files.copy(library.root().resolve(Library.MARKER), root.resolve(Library.MARKER));
    }
}
