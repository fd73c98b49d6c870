package app.keepsake.metadata;

import com.adobe.internal.xmp.XMPConst;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.options.PropertyOptions;
import com.adobe.internal.xmp.options.SerializeOptions;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts what a person has said into an XMP document, and leaves the rest of it alone. */
final class SidecarWriter {

    private SidecarWriter() {}

    /**
     * The document after that.
     *
     * @param before null where there is none yet
     */
    static byte[] edited(byte @Nullable [] before, SidecarRows.Said said) throws XMPException {
        var xmp = before == null ? XMPMetaFactory.create() : Sidecar.parse(before);
        if (said.byPerson().contains("dateTimeOriginal")) {
            setDate(xmp, said);
        }
        if (said.byPerson().contains("latitude") || said.byPerson().contains("longitude")) {
            setAngle(xmp, "GPSLatitude", said.latitude(), "N", "S");
            setAngle(xmp, "GPSLongitude", said.longitude(), "E", "W");
        }
        if (said.byPerson().contains("description")) {
            // Immich reads the second first.
            setText(xmp, XMPConst.NS_DC, "description", said.description());
            setText(xmp, XMPConst.NS_TIFF, "ImageDescription", said.description());
        }
        if (said.byPerson().contains("rating")) {
            // None must be said, too: the original may have one.
            xmp.setPropertyInteger(
                    XMPConst.NS_XMP, "Rating", said.rating() == null ? 0 : said.rating());
        }
        if (said.byPerson().contains("tags")) {
            setTags(xmp, said.tags());
        }
        return XMPMetaFactory.serializeToBuffer(
                xmp, new SerializeOptions().setOmitPacketWrapper(true).setSort(true));
    }

    private static void setText(XMPMeta xmp, String namespace, String name, String text)
            throws XMPException {
        xmp.setLocalizedText(namespace, name, "", XMPConst.X_DEFAULT, text);
    }

    private static void setDate(XMPMeta xmp, SidecarRows.Said said) throws XMPException {
        var offset = said.offset();
        var text =
                offset == null
                        ? DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(said.local())
                        : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                said.local().atOffset(offset));
        xmp.setProperty(XMPConst.NS_EXIF, "DateTimeOriginal", text);
        xmp.setProperty(XMPConst.NS_PHOTOSHOP, "DateCreated", text);
    }

    /** In XMP's way, "48,12.492000N": whole degrees, and minutes of which a millionth is 2 mm. */
    private static void setAngle(
            XMPMeta xmp, String name, @Nullable Double angle, String positive, String negative)
            throws XMPException {
        if (angle == null) {
            return;
        }
        var millionths = Math.round(Math.abs(angle) * 60_000_000);
        xmp.setProperty(
                XMPConst.NS_EXIF,
                name,
                String.format(
                        Locale.ROOT,
                        "%d,%d.%06d%s",
                        millionths / 60_000_000,
                        millionths / 1_000_000 % 60,
                        millionths % 1_000_000,
                        angle < 0 ? negative : positive));
    }

    /**
     * Where digiKam and Lightroom look for tags with levels, and where all others look for their
     * names.
     */
    private static void setTags(XMPMeta xmp, List<String> tags) throws XMPException {
        setList(
                xmp,
                XmpNames.DIGIKAM,
                "TagsList",
                new PropertyOptions().setArrayOrdered(true),
                tags);
        setList(
                xmp,
                XmpNames.LIGHTROOM,
                "hierarchicalSubject",
                new PropertyOptions().setArray(true),
                tags.stream().map(tag -> tag.replace('/', '|')).toList());
        setList(
                xmp,
                XMPConst.NS_DC,
                "subject",
                new PropertyOptions().setArray(true),
                tags.stream()
                        .map(tag -> tag.substring(tag.lastIndexOf('/') + 1))
                        .distinct()
                        .toList());
    }

    /** Without values, too: the original may have some, which count where there is no list. */
    private static void setList(
            XMPMeta xmp, String namespace, String name, PropertyOptions kind, List<String> values)
            throws XMPException {
        xmp.deleteProperty(namespace, name);
        xmp.setProperty(namespace, name, null, kind);
        for (var value : values) {
            xmp.appendArrayItem(namespace, name, kind, value, null);
        }
    }
}
