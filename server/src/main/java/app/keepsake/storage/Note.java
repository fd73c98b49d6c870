package app.keepsake.storage;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * What a small file beside the library's marker says.
 *
 * @param isCopy whether the file is another than was written: it was put back from a back-up, or
 *     moved here with the library
 */
public record Note(String text, boolean isCopy) {

    private static final String FILE = "file=";

    /**
     * What a copy of a file does not have in common with it.
     *
     * @param born the file's first moment, or that of its last change where the file system does
     *     not keep the first
     */
    record Identity(long inode, Instant born) {

        static Identity of(Path file) throws IOException {
            var inode = requireNonNull(Files.getAttribute(file, "unix:ino"));
            var born = Files.readAttributes(file, BasicFileAttributes.class).creationTime();
            return new Identity((Long) inode, born.toInstant());
        }

        /** The note's last line. */
        String line() {
            return FILE + inode + "/" + born + "\n";
        }
    }

    /** One without an identity, as earlier versions wrote it, counts as no copy. */
    static Note read(Path file) throws IOException {
        var text = Files.readString(file);
        var last = text.lastIndexOf(FILE);
        return last < 0
                ? new Note(text, false)
                : new Note(
                        text.substring(0, last),
                        !text.substring(last).equals(Identity.of(file).line()));
    }
}
