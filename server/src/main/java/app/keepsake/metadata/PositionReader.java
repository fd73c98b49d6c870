package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import app.keepsake.metadata.Facts.Position;
import com.drew.metadata.exif.GpsDirectory;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a photo was taken: by satellites first, then by XMP. */
final class PositionReader {

    /** "39,6.9N" or "39,6,54N": degrees, minutes and perhaps seconds. */
    private static final Pattern XMP_ANGLE =
            Pattern.compile("(\\d+),(\\d+(?:\\.\\d+)?)(?:,(\\d+(?:\\.\\d+)?))?([NSEW])");

    private final Tags tags;

    PositionReader(Tags tags) {
        this.tags = tags;
    }

    @Nullable Position position() {
        return first(
                tags.each(GpsDirectory.class, PositionReader::ofExif, found -> true),
                ofXmp(tags.xmp));
    }

    private static @Nullable Position ofExif(GpsDirectory gps) {
        var location = gps.getGeoLocation();
        return location == null
                ? null
                : Position.of(location.getLatitude(), location.getLongitude());
    }

    static @Nullable Position ofXmp(Xmp xmp) {
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
