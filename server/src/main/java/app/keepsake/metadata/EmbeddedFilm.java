package app.keepsake.metadata;

import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.imaging.jpeg.JpegSegmentReader;
import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.lang.StreamReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where in a motion photo's file its film lies. Phones say so in one of four ways, and none is
 * believed: what is no MP4 within the file is not there.
 *
 * @param offset of its first byte in the file
 * @param length in bytes
 */
record EmbeddedFilm(long offset, long length) {

    /** Several times what such a file has before its picture's pixels. */
    private static final long BYTE_LIMIT = 8 << 20;

    private static final int LEAST = 16;
    private static final int MOST_BOXES = 1000;
    private static final int MOST_ENTRIES = 100;

    /** What Samsung puts behind a picture: blocks, then their directory, then its length. */
    private static final String TRAILER_END = "SEFT";

    private static final String TRAILER_DIRECTORY = "SEFH";
    private static final String TRAILER_FILM = "MotionPhoto_Data";

    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    /** A property in XMP, however it is written; it is not worth a parser of XML. */
    private static final String PROPERTY = ":%s\\s*(?:=\\s*[\"']|>)\\s*(%s)\\s*[\"'<]";

    private static final Pattern LENGTH =
            Pattern.compile(PROPERTY.formatted("Length", "\\d{1,15}"));
    private static final Pattern PADDING =
            Pattern.compile(PROPERTY.formatted("Padding", "\\d{1,15}"));
    private static final Pattern MOTION_PHOTO =
            Pattern.compile(PROPERTY.formatted("Semantic", "MotionPhoto"));
    private static final Pattern OFFSET =
            Pattern.compile(PROPERTY.formatted("MicroVideoOffset", "\\d{1,15}"));

    /** Looks into a file that is not trusted, at little of it; most hold no film. */
    static Optional<EmbeddedFilm> find(Path original) throws IOException {
        try (var file = new LimitedFile(original, BYTE_LIMIT)) {
            return find(file);
        } catch (LimitedFile.LimitReached e) {
            return Optional.empty();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Optional<EmbeddedFilm> find(LimitedFile file) throws IOException {
        if (file.length() < LEAST) {
            return Optional.empty();
        } else if (text(file, 4).equals("ftyp")) {
            return Optional.ofNullable(inBoxes(file));
        }
        var inTrailer = inTrailer(file);
        return Optional.ofNullable(inTrailer != null ? inTrailer : namedByXmp(file));
    }

    private static @Nullable EmbeddedFilm ifSound(LimitedFile file, long offset, long length)
            throws IOException {
        if (offset <= 0 || length < LEAST || offset > file.length() - length) {
            return null;
        }
        return text(file, offset + 4).equals("ftyp") ? new EmbeddedFilm(offset, length) : null;
    }

    /** HEIC and AVIF: a box beside the picture's. */
    private static @Nullable EmbeddedFilm inBoxes(LimitedFile file) throws IOException {
        long at = 0;
        for (int i = 0; i < MOST_BOXES && at <= file.length() - 16; i++) {
            var header = bytes(file, at, 16);
            long size = Integer.toUnsignedLong(header.getInt(0));
            int headerSize = size == 1 ? 16 : 8;
            if (size == 1) {
                size = header.getLong(8);
            } else if (size == 0) {
                size = file.length() - at;
            }
            if (size < headerSize || size > file.length() - at) {
                return null;
            }
            if (text(header, 4).equals("mpvd")) {
                return ifSound(file, at + headerSize, size - headerSize);
            }
            at += size;
        }
        return null;
    }

    /** Samsung's JPEG. */
    private static @Nullable EmbeddedFilm inTrailer(LimitedFile file) throws IOException {
        long end = file.length() - 8;
        if (end < LEAST || !text(file, end + 4).equals(TRAILER_END)) {
            return null;
        }
        long length = Integer.toUnsignedLong(little(bytes(file, end, 4)).getInt());
        long directory = end - length;
        if (length < 12 || directory <= 0 || !text(file, directory).equals(TRAILER_DIRECTORY)) {
            return null;
        }
        int count = little(bytes(file, directory + 8, 4)).getInt();
        for (int i = 0; i < Math.min(count, MOST_ENTRIES) && 24 + 12L * i <= length; i++) {
            var entry = little(bytes(file, directory + 12 + 12L * i, 12));
            long block = directory - Integer.toUnsignedLong(entry.getInt(4));
            long size = Integer.toUnsignedLong(entry.getInt(8));
            var film = inBlock(file, block, size);
            if (film != null) {
                return film;
            }
        }
        return null;
    }

    /** A block of the trailer: its kind, its name's length, its name, its data. */
    private static @Nullable EmbeddedFilm inBlock(LimitedFile file, long block, long size)
            throws IOException {
        int head = 8 + TRAILER_FILM.length();
        if (block <= 0 || size < head || block > file.length() - size) {
            return null;
        }
        var bytes = bytes(file, block, head);
        var name = StandardCharsets.ISO_8859_1.decode(bytes.slice(8, TRAILER_FILM.length()));
        return little(bytes).getInt(4) == TRAILER_FILM.length()
                        && name.toString().equals(TRAILER_FILM)
                ? ifSound(file, block + head, size - head)
                : null;
    }

    /** Google's JPEG. */
    private static @Nullable EmbeddedFilm namedByXmp(LimitedFile file) throws IOException {
        for (var xmp : xmp(file)) {
            var film = inContainer(file, xmp);
            if (film == null) {
                long length = number(OFFSET, xmp);
                film = ifSound(file, file.length() - length, length);
            }
            if (film != null) {
                return film;
            }
        }
        return null;
    }

    private static List<String> xmp(LimitedFile file) throws IOException {
        try {
            var segments =
                    JpegSegmentReader.readSegments(
                            new StreamReader(file.stream()), Set.of(JpegSegmentType.APP1));
            return StreamSupport.stream(
                            segments.getSegments(JpegSegmentType.APP1).spliterator(), false)
                    .map(segment -> new String(segment, StandardCharsets.ISO_8859_1))
                    .filter(segment -> segment.startsWith(XMP))
                    .toList();
        } catch (JpegProcessingException | EOFException e) {
            return List.of(); // no JPEG, or a broken one
        }
    }

    /** Google's later way: a list of what the file consists of, the picture first. */
    private static @Nullable EmbeddedFilm inContainer(LimitedFile file, String xmp)
            throws IOException {
        long behind = 0;
        for (var item : Arrays.asList(xmp.split("<rdf:li", MOST_ENTRIES)).reversed()) {
            long length = number(LENGTH, item);
            long padding = number(PADDING, item);
            if (MOTION_PHOTO.matcher(item).find()) {
                var film = ifSound(file, file.length() - behind - padding - length, length);
                return film != null ? film : ifSound(file, file.length() - behind - length, length);
            }
            behind += length + padding;
        }
        return null;
    }

    /** What a property says, or 0. */
    private static long number(Pattern property, String xmp) {
        var found = property.matcher(xmp);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static String text(LimitedFile file, long at) throws IOException {
        return text(bytes(file, at, 4), 0);
    }

    private static String text(ByteBuffer bytes, int at) {
        return StandardCharsets.ISO_8859_1.decode(bytes.slice(at, 4)).toString();
    }

    private static ByteBuffer little(ByteBuffer bytes) {
        return bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer bytes(LimitedFile file, long at, int count) throws IOException {
        var bytes = new byte[count];
        file.seek(at);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
