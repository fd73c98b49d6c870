package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import app.keepsake.metadata.Facts.Position;
import app.keepsake.place.Places;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.exif.makernotes.OlympusCameraSettingsMakernoteDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * When a photo was taken, by the first of many tags that says so, in Immich's order, as far as a
 * picture can have them.
 */
final class TakenReader {

    private final Tags tags;

    TakenReader(Tags tags) {
        this.tags = tags;
    }

    /** One of Exif's dates; exact if it has a fraction or an offset of its own. */
    private record ExifTime(Taken taken, boolean isExact) {}

    @Nullable Taken taken(@Nullable Position where, Places places) {
        var gps = gpsTime();
        var taken = firstTime(gps);
        return taken == null ? null : taken.at(zone(), where, places, gps);
    }

    /**
     * (SubSec)DateTimeOriginal, SubSecCreateDate, DateTimeOriginal, CreateDate, DateTimeCreated,
     * GPSDateTime, DateTimeUTC.
     */
    private @Nullable Taken firstTime(@Nullable Instant gps) {
        var original =
                exif(
                        ExifDirectoryBase.TAG_DATETIME_ORIGINAL,
                        ExifDirectoryBase.TAG_SUBSECOND_TIME_ORIGINAL,
                        ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL);
        var digitized =
                exif(
                        ExifDirectoryBase.TAG_DATETIME_DIGITIZED,
                        ExifDirectoryBase.TAG_SUBSECOND_TIME_DIGITIZED,
                        ExifDirectoryBase.TAG_TIME_ZONE_DIGITIZED);
        return first(
                original != null && original.isExact ? original.taken : null,
                digitized != null && digitized.isExact ? digitized.taken : null,
                original == null ? null : original.taken,
                Taken.parse(tags.xmp.text("exif:DateTimeOriginal")),
                iptcTime(), // of which exiftool, and so Immich, makes a DateTimeOriginal
                digitized == null ? null : digitized.taken,
                Taken.parse(tags.xmp.text("xmp:CreateDate")),
                Taken.parse(tags.xmp.text("photoshop:DateCreated")),
                gps == null ? null : Taken.utc(gps),
                olympusUtc());
    }

    private @Nullable ExifTime exif(int dateTag, int fractionTag, int zoneTag) {
        var date = Taken.parse(tags.text(ExifSubIFDDirectory.class, dateTag));
        if (date == null) {
            return null;
        }
        var fraction = tags.text(ExifSubIFDDirectory.class, fractionTag);
        var taken =
                date.withFraction(fraction)
                        .in(Taken.offset(tags.text(ExifSubIFDDirectory.class, zoneTag)));
        return new ExifTime(taken, taken.zone() != null || fraction != null);
    }

    private @Nullable ZoneOffset zone() {
        return first(
                zone(ExifDirectoryBase.TAG_TIME_ZONE_ORIGINAL),
                zone(ExifDirectoryBase.TAG_TIME_ZONE),
                zone(ExifDirectoryBase.TAG_TIME_ZONE_DIGITIZED));
    }

    private @Nullable ZoneOffset zone(int tag) {
        return Taken.offset(tags.text(ExifSubIFDDirectory.class, tag));
    }

    private @Nullable Taken iptcTime() {
        var date = tags.text(IptcDirectory.class, IptcDirectory.TAG_DATE_CREATED);
        var time = tags.text(IptcDirectory.class, IptcDirectory.TAG_TIME_CREATED);
        if (date == null || time == null) {
            return null;
        }
        return Taken.parse(
                date.replaceFirst("^(\\d{4}):?(\\d\\d):?(\\d\\d)$", "$1:$2:$3")
                        + " "
                        + time.replaceFirst("^(\\d\\d):?(\\d\\d):?(\\d\\d)", "$1:$2:$3"));
    }

    private @Nullable Instant gpsTime() {
        var date = tags.each(GpsDirectory.class, GpsDirectory::getGpsDate, found -> true);
        return date == null ? null : date.toInstant();
    }

    private @Nullable Taken olympusUtc() {
        var utc =
                Taken.parse(
                        tags.text(
                                OlympusCameraSettingsMakernoteDirectory.class,
                                OlympusCameraSettingsMakernoteDirectory.TagDateTimeUtc));
        return utc == null ? null : utc.in(ZoneOffset.UTC);
    }
}
