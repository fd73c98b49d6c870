package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import app.keepsake.asset.Sidecars;
import app.keepsake.metadata.Facts.Camera;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.metadata.Facts.Words;
import app.keepsake.place.Places;
import com.adobe.internal.xmp.XMPError;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.options.ParseOptions;
import com.drew.metadata.Metadata;
import com.drew.metadata.xmp.XmpDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An XMP file beside an original: what it says goes before what the original says. */
record Sidecar(Xmp xmp) {

    private static final Logger log = LoggerFactory.getLogger(Sidecar.class);

    private static final String[] DESCRIPTIONS = {"dc:description[1]", "tiff:ImageDescription[1]"};

    /** Null when it cannot be used: the photo's own metadata must not be lost for it. */
    static @Nullable Sidecar read(Path path) throws IOException {
        try {
            if (Files.size(path) > Sidecars.MOST_BYTES) {
                log.warn("The sidecar {} is larger than 4 MB and is not used", path);
                return null;
            }
            var directory = new XmpDirectory();
            directory.setXMPMeta(parse(Files.readAllBytes(path)));
            var metadata = new Metadata();
            metadata.addDirectory(directory);
            return new Sidecar(Xmp.of(metadata));
        } catch (NoSuchFileException e) {
            log.warn("The sidecar {} is not there, so it is not used", path);
        } catch (XMPException | RuntimeException | StackOverflowError e) {
            log.warn("The sidecar {} is broken and is not used: {}", path, e.toString());
        }
        return null;
    }

    /** Without a DTD there are no entities that grow, and none that read other files. */
    static XMPMeta parse(byte[] bytes) throws XMPException {
        if (!SaneXmp.isSane(bytes)) {
            throw new XMPException("it has too many parts", XMPError.BADXMP);
        }
        return XMPMetaFactory.parseFromBuffer(bytes, new ParseOptions().setDisallowDoctype(true));
    }

    @Nullable Position position() {
        return PositionReader.ofXmp(xmp);
    }

    /**
     * The facts of both. A date drops the original's date and zone.
     *
     * @param original of which the position is this one's already, if there is one
     */
    Facts over(Facts original, Places places) {
        var projection = xmp.text("GPano:ProjectionType");
        return new Facts(
                taken(original, places),
                original.modifyDate(),
                camera(original.camera()),
                original.exposure(),
                projection == null
                        ? original.picture()
                        : original.picture().projected(projection.toUpperCase(Locale.ROOT)),
                original.position(),
                words(original.words()),
                original.livePhotoCid());
    }

    private @Nullable Taken taken(Facts original, Places places) {
        var date =
                Taken.parse(
                        xmp.text(
                                "exif:DateTimeOriginal",
                                "photoshop:DateCreated",
                                "xmp:CreateDate",
                                "exif:DateTimeDigitized"));
        if (date == null) {
            return original.taken();
        }
        // Even UTC, which a film only counts in: whoever wrote it here meant it.
        return date.zone() != null ? date : date.at(null, original.position(), places, null);
    }

    private Camera camera(Camera original) {
        return new Camera(
                first(xmp.text("tiff:Make"), original.make()),
                first(xmp.text("tiff:Model"), original.model()),
                first(Camera.lensNamed(Camera.lensOfXmp(xmp)), original.lens()));
    }

    /** What is there, but empty, was taken away; what is not there, nobody has spoken of. */
    private Words words(Words original) {
        var description = xmp.text(DESCRIPTIONS);
        var rating = xmp.text("xmp:Rating");
        var tags = xmp.keywords();
        var faces = xmp.faces();
        return new Words(
                description == null && !xmp.isEmptied(DESCRIPTIONS)
                        ? original.description()
                        : description,
                rating == null ? original.rating() : Words.ratingOf(rating),
                tags.isEmpty() && !xmp.isEmptied(Xmp.KEYWORDS) ? original.tags() : tags,
                faces.isEmpty() ? original.faces() : faces);
    }
}
