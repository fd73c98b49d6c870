package app.keepsake.metadata;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.tiff.TiffMetadataReader;
import com.drew.lang.BufferBoundsException;
import com.drew.lang.RandomAccessFileReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.file.FileTypeDirectory;
import com.drew.metadata.xmp.XmpReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs metadata-extractor over an original that is not trusted. A read costs at most {@link
 * #BYTE_LIMIT} bytes and the time limit; at most {@link #AT_ONCE} run, and one that cannot be
 * stopped keeps its place, so hostile files cannot take more threads or memory than that.
 */
class OriginalReader {

    /** Above any real header, maker note or film index, and small beside the heap. */
    static final long BYTE_LIMIT = 48 << 20;

    private static final Logger log = LoggerFactory.getLogger(OriginalReader.class);
    private static final int AT_ONCE = 2;
    private static final long SIDECAR_LIMIT = 4 << 20;

    /** Ten hours of film have an index of some 10 MB; it is held in memory. */
    private static final long FILM_LIMIT = 16 << 20;

    private static final int HEAD = 4096;

    private final Duration timeLimit;
    private final Semaphore places = new Semaphore(AT_ONCE);

    OriginalReader(Duration timeLimit) {
        this.timeLimit = timeLimit;
    }

    /** The file defeats its parser; the message says how, for the admin. */
    static final class Unreadable extends Exception {
        Unreadable(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }
    }

    /** It took too long: a hostile file, or a good one on a slow disk. */
    static final class TookTooLong extends IOException {
        TookTooLong(Duration limit) {
            super("reading its metadata took over " + limit.toSeconds() + " s");
        }
    }

    /**
     * What the files say; a format that metadata-extractor does not know says nothing.
     *
     * @param sidecar an XMP file that overrides what the original says; one that is gone, too large
     *     or broken overrides nothing
     * @throws Unreadable the file is over a limit, or broken in a way that its parser cannot take
     * @throws TookTooLong try again; what never ends is the file's fault
     * @throws IOException a file is not there, the disk fails, or all places are taken: try again
     */
    Facts read(Path original, @Nullable Path sidecar)
            throws IOException, Unreadable, InterruptedException {
        if (!places.tryAcquire(timeLimit.toMillis() * AT_ONCE, TimeUnit.MILLISECONDS)) {
            throw new IOException("metadata readers are busy with files that do not end");
        }
        var task = new FutureTask<>(() -> facts(original, sidecar));
        Thread.ofPlatform()
                .daemon()
                .name("metadata")
                .start(
                        () -> {
                            try {
                                task.run();
                            } finally {
                                places.release();
                            }
                        });
        try {
            return task.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // LimitedFile sees the interrupt at the parser's next read and ends its thread.
            throw new TookTooLong(timeLimit);
        } catch (ExecutionException e) {
            throw unreadable(e.getCause());
        } finally {
            task.cancel(true);
        }
    }

    private static Unreadable unreadable(@Nullable Throwable cause) throws IOException {
        return switch (cause) {
            case IOException e -> throw e;
            case LimitedFile.LimitReached e ->
                    new Unreadable("reading its metadata " + e.getMessage(), e);
            case OutOfMemoryError e ->
                    new Unreadable("reading its metadata needs too much memory", e);
            case StackOverflowError e -> new Unreadable("its metadata is nested too deeply", e);
            // metadata-extractor throws these for broken input (CVE-2022-24613).
            case RuntimeException e -> new Unreadable("its metadata is broken: " + e, e);
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    private static Facts facts(Path original, @Nullable Path sidecar) throws IOException {
        try (var file = new LimitedFile(original, BYTE_LIMIT)) {
            return FactsReader.read(embedded(file), sidecar == null ? null : sidecar(sidecar));
        }
    }

    /** What the file itself says. A read that fails is never taken for the file's end. */
    static Metadata embedded(LimitedFile file) throws IOException {
        try {
            var metadata = parse(file);
            file.requireSound();
            return metadata;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Metadata parse(LimitedFile file) throws IOException {
        try {
            var head = file.stream().readNBytes(HEAD);
            var type =
                    FileTypeDetector.detectFileType(
                            new BufferedInputStream(new ByteArrayInputStream(head)));
            return switch (type) {
                case Unknown -> new Metadata();
                // Through a stream, these would be read to their end and held in memory.
                case Tiff, Arw, Cr2, Nef, Orf, Rw2, Dng, GoPro, Kdc, ThreeFR, Pef, Srw ->
                        TiffMetadataReader.readMetadata(new RandomAccessFileReader(file));
                case Mp4, QuickTime ->
                        ImageMetadataReader.readMetadata(withoutFrames(file), -1, type);
                case Png -> withType(PngChunks.sane(file), file.length(), type);
                default -> withType(file.stream(), file.length(), type);
            };
        } catch (ImageProcessingException | EOFException | BufferBoundsException e) {
            // A file that only looks like its type, or was cut short. Its upload's dates are the
            // best there is.
            return new Metadata();
        }
    }

    private static Metadata withType(InputStream stream, long length, FileType type)
            throws IOException, ImageProcessingException {
        var metadata = new Metadata();
        if (type == FileType.Jpeg) {
            JpegMetadataReader.process(metadata, stream, SaneXmp.READERS);
        } else {
            metadata = ImageMetadataReader.readMetadata(stream, length, type);
        }
        metadata.addDirectory(new FileTypeDirectory(type));
        return metadata;
    }

    /**
     * A film's boxes but for its frames: the parser gives up at a box over 2 GB, as phones make.
     */
    private static InputStream withoutFrames(LimitedFile file) throws IOException {
        var wanted = Set.of("ftyp", "moov", "meta", "udta", "uuid");
        var kept = new ByteArrayOutputStream();
        var header = new byte[16];
        for (long at = 0; at + 8 <= file.length(); ) {
            file.seek(at);
            file.readFully(header, 0, 8);
            long size = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
            if (size == 1 && at + 16 <= file.length()) {
                file.readFully(header, 8, 8);
                size = ByteBuffer.wrap(header).getLong(8);
            } else if (size == 0) {
                size = file.length() - at;
            }
            if (size < 8) {
                break;
            }
            if (wanted.contains(new String(header, 4, 4, StandardCharsets.ISO_8859_1))) {
                var length = Math.min(size, file.length() - at);
                if (length > FILM_LIMIT - kept.size()) {
                    throw new LimitedFile.LimitReached("asks to read more than is sensible");
                }
                var box = new byte[(int) length];
                file.seek(at);
                file.readFully(box);
                kept.write(box);
            }
            at = at + size < at ? Long.MAX_VALUE - 8 : at + size;
        }
        return new ByteArrayInputStream(kept.toByteArray());
    }

    /** Null when it cannot be used: the photo's own metadata must not be lost for it. */
    private static @Nullable Metadata sidecar(Path path) throws IOException {
        try {
            if (Files.size(path) > SIDECAR_LIMIT) {
                log.warn("The sidecar {} is larger than 4 MB and is not used", path);
                return null;
            }
            var metadata = new Metadata();
            new XmpReader().extract(Files.readAllBytes(path), metadata);
            return metadata;
        } catch (NoSuchFileException e) {
            log.warn("The sidecar {} is not there, so it is not used", path);
        } catch (RuntimeException | StackOverflowError e) {
            log.warn("The sidecar {} is broken and is not used: {}", path, e.toString());
        }
        return null;
    }
}
