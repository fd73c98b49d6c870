package app.keepsake.user;

import app.keepsake.auth.Caller;
import app.keepsake.problem.Problem;
import app.keepsake.storage.Arrival;
import app.keepsake.storage.DiscardedFiles;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import app.keepsake.upload.Multipart;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The pictures that users show of themselves, in {@code profile/<user>/}. They are kept as they
 * were sent: nothing is decoded here, and what is no JPEG, PNG or WebP by its first bytes is
 * refused.
 */
@Component
public class ProfileImages {

    /** A picture on disk. */
    public record Image(Path file, String contentType) {}

    private static final long MAX_BYTES = 10L << 20;
    private static final int HEAD = 12;

    private enum Format {
        JPEG("jpg", "image/jpeg"),
        PNG("png", "image/png"),
        WEBP("webp", "image/webp");

        private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

        private final String extension;
        private final String contentType;

        Format(String extension, String contentType) {
            this.extension = extension;
            this.contentType = contentType;
        }

        private boolean begins(byte[] head) {
            return switch (this) {
                case JPEG ->
                        head[0] == (byte) 0xff && head[1] == (byte) 0xd8 && head[2] == (byte) 0xff;
                case PNG -> Arrays.equals(head, 0, 8, PNG_SIGNATURE, 0, 8);
                case WEBP -> isWord(head, 0, "RIFF") && isWord(head, 8, "WEBP");
            };
        }

        private static boolean isWord(byte[] head, int at, String word) {
            return new String(head, at, 4, StandardCharsets.ISO_8859_1).equals(word);
        }
    }

    private final JdbcClient jdbc;
    private final Users users;
    private final Originals originals;
    private final DiscardedFiles files;
    private final Library library;

    ProfileImages(
            JdbcClient jdbc,
            Users users,
            Originals originals,
            DiscardedFiles files,
            Library library) {
        this.jdbc = jdbc;
        this.users = users;
        this.originals = originals;
        this.files = files;
        this.library = library;
    }

    /**
     * Takes the field {@code file} of a multipart body, of at most 10 MB, in place of the caller's
     * picture so far.
     *
     * @throws Problem.Invalid when it is missing, empty, or of another format
     */
    public UserView receive(Caller caller, InputStream body, @Nullable String contentType) {
        originals.requireWritable(0);
        var form = new Multipart(body, contentType);
        Multipart.Part part;
        do {
            part = form.next();
            if (part == null) {
                throw new Problem.Invalid("file is missing");
            }
        } while (!part.name().equals("file"));
        try (var arrival = originals.receive()) {
            var format = read(form, arrival);
            var path =
                    "profile/%s/%s.%s"
                            .formatted(caller.userId(), UUID.randomUUID(), format.extension);
            arrival.sync(Instant.now());
            arrival.moveTo(path);
            arrival.syncName();
            if (!replace(caller, path)) {
                originals.discard(path);
                throw new Problem.Unauthenticated("The account was just deleted");
            }
        }
        return users.me(caller);
    }

    private static Format read(Multipart form, Arrival arrival) {
        var head = new byte[HEAD];
        form.transferTo(
                (bytes, offset, length) -> {
                    if (arrival.size() + length > MAX_BYTES) {
                        throw new Problem.TooLarge("A profile image has at most 10 MB");
                    }
                    if (arrival.size() < HEAD) {
                        var have = (int) arrival.size();
                        System.arraycopy(bytes, offset, head, have, Math.min(length, HEAD - have));
                    }
                    arrival.write(bytes, offset, length);
                });
        return Arrays.stream(Format.values())
                .filter(format -> arrival.size() > HEAD && format.begins(head))
                .findFirst()
                .orElseThrow(
                        () -> new Problem.Invalid("A profile image is a JPEG, PNG or WebP file"));
    }

    /** The caller has no picture any more; nothing happens when there was none. */
    public void remove(Caller caller) {
        replace(caller, "");
    }

    /** Names the new file and gives up the old one in one step; false when the user is gone. */
    private boolean replace(Caller caller, String path) {
        int replaced =
                jdbc.sql(
                                """
                                with old as (
                                    select id, profile_image_path as path from "user"
                                    where id = :id for update
                                ), discarded as (
                                    insert into discarded_file (path)
                                    select path from old where path <> ''
                                )
                                update "user" u set profile_image_path = :path,
                                    profile_changed_at = clock_timestamp(), updated_at = now()
                                from old where u.id = old.id
                                """)
                        .param("path", path)
                        .param("id", caller.userId())
                        .update();
        files.wake();
        return replaced > 0;
    }

    /**
     * Anyone's picture.
     *
     * @throws Problem.Invalid when there is no such user
     * @throws Problem.NotFound when they have no picture
     */
    public Image find(UUID userId) {
        var path = users.find(userId).profileImagePath();
        library.requirePresent();
        return Optional.of(path)
                .filter(name -> !name.isEmpty())
                .map(library::resolve)
                .filter(Files::isRegularFile)
                .map(file -> new Image(file, contentType(path)))
                .orElseThrow(() -> new Problem.NotFound("User does not have a profile image"));
    }

    private static String contentType(String path) {
        return Arrays.stream(Format.values())
                .filter(format -> path.endsWith("." + format.extension))
                .map(format -> format.contentType)
                .findFirst()
                .orElse("application/octet-stream");
    }
}
