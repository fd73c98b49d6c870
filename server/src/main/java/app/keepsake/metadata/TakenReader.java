package app.keepsake.metadata;

import static app.keepsake.metadata.Tags.first;

import com.drew.metadata.Directory;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.exif.makernotes.OlympusCameraSettingsMakernoteDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.mov.QuickTimeDirectory;
import com.drew.metadata.mov.media.QuickTimeVideoDirectory;
import com.drew.metadata.mov.metadata.QuickTimeMetadataDirectory;
import com.drew.metadata.mp4.Mp4Directory;
import com.drew.metadata.mp4.media.Mp4VideoDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a photo or film was taken, by the first of many tags that says so, in Immich's order. A date
 * in the sidecar drops every date and zone of the file.
 *
 * <p>Not read, since metadata-extractor does not know them: SonyDateTime2 and
 * SourceImageCreateTime, the last of that order. A zone is not yet derived from the position.
 */
final class TakenReader {

    private final Tags tags;

    TakenReader(Tags tags) {
        this.tags = tags;
    }

    /** One of Exif's dates; exact if it has a fraction or an offset of its own. */
    private record ExifTime(Taken taken, boolean isExact) {}

    @Nullable Taken taken() {
        var corrected =
                Taken.parse(
                        tags.sidecar.text(
                                "exif:DateTimeOriginal",
                                "photoshop:DateCreated",
                                "xmp:CreateDate",
                                "exif:DateTimeDigitized"));
        if (corrected != null) {
            return corrected;
        }
        var gps = gpsTime();
        var taken = firstTime(gps);
        return taken == null
                ? null
                : taken.withOffset(zone())
                        .withOffset(gps == null ? null : zoneBetween(taken.local(), gps));
    }

    /**
     * (SubSec)DateTimeOriginal, SubSecCreateDate, DateTimeOriginal, CreationDate, CreateDate,
     * MediaCreateDate, DateTimeCreated, GPSDateTime, DateTimeUTC.
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
                Taken.parse(
                        tags.text(
                                QuickTimeMetadataDirectory.class,
                                QuickTimeMetadataDirectory.TAG_CREATION_DATE)),
                digitized == null ? null : digitized.taken,
                Taken.parse(tags.xmp.text("xmp:CreateDate")),
                filmTime(Mp4Directory.class, Mp4Directory.TAG_CREATION_TIME),
                filmTime(QuickTimeDirectory.class, QuickTimeDirectory.TAG_CREATION_TIME),
                filmTime(Mp4VideoDirectory.class, Mp4VideoDirectory.TAG_CREATION_TIME),
                filmTime(QuickTimeVideoDirectory.class, QuickTimeVideoDirectory.TAG_CREATION_TIME),
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
                        .withOffset(Taken.offset(tags.text(ExifSubIFDDirectory.class, zoneTag)));
        return new ExifTime(taken, taken.offset() != null || fraction != null);
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

    /** Zero, which is 1904 in films, is how encoders write "unknown". */
    private @Nullable Taken filmTime(Class<? extends Directory> type, int tag) {
        var date =
                tags.each(
                        type,
                        directory -> directory.getDate(tag),
                        found -> found.toInstant().isAfter(Instant.EPOCH));
        return date == null ? null : Taken.utc(date.toInstant());
    }

    private @Nullable Taken olympusUtc() {
        var utc =
                Taken.parse(
                        tags.text(
                                OlympusCameraSettingsMakernoteDirectory.class,
                                OlympusCameraSettingsMakernoteDirectory.TagDateTimeUtc));
        return utc == null ? null : utc.withOffset(ZoneOffset.UTC);
    }

    /** The zone whose wall clock showed {@code local} at the satellites' time, if there is one. */
    private static @Nullable ZoneOffset zoneBetween(LocalDateTime local, Instant gps) {
        var minutes = Duration.between(gps, local.toInstant(ZoneOffset.UTC)).toSeconds() / 60.0;
        var rounded = (int) Math.round(minutes / 15) * 15;
        var isZone = Math.floorMod(rounded, 30) == 0 || List.of(345, 525, 765).contains(rounded);
        return isZone && rounded >= -12 * 60 && rounded <= 14 * 60
                ? ZoneOffset.ofTotalSeconds(rounded * 60)
                : null;
    }
}
