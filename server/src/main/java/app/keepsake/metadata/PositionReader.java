package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import app.keepsake.metadata.Facts.Position;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.mov.metadata.QuickTimeMetadataDirectory;
import com.drew.metadata.mp4.Mp4Directory;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a photo or film was taken: the sidecar first, then satellites, then XMP. */
final class PositionReader {

    /** "+48.2082+016.3738+171/" of films. */
    private static final Pattern ISO_6709 =
            Pattern.compile("([+-]\\d{1,3}(?:\\.\\d+)?)([+-]\\d{1,3}(?:\\.\\d+)?).*");

    /** "39,6.9N" or "39,6,54N": degrees, minutes and perhaps seconds. */
    private static final Pattern XMP_ANGLE =
            Pattern.compile("(\\d+),(\\d+(?:\\.\\d+)?)(?:,(\\d+(?:\\.\\d+)?))?([NSEW])");

    private final Tags tags;

    PositionReader(Tags tags) {
        this.tags = tags;
    }

    @Nullable Position position() {
        return first(
                ofXmp(tags.sidecar),
                tags.each(GpsDirectory.class, PositionReader::ofExif, found -> true),
                Position.of(
                        tags.number(Mp4Directory.class, Mp4Directory.TAG_LATITUDE),
                        tags.number(Mp4Directory.class, Mp4Directory.TAG_LONGITUDE)),
                ofApple(),
                ofXmp(tags.xmp));
    }

    private static @Nullable Position ofExif(GpsDirectory gps) {
        var location = gps.getGeoLocation();
        return location == null
                ? null
                : Position.of(location.getLatitude(), location.getLongitude());
    }

    private @Nullable Position ofApple() {
        var text =
                tags.text(
                        QuickTimeMetadataDirectory.class,
                        QuickTimeMetadataDirectory.TAG_LOCATION_ISO6709);
        var found = ISO_6709.matcher(text == null ? "" : text);
        return found.matches()
                ? Position.of(
                        Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)))
                : null;
    }

    private static @Nullable Position ofXmp(Xmp xmp) {
        return Position.of(
                angle(xmp.text("exif:GPSLatitude")), angle(xmp.text("exif:GPSLongitude")));
    }

    private static @Nullable Double angle(@Nullable String text) {
        var found = XMP_ANGLE.matcher(text == null ? "" : text);
        if (!found.matches()) {
            return null;
        }
        var seconds = found.group(3) == null ? 0 : Double.parseDouble(found.group(3));
        var angle =
                Double.parseDouble(found.group(1))
                        + Double.parseDouble(found.group(2)) / 60
                        + seconds / 3600;
        return "SW".contains(found.group(4)) ? -angle : angle;
    }
}
