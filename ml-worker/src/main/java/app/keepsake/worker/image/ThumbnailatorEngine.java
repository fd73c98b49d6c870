package app.keepsake.worker.image;

import app.keepsake.config.ImageConfig;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.library.Library;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.filters.Flip;
import net.coobird.thumbnailator.filters.ImageFilter;
import net.coobird.thumbnailator.filters.Rotation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures by the JDK and Thumbnailator, where libvips is missing: slower, and without HEIC, AVIF
 * and JPEG XL.
 *
 * <p>All that it makes are JPEGs in sRGB, and are called so: Java has no writer of WebP.
 */
final class ThumbnailatorEngine implements ImageEngine {

    private static final Logger log = LoggerFactory.getLogger(ThumbnailatorEngine.class);

    private static final int WHOLE = 0;

    private final ImageSettings settings;

    ThumbnailatorEngine(ImageSettings settings) {
        this.settings = settings;
    }

    @Override
    public ImageConfig.Format written(ImageConfig.Format wanted) {
        return ImageConfig.Format.JPEG;
    }

    /**
     * What was read of an original.
     *
     * @param todo what is left to do, but for the cut
     */
    private record Decoded(BufferedImage image, Edit.Stored todo) {}

    @Override
    public Derived derive(
            Source original, Edit edit, ImageConfig config, Path preview, Path thumbnail)
            throws IOException, Unrecoverable {
        var decoded = read(original, edit, config.preview().size());
        var todo = decoded.todo;
        var shorter = config.preview().size();
        var upright =
                resize(decoded.image, todo.part().size().withShorterSide(shorter), todo.turn());
        Files.write(preview, jpeg(upright, config.preview().quality()));
        var small =
                resize(
                        upright,
                        sizeOf(upright).withShorterSide(config.thumbnail().size()),
                        Turn.NONE);
        Files.write(thumbnail, jpeg(small, config.thumbnail().quality()));
        var tiny = resize(small, sizeOf(small).withLongerSide(ThumbHash.LONGEST), Turn.NONE);
        var hash = ThumbHash.of(Pixels.of(tiny).rgb(), sizeOf(tiny));
        var shown = todo.shown();
        return new Derived(shown.width(), shown.height(), null, hash);
    }

    @Override
    public void deriveFullsize(Source original, Edit edit, ImageConfig config, Path fullsize)
            throws IOException, Unrecoverable {
        var decoded = read(original, edit, WHOLE);
        var image = decoded.image;
        Files.write(
                fullsize,
                jpeg(
                        resize(image, sizeOf(image), decoded.todo.turn()),
                        config.fullsize().quality()));
    }

    private static Size sizeOf(BufferedImage image) {
        return new Size(image.getWidth(), image.getHeight());
    }

    /**
     * @param shorter the side that is needed, or {@link #WHOLE}
     */
    private Decoded read(Source source, Edit edit, int shorter) throws IOException, Unrecoverable {
        var format = source.format();
        var original = source.file();
        var reader = readerOf(format);
        try (var time = new TimeLimit(settings.timeLimit(), original.toString());
                var input = ImageIO.createImageInputStream(original.toFile())) {
            time.onExpiry(reader::abort);
            reader.setInput(input, true, true);
            Decoded decoded;
            try {
                var stored = new Size(reader.getWidth(0), reader.getHeight(0));
                var todo = edit.on(stored, source.orientationOr(orientationOf(original)));
                decoded =
                        new Decoded(
                                decode(reader, original, format, stored, todo.part(), shorter),
                                todo);
            } catch (IOException | RuntimeException e) {
                // Readers answer broken files with whatever exception comes first.
                time.check();
                Library.requireReadable(original);
                throw new Unrecoverable(
                        "Java's reader cannot read this %s: %s".formatted(format, e.getMessage()),
                        e);
            }
            time.check();
            return decoded;
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader readerOf(PictureFormat format) throws Unrecoverable {
        var readers = ImageIO.getImageReadersByFormatName(format.name());
        if (!readers.hasNext()) {
            throw new Unrecoverable(
                    "Reading %s needs libvips, which this machine has not (package libvips42)"
                            .formatted(format));
        }
        return readers.next();
    }

    /** The pixels of the file, leaving out rows and columns where it has many more than needed. */
    private BufferedImage decode(
            ImageReader reader,
            Path original,
            PictureFormat format,
            Size stored,
            Part part,
            int shorter)
            throws IOException, Unrecoverable {
        settings.requireWithin(stored);
        long limit = Math.min(settings.maxDecodedBytes(), Runtime.getRuntime().maxMemory() / 3);
        // Twice the preview is left for a proper filter to average. A full size is held twice.
        int step =
                shorter == WHOLE
                        ? (int) Math.ceil(Math.sqrt(8.0 * part.size().pixels() / limit))
                        : Math.max(1, part.size().shorter() / 2 / shorter);
        boolean streams = format == PictureFormat.JPEG || format == PictureFormat.PNG;
        long decoded =
                4 * (streams ? part.size().pixels() / ((long) step * step) : stored.pixels());
        if (decoded > limit) {
            throw new Unrecoverable(
                    "The picture says it is %s pixels, which take %d bytes to decode; the limit"
                                    .formatted(stored, decoded)
                            + " without libvips is %d (keepsake.image.max-decoded-bytes, and a third"
                                    .formatted(limit)
                            + " of the heap)");
        }
        var warnings = new ArrayList<String>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        var how = reader.getDefaultReadParam();
        how.setSourceRegion(new Rectangle(part.x(), part.y(), part.width(), part.height()));
        how.setSourceSubsampling(step, step, 0, 0);
        var image = reader.read(0, how);
        if (!warnings.isEmpty()) {
            Library.requireReadable(original);
            Damage.requireSomeOf(
                    Pixels.of(opaque(image)).rgb(), sizeOf(image), String.join("; ", warnings));
            log.info("Java's reader remarks on a {}: {}", format, warnings);
        }
        return image;
    }

    /** Opaque sRGB of the given size, turned upright after. */
    private static BufferedImage resize(BufferedImage image, Size to, Turn turn)
            throws IOException {
        var thumbnail = Thumbnails.of(opaque(image)).forceSize(to.width(), to.height());
        turns(turn).forEach(thumbnail::addFilter);
        return thumbnail.asBufferedImage();
    }

    /** Java's drawing converts from the picture's colour space to sRGB. */
    private static BufferedImage opaque(BufferedImage image) {
        if (image.getType() == BufferedImage.TYPE_INT_RGB) {
            return image;
        }
        var opaque =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        var canvas = opaque.createGraphics();
        canvas.drawImage(image, 0, 0, Color.WHITE, null);
        canvas.dispose();
        return opaque;
    }

    private static List<ImageFilter> turns(Turn turn) {
        return switch (turn) {
            case NONE -> List.of();
            case MIRRORED -> List.of(Flip.HORIZONTAL);
            case HALF -> List.of(Rotation.ROTATE_180_DEGREES);
            case FLIPPED -> List.of(Flip.VERTICAL);
            case TRANSPOSED -> List.of(Rotation.RIGHT_90_DEGREES, Flip.HORIZONTAL);
            case RIGHT -> List.of(Rotation.RIGHT_90_DEGREES);
            case TRANSVERSED -> List.of(Rotation.LEFT_90_DEGREES, Flip.HORIZONTAL);
            case LEFT -> List.of(Rotation.LEFT_90_DEGREES);
        };
    }

    private static int orientationOf(Path original) throws IOException {
        try {
            for (var directory :
                    ImageMetadataReader.readMetadata(original.toFile())
                            .getDirectoriesOfType(ExifIFD0Directory.class)) {
                if (directory.containsTag(ExifIFD0Directory.TAG_ORIENTATION)) {
                    return directory.getInt(ExifIFD0Directory.TAG_ORIENTATION);
                }
            }
            return 1;
        } catch (ImageProcessingException | MetadataException | EOFException e) {
            log.info("{} has no readable orientation: {}", original, e.getMessage());
            return 1;
        }
    }

    private static byte[] jpeg(BufferedImage image, int quality) throws IOException {
        var out = new ByteArrayOutputStream();
        Thumbnails.of(image)
                .scale(1)
                .outputFormat("jpeg")
                .outputQuality(quality / 100.0)
                .toOutputStream(out);
        return out.toByteArray();
    }
}
