package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import app.keepsake.metadata.Facts.Camera;
import app.keepsake.metadata.Facts.Exposure;
import app.keepsake.metadata.Facts.Picture;
import app.keepsake.metadata.Facts.Position;
import app.keepsake.metadata.Facts.Size;
import app.keepsake.metadata.Facts.Words;
import app.keepsake.place.Places;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.bmp.BmpHeaderDirectory;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.makernotes.AppleMakernoteDirectory;
import com.drew.metadata.file.FileTypeDirectory;
import com.drew.metadata.gif.GifHeaderDirectory;
import com.drew.metadata.heif.HeifDirectory;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.webp.WebpDirectory;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns metadata-extractor's directories into {@link Facts}, by the rules that Immich applies to
 * exiftool's tags.
 */
final class FactsReader {

    private static final Pattern NAMES_OF_PROFILE =
            Pattern.compile("\\d+ [a-z]{2}[A-Z]{2}\\((.*?)\\)(?: ?[a-z]{2}[A-Z]{2}\\(.*)?");

    private record SizeTags(Class<? extends Directory> type, int width, int height) {}

    /** Where a size is looked for: what the format says goes before what a camera wrote. */
    private static final List<SizeTags> SIZES =
            List.of(
                    new SizeTags(
                            JpegDirectory.class,
                            JpegDirectory.TAG_IMAGE_WIDTH,
                            JpegDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            PngDirectory.class,
                            PngDirectory.TAG_IMAGE_WIDTH,
                            PngDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            WebpDirectory.class,
                            WebpDirectory.TAG_IMAGE_WIDTH,
                            WebpDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            GifHeaderDirectory.class,
                            GifHeaderDirectory.TAG_IMAGE_WIDTH,
                            GifHeaderDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            BmpHeaderDirectory.class,
                            BmpHeaderDirectory.TAG_IMAGE_WIDTH,
                            BmpHeaderDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            HeifDirectory.class,
                            HeifDirectory.TAG_IMAGE_WIDTH,
                            HeifDirectory.TAG_IMAGE_HEIGHT),
                    new SizeTags(
                            ExifSubIFDDirectory.class,
                            ExifDirectoryBase.TAG_EXIF_IMAGE_WIDTH,
                            ExifDirectoryBase.TAG_EXIF_IMAGE_HEIGHT),
                    new SizeTags(
                            ExifIFD0Directory.class,
                            ExifDirectoryBase.TAG_IMAGE_WIDTH,
                            ExifDirectoryBase.TAG_IMAGE_HEIGHT));

    private final Tags tags;
    private final Places places;
    private final @Nullable Position beside;

    private FactsReader(Tags tags, Places places, @Nullable Position beside) {
        this.tags = tags;
        this.places = places;
        this.beside = beside;
    }

    /**
     * @param beside where a sidecar has it: there was its clock
     */
    static Facts read(Metadata file, Places places, @Nullable Position beside) {
        return new FactsReader(new Tags(file), places, beside).facts();
    }

    private Facts facts() {
        var position = first(beside, new PositionReader(tags).position());
        return new Facts(
                new TakenReader(tags).taken(position, places),
                modifyDate(),
                new Camera(make(), model(), lens()),
                exposure(),
                picture(),
                position,
                new Words(description(), rating(), keywords(), tags.xmp.faces()),
                tags.text(
                        AppleMakernoteDirectory.class,
                        AppleMakernoteDirectory.TAG_CONTENT_IDENTIFIER));
    }

    private @Nullable Instant modifyDate() {
        var exif = Taken.parse(tags.text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_DATETIME));
        if (exif != null) {
            var zone = tags.text(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_TIME_ZONE);
            return exif.in(Taken.offset(zone)).instant();
        }
        var other = Taken.parse(tags.xmp.text("xmp:ModifyDate"));
        return other == null ? null : other.instant();
    }

    // Camera

    private @Nullable String make() {
        return first(
                tags.text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_MAKE),
                tags.xmp.text("tiff:Make"));
    }

    private @Nullable String model() {
        return first(
                tags.text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_MODEL),
                tags.xmp.text("tiff:Model"));
    }

    private @Nullable String lens() {
        return Camera.lensNamed(
                first(
                        tags.text(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_LENS_MODEL),
                        Camera.lensOfXmp(tags.xmp)));
    }

    private Exposure exposure() {
        return new Exposure(
                tags.number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_FNUMBER),
                tags.number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_FOCAL_LENGTH),
                tags.positive(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_ISO_EQUIVALENT),
                time(tags.number(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_EXPOSURE_TIME)));
    }

    /** As exiftool prints it: a fraction below a quarter of a second, else seconds. */
    private static @Nullable String time(@Nullable Double seconds) {
        if (seconds == null || seconds <= 0) {
            return null;
        }
        return seconds < 0.25001
                ? "1/" + Math.round(1 / seconds)
                : String.format(Locale.ROOT, "%.1f", seconds).replaceFirst("\\.0$", "");
    }

    // Picture

    /**
     * Version 4 profiles are named in several languages: "2 enUS(Name)deDE(Name)"; the first
     * counts.
     */
    private @Nullable String profile() {
        var name = tags.description(IccDirectory.class, IccDirectory.TAG_TAG_desc);
        var first = name == null ? null : NAMES_OF_PROFILE.matcher(name);
        return first != null && first.matches() ? first.group(1) : name;
    }

    private Picture picture() {
        var projection = tags.xmp.text("GPano:ProjectionType");
        return new Picture(
                size(),
                orientation(),
                first(
                        tags.positive(JpegDirectory.class, JpegDirectory.TAG_DATA_PRECISION),
                        tags.positive(PngDirectory.class, PngDirectory.TAG_BITS_PER_SAMPLE)),
                tags.description(ExifSubIFDDirectory.class, ExifDirectoryBase.TAG_COLOR_SPACE),
                profile(),
                projection == null ? null : projection.toUpperCase(Locale.ROOT),
                null,
                null);
    }

    private @Nullable Size size() {
        var type =
                tags.text(FileTypeDirectory.class, FileTypeDirectory.TAG_DETECTED_FILE_TYPE_NAME);
        for (var candidate : SIZES) {
            // HEIC reports a tile of its grid here; the worker, which decodes it, knows better.
            if (candidate.type == HeifDirectory.class && "HEIF".equals(type)) {
                continue;
            }
            var width = tags.positive(candidate.type, candidate.width);
            var height = tags.positive(candidate.type, candidate.height);
            if (width != null && height != null) {
                return new Size(width, height);
            }
        }
        return null;
    }

    private @Nullable Integer orientation() {
        var value = tags.integer(ExifIFD0Directory.class, ExifDirectoryBase.TAG_ORIENTATION);
        if (value != null && value >= 1 && value <= 8) {
            return value;
        }
        return null;
    }

    // Words

    private @Nullable String description() {
        return first(
                tags.text(ExifIFD0Directory.class, ExifDirectoryBase.TAG_IMAGE_DESCRIPTION),
                tags.text(IptcDirectory.class, IptcDirectory.TAG_CAPTION),
                tags.xmp.text("dc:description[1]"));
    }

    private @Nullable Integer rating() {
        var text = tags.xmp.text("xmp:Rating");
        return text != null
                ? Words.ratingOf(text)
                : Words.ratingOf(
                        tags.integer(ExifIFD0Directory.class, ExifDirectoryBase.TAG_RATING));
    }

    private List<String> keywords() {
        var xmp = tags.xmp.keywords();
        var iptc = tags.each(IptcDirectory.class, IptcDirectory::getKeywords, found -> true);
        return !xmp.isEmpty() || iptc == null ? xmp : Tags.clean(iptc);
    }
}
