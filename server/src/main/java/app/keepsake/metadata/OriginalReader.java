package app.keepsake.metadata;

import app.keepsake.jobs.TookTooLong;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.place.Places;
import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.lang.BufferBoundsException;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.makernotes.CanonMakernoteDirectory;
import com.drew.metadata.exif.makernotes.LeicaMakernoteDirectory;
import com.drew.metadata.exif.makernotes.LeicaType5MakernoteDirectory;
import com.drew.metadata.exif.makernotes.NikonType1MakernoteDirectory;
import com.drew.metadata.exif.makernotes.NikonType2MakernoteDirectory;
import com.drew.metadata.exif.makernotes.OlympusMakernoteDirectory;
import com.drew.metadata.exif.makernotes.PanasonicMakernoteDirectory;
import com.drew.metadata.exif.makernotes.PentaxMakernoteDirectory;
import com.drew.metadata.exif.makernotes.SigmaMakernoteDirectory;
import com.drew.metadata.exif.makernotes.SonyType1MakernoteDirectory;
import com.drew.metadata.exif.makernotes.SonyType6MakernoteDirectory;
import com.drew.metadata.file.FileTypeDirectory;
import com.drew.metadata.heif.HeifDirectory;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an original that is not trusted: the pictures of phones and browsers with
 * metadata-extractor, which is quick, and everything else with {@link Exiftool}, which knows it.
 *
 * <p>A read by metadata-extractor costs at most {@link #BYTE_LIMIT} bytes and the time limit; at
 * most {@link #AT_ONCE} run, and one that cannot be stopped keeps its turn, so hostile files cannot
 * take more threads or memory than that.
 */
class OriginalReader {

    static final long BYTE_LIMIT = 24 << 20;

    private static final Logger log = LoggerFactory.getLogger(OriginalReader.class);
    private static final int AT_ONCE = 2;
    private static final int HEAD = 4096;

    /** Of a picture of 200 megapixels in small tiles it takes some 20 KB. */
    private static final int LIST_OF_PARTS = 64 << 10;

    /**
     * What metadata-extractor reads as well as exiftool does, and within how many bytes: above any
     * real header or maker note, and small beside the heap also where each becomes an object.
     */
    private static final Map<FileType, Long> KNOWN =
            Map.of(
                    FileType.Jpeg, BYTE_LIMIT,
                    FileType.Png, BYTE_LIMIT / 2,
                    FileType.Heif, BYTE_LIMIT / 6);

    /** Their lenses are numbers in a note, which exiftool knows the names of. */
    private static final List<Class<? extends Directory>> NUMBERING_LENSES =
            List.of(
                    CanonMakernoteDirectory.class,
                    NikonType1MakernoteDirectory.class,
                    NikonType2MakernoteDirectory.class,
                    OlympusMakernoteDirectory.class,
                    PanasonicMakernoteDirectory.class,
                    PentaxMakernoteDirectory.class,
                    SigmaMakernoteDirectory.class,
                    SonyType1MakernoteDirectory.class,
                    SonyType6MakernoteDirectory.class,
                    LeicaMakernoteDirectory.class,
                    LeicaType5MakernoteDirectory.class);

    /**
     * What metadata-extractor says.
     *
     * @param isAll whether exiftool would say no more
     */
    private record Look(Facts facts, boolean isKnown, boolean isAll, @Nullable Sidecar sidecar) {}

    private final Exiftool exiftool;
    private final Places places;
    private final Duration timeLimit;
    private final Semaphore turns = new Semaphore(AT_ONCE);

    OriginalReader(Exiftool exiftool, Places places, Duration timeLimit) {
        this.exiftool = exiftool;
        this.places = places;
        this.timeLimit = timeLimit;
    }

    /** The file defeats its parser; the message says how, for the admin. */
    static final class Unreadable extends Exception {
        Unreadable(String reason, @Nullable Throwable cause) {
            super(reason, cause);
        }
    }

    /**
     * What the files say; a format that nobody knows says nothing.
     *
     * @param sidecar an XMP file that overrides what the original says; one that is gone, too large
     *     or broken overrides nothing
     * @throws Unreadable the file is over a limit, or broken in a way that its parser cannot take
     * @throws TookTooLong try again; what never ends is the file's fault
     * @throws IOException a file is not there, the disk fails, or all turns are taken: try again
     */
    Facts read(Path original, @Nullable Path sidecar)
            throws IOException, Unreadable, InterruptedException {
        var look = look(original, sidecar);
        var facts = look.isAll ? look.facts : askExiftool(original, look);
        return look.sidecar == null ? facts : look.sidecar.over(facts, places);
    }

    private Facts askExiftool(Path original, Look look) throws IOException, Unreadable {
        try {
            return ExiftoolFacts.read(exiftool.read(original), places, positionOf(look.sidecar));
        } catch (Exiftool.Failed e) {
            if (!look.isKnown) {
                throw new Unreadable(String.valueOf(e.getMessage()), e);
            }
            log.warn("Not all of {} is known: {}", original, e.getMessage());
            return look.facts;
        }
    }

    private Look look(Path original, @Nullable Path sidecar)
            throws IOException, Unreadable, InterruptedException {
        if (!turns.tryAcquire(timeLimit.toMillis() * AT_ONCE, TimeUnit.MILLISECONDS)) {
            throw new IOException("metadata readers are busy with files that do not end");
        }
        var task = new FutureTask<>(() -> lookNow(original, sidecar));
        Thread.ofPlatform()
                .daemon()
                .name("metadata")
                .start(
                        () -> {
                            try {
                                task.run();
                            } finally {
                                turns.release();
                            }
                        });
        try {
            return task.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // LimitedFile sees the interrupt at the parser's next read and ends its thread.
            throw tookTooLong(timeLimit);
        } catch (ExecutionException e) {
            throw unreadable(e.getCause());
        } finally {
            task.cancel(true);
        }
    }

    /** A hostile file, or a good one on a slow disk. */
    static TookTooLong tookTooLong(Duration limit) {
        return new TookTooLong("reading its metadata took over " + limit.toSeconds() + " s");
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

    private Look lookNow(Path original, @Nullable Path sidecar) throws IOException {
        try (var file = new LimitedFile(original, BYTE_LIMIT);
                var _ = XmpNames.use()) {
            var beside = sidecar == null ? null : Sidecar.read(sidecar);
            var found = embedded(file);
            if (found.isEmpty()) {
                return new Look(Facts.NONE, false, false, beside);
            }
            var metadata = found.get();
            var isAll = !numbersLens(metadata) && !isHeicWithXmp(metadata, file);
            var facts = FactsReader.read(metadata, places, positionOf(beside));
            return new Look(facts, true, isAll, beside);
        }
    }

    private static @Nullable Position positionOf(@Nullable Sidecar sidecar) {
        return sidecar == null ? null : sidecar.position();
    }

    /** In a note of the camera's maker, or as an editor has left it. */
    private static boolean numbersLens(Metadata metadata) {
        return NUMBERING_LENSES.stream().anyMatch(metadata::containsDirectoryOfType)
                || Xmp.of(metadata).text("aux:LensID") != null;
    }

    /** The list of its parts, at its start, names XMP, which metadata-extractor passes over. */
    private static boolean isHeicWithXmp(Metadata metadata, LimitedFile file) throws IOException {
        if (!metadata.containsDirectoryOfType(HeifDirectory.class)) {
            return false;
        }
        try {
            var start = file.stream().readNBytes(LIST_OF_PARTS);
            return new String(start, StandardCharsets.ISO_8859_1).contains("application/rdf+xml");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * What the file itself says; empty when metadata-extractor is not to be asked. A read that
     * fails is never taken for the file's end.
     */
    static Optional<Metadata> embedded(LimitedFile file) throws IOException {
        try {
            var type = type(file);
            var limit = KNOWN.get(type);
            if (limit == null) {
                return Optional.empty();
            }
            file.allow(limit);
            var metadata = parse(file, type);
            file.requireSound();
            return Optional.of(metadata);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static FileType type(LimitedFile file) throws IOException {
        var head = file.stream().readNBytes(HEAD);
        return FileTypeDetector.detectFileType(
                new BufferedInputStream(new ByteArrayInputStream(head)));
    }

    private static Metadata parse(LimitedFile file, FileType type) throws IOException {
        try {
            var stream = type == FileType.Png ? PngChunks.sane(file) : file.stream();
            return withType(stream, file.length(), type);
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
            JpegMetadataReader.process(metadata, stream, FewSegments.READERS);
        } else {
            metadata = ImageMetadataReader.readMetadata(stream, length, type);
        }
        metadata.addDirectory(new FileTypeDirectory(type));
        return metadata;
    }
}
