package app.keepsake.metadata;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMetaFactory;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The prefixes by which properties of XMP are asked for. The parser has one register for all files,
 * and whoever comes first names things there for ever: a file that gives one of our prefixes to
 * something else would hide the tags of all that come after it, and a million names would fill the
 * memory.
 */
final class XmpNames {

    static final String DIGIKAM = "http://www.digikam.org/ns/1.0/";
    static final String LIGHTROOM = "http://ns.adobe.com/lightroom/1.0/";

    /** Those that the parser does not bring along. */
    private static final Map<String, String> OURS =
            Map.of(
                    DIGIKAM,
                    "digiKam",
                    LIGHTROOM,
                    "lr",
                    "http://ns.google.com/photos/1.0/panorama/",
                    "GPano",
                    "http://ns.adobe.com/exif/1.0/aux/",
                    "aux",
                    "http://cipa.jp/exif/1.0/",
                    "exifEX",
                    "http://www.metadataworkinggroup.com/schemas/regions/",
                    "mwg-rs",
                    "http://ns.adobe.com/xmp/sType/Area#",
                    "stArea");

    private static final int MOST = 2_000;

    /** Documents that are in use may not lose their names. */
    private static final ReadWriteLock USE = new ReentrantReadWriteLock();

    static {
        register();
    }

    private XmpNames() {}

    /** A document in use, until it is closed. */
    interface Use extends AutoCloseable {
        @Override
        void close();
    }

    /** To be held by whoever parses or writes a document, as long as it has it. */
    static Use use() {
        if (XMPMetaFactory.getSchemaRegistry().getNamespaces().size() > MOST
                && USE.writeLock().tryLock()) {
            try {
                XMPMetaFactory.reset();
                register();
            } finally {
                USE.writeLock().unlock();
            }
        }
        USE.readLock().lock();
        return USE.readLock()::unlock;
    }

    private static void register() {
        try {
            for (var name : OURS.entrySet()) {
                XMPMetaFactory.getSchemaRegistry()
                        .registerNamespace(name.getKey(), name.getValue());
            }
        } catch (XMPException e) {
            throw new IllegalStateException(e);
        }
    }
}
